"""Reports of messages, for compliance: which ones were read is a record before they show."""

from dataclasses import dataclass
from typing import cast

from onrecord.compliance.reports import FoundReport, ReportDesk
from onrecord.domain.complaints import spoken
from onrecord.edge import queries
from onrecord.edge.console.asking import officer
from onrecord.edge.console.picking import choice_shown
from onrecord.edge.operations import gives, query
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.wire import reports as wire
from onrecord_archive.record import format_time

REPORTS = queries.limit_of(50, most=200)


@dataclass(frozen=True, slots=True)
class ReportRoutes:
    """What compliance sees of reports."""

    desk: ReportDesk

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [ForSignedIn("GET", "/api/v1/reports", self._list, "console.reports")]

    @gives(wire.ReportList)
    @query(before=queries.number_of("Reports with a lower number only."), limit=REPORTS)
    async def _list(self, ask: SignedAsk) -> wire.ReportList:
        """List reports, the newest first; that they were read is a record."""
        before, limit = queries.number(ask.request, "before"), REPORTS.of(ask.request)
        found, more = await self.desk.page(officer(ask), before=before, limit=limit)
        return wire.ReportList([_listed(one) for one in found], more)


def _listed(found: FoundReport) -> wire.ListedReport:
    return wire.ListedReport(
        number=found.number,
        reference=spoken("R", found.event),
        person=found.person,
        author=found.author,
        conversation=choice_shown(found.conversation),
        conv_seq=found.conv_seq,
        at=format_time(found.at),
        reason=cast("wire.Reason", found.reason),
        text=found.text,
    )
