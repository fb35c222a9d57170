"""Web Push on an open recording; nothing of it is there where the settings have no contact."""

import hmac
from collections.abc import Callable

from onrecord.app.recording import Surroundings
from onrecord.app.root import Root
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import session_options
from onrecord.features.notifications.letters.carriers import tls_context
from onrecord.features.notifications.push.listener import Listener
from onrecord.features.notifications.push.pushes import Key, Pushes, PushPace, Telling
from onrecord.features.notifications.push.sender import HttpSender
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push.subscriptions import Subscriptions
from onrecord.features.notifications.push.vapid import base64url, sender_key
from onrecord.features.notifications.push_routes import PushDesk, PushRoutes
from onrecord.features.notifications.push_store import PushStore
from onrecord.observability.logs import warns

TOPIC_BYTES = 24
"""32 letters of base64url, the most that RFC 8030 section 5.4 allows."""


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

    topics = _topics(recording.server_key.derived("push topics"))
    return Pushes(
        root[Subscriptions],
        Telling(root[HttpSender].send, topics, _names(root.settings, around)),
        recording.publishing.fan_out,
        clock=around.clock,
        counted=lambda outcome: around.metrics.pushes.labels(outcome).inc(),
        failed=warns(around.log, "push_failed"),
        pace=root[PushPace],
    )


def _topics(secret: bytes) -> Callable[[Key], str]:
    """Return what names a push in the place of an earlier one: nobody else knows of what."""

    def topic(key: Key) -> str:
        named = f"{key.session}\0{key.stream}".encode()
        return base64url(hmac.digest(secret, named, "sha256")[:TOPIC_BYTES])

    return topic


def _names(settings: Settings, around: Surroundings) -> Callable[[Listener], bool]:
    """Return who is told who wrote: not a locked session, or one not used for too long."""
    options = session_options(settings)

    def may_name(listener: Listener) -> bool:
        idle = options.client_idle if listener.client else options.idle
        used = around.clock.now() < listener.seen_at + idle
        return settings.push.content == "name" and used and not listener.locked

    return may_name
