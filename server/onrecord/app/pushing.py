"""Web Push on an open recording; nothing of it is there where the settings have no contact."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from onrecord.app.ending import Background
from onrecord.app.recording import Recording, Surroundings
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
from onrecord.observability.logs import error_fields

TOPIC_BYTES = 24
"""32 letters of base64url, the most that RFC 8030 section 5.4 allows."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """What sends, None where the settings have no contact, and the routes."""

    pushes: Pushes | None
    routes: PushRoutes

    def start(self, tasks: Background) -> list[asyncio.Task[None]]:
        """Begin what runs until it is cancelled."""
        return [] if self.pushes is None else [tasks.create_task(self.pushes.run())]


@asynccontextmanager
async def pushing(
    settings: Settings, recording: Recording, around: Surroundings
) -> AsyncIterator[Pushing]:
    """Make it, and have it told of what is published, unless it is off."""
    chosen = settings.push
    if chosen.contact is None:
        yield Pushing(None, PushRoutes(None))
        return
    services = Services(chosen.hosts)
    sender = HttpSender(
        services,
        key=sender_key(recording.server_key.derived("push")),
        contact=chosen.contact,
        tls=tls_context(chosen.ca_file, tls_1_2=chosen.tls_1_2),
        clock=around.clock,
        proxy=chosen.proxy,
    )

    def failed(error: Exception) -> None:
        around.log.warning("push_failed", **error_fields(error))

    store, read, write = PushStore(recording.database), recording.read, recording.write
    subscriptions = Subscriptions(store, services, read=read, write=write, now=around.clock.now)
    topics = _topics(recording.server_key.derived("push topics"))
    pushes = Pushes(
        subscriptions,
        Telling(sender.send, topics, _names(settings, around)),
        recording.fan_out,
        clock=around.clock,
        counted=lambda outcome: around.metrics.pushes.labels(outcome).inc(),
        failed=failed,
        pace=PushPace(alive=2.0 * settings.limits.heartbeat_s + 10.0),
    )
    recording.deliver.tell(pushes.heard)
    try:
        desk = PushDesk(subscriptions, sender.public_key, chosen.content)
        yield Pushing(pushes, PushRoutes(desk))
    finally:
        await sender.close()


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
