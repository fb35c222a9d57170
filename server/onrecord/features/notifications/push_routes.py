"""Pushes to this browser as routes."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Literal

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.features.notifications import push_bodies as wire
from onrecord.features.notifications.push.listener import Subscription
from onrecord.features.notifications.push.subscriptions import Subscriptions
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk


@dataclass(frozen=True, slots=True)
class PushDesk:
    """What the firm offers. `key`: what browsers subscribe for."""

    subscriptions: Subscriptions
    key: str
    content: Literal["none", "name"]


@dataclass(frozen=True, slots=True)
class PushRoutes:
    """Whether there are pushes, and whether this browser wants them. None: the firm has none."""

    desk: PushDesk | None

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("GET", "/api/v1/push", self._offer, "chat.push"),
            ForSignedIn("PUT", "/api/v1/push", self._subscribe, "chat.push"),
            ForSignedIn("DELETE", "/api/v1/push", self._unsubscribe, "chat.push"),
        ]

    @gives(wire.PushOffer)
    async def _offer(self, ask: SignedAsk) -> wire.PushOffer:
        """Say whether the firm has pushes, and what a browser subscribes for."""
        if self.desk is None:
            return wire.PushOffer()
        return wire.PushOffer(self.desk.key, names=self.desk.content == "name")

    @takes(wire.PushWish)
    @done
    @refuses("session_needed", "no_push", "bad_push_address", "bad_push_key", "session_ended")
    async def _subscribe(self, ask: SignedAsk, body: wire.PushWish) -> None:
        """Have this browser told that something is new, in the place of what it wished before."""
        found = ask.browser
        if self.desk is None:
            raise NotFound("no_push", "Notifications while OnRecord is closed are off here.")
        subscription = Subscription(
            found.session.id,
            body.endpoint,
            _bytes(body.p256dh),
            _bytes(body.auth),
            body.locale,
            named=body.named,
        )
        await self.desk.subscriptions.subscribe(found.person.id, subscription)

    @done
    @refuses("session_needed")
    async def _unsubscribe(self, ask: SignedAsk) -> None:
        """Have this browser told nothing any more."""
        found = ask.browser
        if self.desk is not None:
            await self.desk.subscriptions.unsubscribe(found.person.id, found.session.id)


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadInput("bad_push_key", "These are no keys of a browser.") from error
