"""Telling compliance of a message."""

from dataclasses import dataclass

from onrecord.core.domain.errors import TooMany
from onrecord.core.domain.ids import client_id
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.reports import bodies as wire
from onrecord.features.reports.service import Reports
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk

REPORTS = Allowance(
    10,
    120.0,
    TooMany(
        "rate_limited",
        "You have reported many messages just now. Wait a little, or call compliance.",
    ),
)
"""Reports of one person."""


@dataclass(frozen=True, slots=True)
class ReportingRoutes:
    """The route."""

    reports: Reports
    limiter: RateLimiter

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
        self.limiter.take((who.id, REPORTS))
        return await self.reports.make(who, ask.origin, body, client_id(body.id))
