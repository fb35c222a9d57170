"""Compliance reads what was reported: which reports is on the record before they show.

(1) read            one page; nothing leaves
(2) record          `stream.read` in the stream `identity`: `reports`, first and last number
(3) show            exactly that page

What became of a report is a record beside it, in the stream `reports`: `report.looked_at`, then
`report.closed` with a word; each at most once.
"""

import asyncio

from onrecord.core.domain.errors import BadInput, Conflict, NotFound
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import IDENTITY, READ, AccessLog
from onrecord.features.compliance.values import Officer
from onrecord.features.reports.recorded import (
    CLOSED,
    LOOKED_AT,
    STREAM,
    FoundReport,
    Handled,
    State,
)
from onrecord.features.reports.store import ReportStore


class ReportDesk:
    """Shows reports to compliance, and takes down what became of them. The event loop's."""

    def __init__(self, *, store: ReportStore, read: Bridge, access: AccessLog) -> None:
        self._store = store
        self._read = read
        self._access = access
        self._one_at_a_time = asyncio.Lock()

    async def page(
        self, officer: Officer, *, before: int | None, limit: int, state: State | None = None
    ) -> tuple[list[FoundReport], bool]:
        """Return a page, and whether there are more. An empty one is not recorded.

        Raises Unavailable: nothing may be shown.
        """
        found = await self._read(self._store.latest, before, limit + 1, state)  # (1)
        shown = found[:limit]
        if shown:
            facts: Facts = {"stream": "reports", "first": shown[-1].number}
            facts |= {"last": shown[0].number, "count": len(shown)}
            await self._access.record_in(IDENTITY, officer, READ, facts)  # (2)
        return shown, len(found) > limit  # (3)

    async def look(self, officer: Officer, number: int) -> Handled:
        """Record that a report was looked at.

        Raises NotFound (`no_such_report`), Conflict (`report_taken`), Unavailable.
        """
        async with self._one_at_a_time:
            if (await self._handled(number)).state != "open":
                raise Conflict("report_taken", "Somebody has looked at this report already.")
            await self._access.record_in(STREAM, officer, LOOKED_AT, {"report": number})
            return await self._handled(number)

    async def close(self, officer: Officer, number: int, text: str) -> Handled:
        """Record that a report was closed, and with what word.

        Raises BadInput (`text_empty`), NotFound (`no_such_report`), Conflict (`report_closed`),
        Unavailable.
        """
        if is_blank(text):
            raise BadInput("text_empty", "Say in a word how this ended.")
        async with self._one_at_a_time:
            if (await self._handled(number)).state == "closed":
                raise Conflict("report_closed", "This report is closed already.")
            facts: Facts = {"report": number, "text": text}
            await self._access.record_in(STREAM, officer, CLOSED, facts)
            return await self._handled(number)

    async def _handled(self, number: int) -> Handled:
        found = await self._read(self._store.handled, number)
        if found is None:
            raise NotFound("no_such_report", "There is no report with this number.")
        return found
