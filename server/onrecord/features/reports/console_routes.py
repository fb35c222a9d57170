"""Reports of messages, for compliance: which ones were read is a record before they show."""

from dataclasses import dataclass
from typing import Literal, cast

from onrecord.core.domain.complaints import spoken
from onrecord.features.compliance.shown import choice_shown
from onrecord.features.compliance.values import Officer
from onrecord.features.reports import bodies as wire
from onrecord.features.reports.listing import ReportDesk
from onrecord.features.reports.recorded import FoundReport, Handled, Step
from onrecord.http import queries
from onrecord.http.operations import gives, query, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time

REPORTS = queries.limit_of(50, most=200)
STATE: queries.Choice[Literal["all", "open", "looked_at", "closed"]] = queries.choice_of(
    "state", "Which ones.", "all", "open", "looked_at", "closed"
)


@dataclass(frozen=True, slots=True)
class ReportRoutes:
    """What compliance sees of reports."""

    desk: ReportDesk

    def table(self) -> list[Entry]:
        """Return the routes."""
        action = "console.reports"
        return [
            ForSignedIn("GET", "/api/v1/reports", self._list, action),
            ForSignedIn("POST", "/api/v1/reports/{number}/look", self._look, action),
            ForSignedIn("POST", "/api/v1/reports/{number}/close", self._close, action),
        ]

    @gives(wire.ReportList)
    @query(
        before=queries.number_of("Reports with a lower number only."), limit=REPORTS, state=STATE
    )
    async def _list(self, ask: SignedAsk) -> wire.ReportList:
        """List reports, the newest first; that they were read is a record."""
        before, limit = queries.number(ask.request, "before"), REPORTS.of(ask.request)
        chosen = STATE.of(ask.request)
        state = None if chosen == "all" else chosen
        found, more = await self.desk.page(
            Officer.of(ask.who, ask.origin), before=before, limit=limit, state=state
        )
        return wire.ReportList([_listed(one) for one in found], more)

    @gives(wire.ReportHandled)
    @refuses("no_such_report", "report_taken")
    async def _look(self, ask: SignedAsk) -> wire.ReportHandled:
        """Note that a report was looked at."""
        return _handled(await self.desk.look(Officer.of(ask.who, ask.origin), ask.number("number")))

    @takes(wire.CloseReport)
    @gives(wire.ReportHandled)
    @refuses("no_such_report", "report_closed", "text_empty")
    async def _close(self, ask: SignedAsk, body: wire.CloseReport) -> wire.ReportHandled:
        """Close a report, with a word on how it ended."""
        return _handled(
            await self.desk.close(Officer.of(ask.who, ask.origin), ask.number("number"), body.text)
        )


def _handled(handled: Handled) -> wire.ReportHandled:
    return wire.ReportHandled(_step(handled.looked), _step(handled.closed))


def _step(step: Step | None) -> wire.ReportStep | None:
    return None if step is None else wire.ReportStep(step.person, format_time(step.at), step.text)


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
        handled=_handled(found.handled),
    )
