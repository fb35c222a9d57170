"""Every statement that reads reports of messages, and what became of them, as recorded."""

from msgspec.structs import replace

from onrecord.core.domain.values import Event, Facts, SystemEntry
from onrecord.core.journal.shown import event_of
from onrecord.core.store.snapshot import published
from onrecord.database.database import Database
from onrecord.database.statements import Query, Tx, Value, query, sql
from onrecord.features.compliance.store import choice
from onrecord.features.reports.recorded import (
    CLOSED,
    LOOKED_AT,
    MADE,
    STREAM,
    FoundReport,
    Handled,
    State,
    Step,
)
from onrecord_archive.events.ids import EventId, PersonId, StreamId

_SHOWN = """FROM journal j JOIN stream s ON s.key = j.stream_key AND s.id = ?
    JOIN archived a ON a.key = j.key JOIN journal_body b ON b.key = j.key"""
LATEST = query(
    bytes,
    """SELECT b.shown {shown} WHERE j.type = ? AND j.conv_seq < ?
    ORDER BY j.conv_seq DESC LIMIT ?""",
    shown=_SHOWN,
)
LATEST_OF = query(
    bytes,
    """SELECT b.shown {shown} WHERE j.type = ? AND j.conv_seq < ? AND j.conv_seq {ints}
    ORDER BY j.conv_seq DESC LIMIT ?""",
    shown=_SHOWN,
)
LATEST_OTHERS = query(
    bytes,
    """SELECT b.shown {shown} WHERE j.type = ? AND j.conv_seq < ? AND NOT j.conv_seq {ints}
    ORDER BY j.conv_seq DESC LIMIT ?""",
    shown=_SHOWN,
)
STEPS = query(
    bytes, "SELECT b.shown {shown} WHERE j.type {texts} ORDER BY j.conv_seq", shown=_SHOWN
)
IS_ONE = sql("SELECT 1 {shown} WHERE j.type = ? AND j.conv_seq = ?", shown=_SHOWN)
ENDLESS = 2**53


class ReportStore:
    """Reports, as recorded. Every method blocks.

    What became of reports is read from its records each time: there are few of them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, before: int | None, limit: int, state: State | None) -> list[FoundReport]:
        """Return the newest reports in a state (None: in any) with a number below `before`."""
        first = ENDLESS if before is None else before
        with published(self._database) as (tx, _):
            handled = _handled(tx)
            rows = tx.all(*_wanted(tx, handled, state, (STREAM.id, MADE, first), limit))
            return [_report(tx, shown, handled) for shown in rows]

    def handled(self, number: int) -> Handled | None:
        """Return what became of a report; None: there is none with this number."""
        with published(self._database) as (tx, _):
            if tx.one(IS_ONE, (STREAM.id, MADE, number)) is None:
                return None
            return _handled(tx).get(number, Handled())


def _wanted(
    tx: Tx,
    handled: dict[int, Handled],
    state: State | None,
    made: tuple[Value, ...],
    limit: int,
) -> tuple[Query[bytes], tuple[Value, ...]]:
    if state is None:
        return LATEST, (*made, limit)
    if state == "open":
        return LATEST_OTHERS, (*made, tx.list_of(handled), limit)
    numbers = [number for number, each in handled.items() if each.state == state]
    return LATEST_OF, (*made, tx.list_of(numbers), limit)


def _handled(tx: Tx) -> dict[int, Handled]:
    """Return what became of reports, by number; an open one is absent."""
    found: dict[int, Handled] = {}
    for shown in tx.all(STEPS, (STREAM.id, tx.list_of((LOOKED_AT, CLOSED)))):
        event = event_of(shown)
        facts = _facts(event)
        number, text = int(str(facts["report"])), facts.get("text")
        step = Step(event.actor.id, event.at, None if text is None else str(text))
        before = found.get(number, Handled())
        is_look = event.payload.type == LOOKED_AT
        found[number] = replace(before, looked=step) if is_look else replace(before, closed=step)
    return found


def _facts(event: Event) -> Facts:
    if not isinstance(event.payload, SystemEntry):
        raise TypeError(f"{event.payload.type} is no report")
    return event.payload.facts


def _report(tx: Tx, shown: bytes, handled: dict[int, Handled]) -> FoundReport:
    event = event_of(shown)
    facts = _facts(event)
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
        handled=handled.get(event.conv_seq, Handled()),
    )
