"""One text to many people, each in a conversation of their own."""

from dataclasses import dataclass, field

from onrecord.domain.clock import Clock
from onrecord.domain.ids import PersonId, client_id
from onrecord.edge.operations import gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.messaging.broadcasts import Broadcasts
from onrecord.wire import broadcasts as wire
from onrecord.wire.limits import Pace

AN_HOUR = 20
AT_ONCE = 5
"""Broadcasts of one person."""


def _pace() -> Pace:
    detail = "You are sending to many people more often than this service allows."
    return Pace(per_second=AN_HOUR / 3600, burst=AT_ONCE, detail=detail)


@dataclass(frozen=True, slots=True)
class BroadcastRoutes:
    """The route."""

    broadcasts: Broadcasts
    clock: Clock
    pace: Pace = field(default_factory=_pace)

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
        self.pace.take(who.id, self.clock.monotonic())
        people = [PersonId(person) for person in body.recipients]
        id = client_id(body.id)
        found = await self.broadcasts.send(who, ask.origin, id, body.text, people)
        return wire.Broadcast(found.event, list(found.said), list(found.missed))
