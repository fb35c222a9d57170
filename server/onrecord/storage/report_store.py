"""Every statement that reads reports of messages as they were recorded."""

from onrecord.compliance.reports import FoundReport
from onrecord.domain.ids import EventId, PersonId, StreamId
from onrecord.domain.values import SystemEntry
from onrecord.journal.rebuild import event_of
from onrecord.messaging.reports import MADE, STREAM
from onrecord.storage.compliance_store import choice
from onrecord.storage.database import Database
from onrecord.storage.snapshot import published
from onrecord.storage.statements import Tx, sql

LATEST = sql(
    """SELECT b.shown FROM journal j JOIN stream s ON s.key = j.stream_key AND s.id = ?
    JOIN archived a ON a.key = j.key JOIN journal_body b ON b.key = j.key
    WHERE j.type = ? AND j.conv_seq < ? ORDER BY j.conv_seq DESC LIMIT ?"""
)
ENDLESS = 2**53


class ReportStore:
    """Fulfils compliance.reports.ReportStore on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, before: int | None, limit: int) -> list[FoundReport]:
        """Return the newest reports with a number below `before`, the newest first."""
        first = ENDLESS if before is None else before
        with published(self._database) as (tx, _):
            rows = tx.all(LATEST, (STREAM.id, MADE, first, limit))
            return [_report(tx, bytes(shown)) for (shown,) in rows]


def _report(tx: Tx, shown: bytes) -> FoundReport:
    event = event_of(shown)
    payload = event.payload
    if not isinstance(payload, SystemEntry):
        raise TypeError(f"{payload.type} is no report")
    facts = payload.facts
    text = facts.get("text")
    return FoundReport(
        number=event.conv_seq,
        event=EventId(event.event_id),
        person=event.actor.id,
        author=PersonId(str(facts["author"])),
        conversation=choice(tx, StreamId(str(facts["conversation"]))),
        conv_seq=int(str(facts["conv_seq"])),
        at=event.at,
        reason=str(facts["reason"]),
        text=None if text is None else str(text),
    )
