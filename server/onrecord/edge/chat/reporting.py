"""Telling compliance of a message."""

from dataclasses import dataclass, field

from onrecord.domain.clock import Clock
from onrecord.domain.ids import client_id
from onrecord.edge.operations import gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.messaging.reports import Reports
from onrecord.wire import reports as wire
from onrecord.wire.limits import Pace

AN_HOUR = 30
AT_ONCE = 10
"""Reports of one person."""


def _pace() -> Pace:
    detail = "You have reported many messages just now. Wait a little, or call compliance."
    return Pace(per_second=AN_HOUR / 3600, burst=AT_ONCE, detail=detail)


@dataclass(frozen=True, slots=True)
class ReportingRoutes:
    """The route."""

    reports: Reports
    clock: Clock
    pace: Pace = field(default_factory=_pace)

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [ForSignedIn("POST", "/api/v1/reports", self._make, "chat.report")]

    @takes(wire.NewReport)
    @gives(wire.Reported)
    @refuses(
        "bad_client_id",
        "text_empty",
        "no_such_message",
        "not_allowed",
        "not_recordable",
        "id_reuse",
        "rate_limited",
    )
    async def _make(self, ask: SignedAsk, body: wire.NewReport) -> wire.Reported:
        """Tell compliance of a message; nobody of the conversation learns of it."""
        who = ask.who.person
        self.pace.take(who.id, self.clock.monotonic())
        return await self.reports.make(who, ask.origin, body, client_id(body.id))
