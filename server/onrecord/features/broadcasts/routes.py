"""One text to many people, each in a conversation of their own."""

from dataclasses import dataclass

from onrecord.core.domain.errors import TooMany
from onrecord.core.domain.ids import client_id
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.broadcasts import bodies as wire
from onrecord.features.broadcasts.service import Broadcasts
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId

BROADCASTS = Allowance(
    5,
    180.0,
    TooMany("rate_limited", "You are sending to many people more often than this service allows."),
)
"""Broadcasts of one person."""


@dataclass(frozen=True, slots=True)
class BroadcastRoutes:
    """The route."""

    broadcasts: Broadcasts
    limiter: RateLimiter

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [ForSignedIn("POST", "/api/v1/broadcasts", self._send, "chat.broadcast")]

    @takes(wire.NewBroadcast)
    @gives(wire.Broadcast)
    @refuses(
        "bad_client_id",
        "text_empty",
        "bad_members",
        "too_many_members",
        "not_allowed",
        "not_recordable",
        "id_reuse",
        "rate_limited",
    )
    async def _send(self, ask: SignedAsk, body: wire.NewBroadcast) -> wire.Broadcast:
        """Say one text to several people; replies come back in each conversation alone."""
        who = ask.who.person
        self.limiter.take((who.id, BROADCASTS))
        people = [PersonId(person) for person in body.recipients]
        id = client_id(body.id)
        found = await self.broadcasts.send(who, ask.origin, id, body.text, people)
        return wire.Broadcast(found.event, list(found.said), list(found.missed))
