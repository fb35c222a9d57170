"""Compliance reads what was reported: which reports is on the record before they show.

(1) read            one page; nothing leaves
(2) record          `stream.read` in the stream `identity`: `reports`, first and last number
(3) show            exactly that page
"""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from onrecord.compliance.access import IDENTITY, READ, AccessLog, Facts
from onrecord.compliance.ports import Bridge, Choice, Officer
from onrecord.domain.ids import EventId, PersonId


class FoundReport(Struct, frozen=True):
    """A report as recorded. `text` are the reporter's own words."""

    number: int
    event: EventId
    person: PersonId
    author: PersonId
    conversation: Choice
    conv_seq: int
    at: datetime
    reason: str
    text: str | None


class ReportStore(Protocol):
    """What storage fulfils. Every method blocks. Raises Unavailable."""

    def latest(self, before: int | None, limit: int) -> list[FoundReport]:
        """Return the newest reports with a number below `before`, the newest first."""


class ReportDesk:
    """Shows reports to compliance."""

    def __init__(self, *, store: ReportStore, read: Bridge, access: AccessLog) -> None:
        self._store = store
        self._read = read
        self._access = access

    async def page(
        self, officer: Officer, *, before: int | None, limit: int
    ) -> tuple[list[FoundReport], bool]:
        """Return a page, and whether there are more. An empty one is not recorded.

        Raises Unavailable: nothing may be shown.
        """
        found = await self._read(self._store.latest, before, limit + 1)  # (1)
        shown = found[:limit]
        if shown:
            facts: Facts = {"stream": "reports", "first": shown[-1].number}
            facts |= {"last": shown[0].number, "count": len(shown)}
            await self._access.record_in(IDENTITY, officer, READ, facts)  # (2)
        return shown, len(found) > limit  # (3)
