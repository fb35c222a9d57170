"""Web Push on an open recording; nothing of it is there where the settings have no contact."""

from onrecord.app.root import Root
from onrecord.app.settings.options import session_options
from onrecord.features.notifications.letters.carriers import tls_context
from onrecord.features.notifications.push.naming import names, topics
from onrecord.features.notifications.push.pushes import Pushes, PushPace, Telling
from onrecord.features.notifications.push.sender import HttpSender
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push.subscriptions import Subscriptions
from onrecord.features.notifications.push.vapid import sender_key
from onrecord.features.notifications.push_routes import PushDesk, PushRoutes
from onrecord.features.notifications.push_store import PushStore
from onrecord.observability.logs import warns


def install(root: Root) -> None:
    """Make it on an open recording, and have it told of what is published, unless it is off."""
    if root.settings.push.contact is None:
        root.serves("chat", lambda _: PushRoutes(None))
        return
    root.makes(HttpSender, lambda it: _sender(it, it.settings.push.contact or ""))
    root.makes(PushStore, lambda it: PushStore(it.recording.database))
    root.makes(PushPace, _pace)
    root.makes(Subscriptions, _subscriptions)
    root.makes(Pushes, _pushes)
    root.serves("chat", lambda it: PushRoutes(_desk(it)))
    root.joins(lambda it: it.recording.publishing.deliver.tell(it[Pushes].heard))
    root.runs(lambda it: it[Pushes].run())


def _sender(root: Root, contact: str) -> HttpSender:
    chosen = root.settings.push
    sender = HttpSender(
        Services(chosen.hosts),
        key=sender_key(root.recording.server_key.derived("push")),
        contact=contact,
        tls=tls_context(chosen.ca_file, tls_1_2=chosen.tls_1_2),
        clock=root.around.clock,
        proxy=chosen.proxy,
    )
    root.stack.push_async_callback(sender.close)
    return sender


def _subscriptions(root: Root) -> Subscriptions:
    recording, services = root.recording, Services(root.settings.push.hosts)
    read, write, now = recording.read, recording.write, root.around.clock.now
    return Subscriptions(root[PushStore], services, read=read, write=write, now=now)


def _pace(root: Root) -> PushPace:
    return PushPace(alive=2.0 * root.settings.limits.heartbeat_s + 10.0)


def _desk(root: Root) -> PushDesk:
    sender = root[HttpSender]
    return PushDesk(root[Subscriptions], sender.public_key, root.settings.push.content)


def _pushes(root: Root) -> Pushes:
    recording, around = root.recording, root.around

    content, sessions = root.settings.push.content, session_options(root.settings)
    return Pushes(
        root[Subscriptions],
        Telling(
            root[HttpSender].send,
            topics(recording.server_key.derived("push topics")),
            names(sessions, around.clock, content),
        ),
        recording.publishing.fan_out,
        clock=around.clock,
        counted=lambda outcome: around.metrics.pushes.labels(outcome).inc(),
        failed=warns(around.log, "push_failed"),
        pace=root[PushPace],
    )
