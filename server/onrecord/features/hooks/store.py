"""Every statement about hooks: cursors, blocked streams, what the live store has of records."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

import msgspec

from onrecord.core.hooks.comparison import Comparison, Difference
from onrecord.core.hooks.ports import Blocked, HookState, Received, Told
from onrecord.core.hooks.receipts import ReceiptRange, ReceiptsHead
from onrecord.core.hooks.records import Owed
from onrecord.core.hooks.sight import EVERYTHING, SEALED, Opening
from onrecord.database.columns import AUTHOR, event_bytes, micros, moment
from onrecord.database.database import Database
from onrecord.database.statements import query, sql
from onrecord.features.hooks.receipts_store import (
    keeping,
    receipts_before,
    receipts_from,
    receipts_head,
    receipts_within,
)
from onrecord_archive.contract import Filter
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.seal import Plain


class _Hook(NamedTuple):
    """A hook as its row has it: what is empty is not set."""

    position: int
    opening: str
    limits: str
    people: str
    paused: bool
    kept_from: int
    destination: str
    owed: str
    replay_from: int | None
    comparison_ordered: bool


class _Compared(NamedTuple):
    """A comparison; `named` is JSON (`_named`)."""

    ended_at: datetime
    end: int
    differences: int
    doubles: int
    named: str


class _Body(NamedTuple):
    """What the live store has of a record."""

    event: EventId
    plain: Plain


HOOK = query(
    _Hook,
    "SELECT position, opening, limits, people, paused, kept_from, destination, owed,"
    " replay_from, comparison_ordered FROM hook WHERE name = ?",
)
BLOCKED = query(
    Blocked,
    "SELECT stream, archive_index, since, detail FROM hook_blocked WHERE hook = ?"
    " ORDER BY archive_index",
)
MAKE = sql("INSERT INTO hook (name, position) VALUES (?, 0) ON CONFLICT (name) DO NOTHING")
ADVANCE = sql("UPDATE hook SET position = ? WHERE name = ?")
REWIND = sql(
    """UPDATE hook SET position = ?, replay_from = CASE WHEN replay_from < ? THEN replay_from END
    WHERE name = ?"""
)
REWIND_BLOCKED = sql(
    "UPDATE hook_blocked SET archive_index = ? WHERE hook = ? AND archive_index > ?"
)
BLOCK = sql(
    """INSERT INTO hook_blocked (hook, stream, archive_index, since, detail)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (hook, stream) DO UPDATE SET archive_index = excluded.archive_index,
        since = excluded.since, detail = excluded.detail"""
)
UNBLOCK = sql("DELETE FROM hook_blocked WHERE hook = ? AND stream = ?")
COMPARISON = query(
    _Compared,
    """SELECT ended_at, position AS "end", differences, doubles, named FROM hook_comparison
    WHERE hook = ?""",
)
COMPARED = sql(
    """INSERT INTO hook_comparison (hook, ended_at, position, differences, doubles, named)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (hook) DO UPDATE SET ended_at = excluded.ended_at, position = excluded.position,
        differences = excluded.differences, doubles = excluded.doubles, named = excluded.named"""
)
SET_PAUSED = sql("UPDATE hook SET paused = ?, owed = '' WHERE name = ?")
ORDER_COMPARISON = sql("UPDATE hook SET comparison_ordered = 1, owed = '' WHERE name = ?")
COMPARISON_MADE = sql("UPDATE hook SET comparison_ordered = 0 WHERE name = ?")
SET_REPLAY = sql(
    """UPDATE hook SET owed = '',
        replay_from = CASE WHEN replay_from < ? THEN replay_from ELSE ? END WHERE name = ?"""
)
KNOWN = query(
    str,
    "SELECT name FROM hook WHERE destination <> '' OR opening <> '' OR limits <> ''"
    " OR people <> '' OR owed <> '' ORDER BY name",
)
OWE = sql(
    "UPDATE hook SET destination = ?, opening = ?, limits = ?, people = ?, owed = ? WHERE name = ?"
)
SETTLED = sql("UPDATE hook SET owed = '' WHERE name = ?")
BODIES = query(
    _Body,
    """SELECT j.event_id AS event, b.shown AS "plain.shown", b.salt_s AS "plain.salt_s",
        b.kept AS "plain.kept", b.salt_k AS "plain.salt_k"
    FROM journal j JOIN journal_body b ON b.key = j.key WHERE j.event_id {blobs}""",
)
# A member from the event that made them one to the one that ended it, both included. Nothing later
# changes that; who was let read earlier messages later was no member then.
CONCERNING = query(
    EventId,
    """SELECT j.event_id FROM journal j WHERE j.event_id {blobs} AND ({author} {texts} OR EXISTS (
        SELECT 1 FROM member_span m WHERE m.stream_key = j.stream_key AND m.person {texts}
        AND m.join_seq <= j.conv_seq AND (m.to_seq IS NULL OR m.to_seq >= j.conv_seq)))""",
    author=AUTHOR,
)


class HookStore:
    """Cursors, settings and receipts of hooks, and the bodies that they are given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, hook: str) -> HookState:
        """Return a hook's state; a new one begins at entry 0."""
        with self._database.writing(durable=False) as tx:
            tx.run(MAKE, (hook,))
            found = tx.only(HOOK, (hook,))
            blocked = tx.all(BLOCKED, (hook,))
            compared = tx.one(COMPARISON, (hook,))
            received = receipts_head(tx, hook)
        return HookState(
            found.position,
            _told(found),
            tuple(blocked),
            None if compared is None else _comparison(compared),
            paused=found.paused,
            received=received,
            kept_from=found.kept_from,
            owed=msgspec.json.decode(found.owed, type=Owed) if found.owed else None,
            replay_from=found.replay_from,
            comparison_ordered=found.comparison_ordered,
        )

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        """Set the cursor, keep receipts, and return what all come to. Raises Unavailable."""
        keep = keeping(hook, received)
        with self._database.writing(durable=False) as tx:
            head = keep(tx, hook)
            tx.run(ADVANCE, (cursor, hook))
        return head

    def rewind(self, hook: str, cursor: int) -> None:
        """Set the cursor, and each blocked stream that lies above it, back to `cursor`."""
        with self._database.writing(durable=False) as tx:
            tx.run(REWIND, (cursor, cursor, hook))
            tx.run(REWIND_BLOCKED, (cursor, hook, cursor))

    def block(self, hook: str, blocked: Blocked, received: Received | None = None) -> ReceiptsHead:
        """Note or move a blocked stream, and keep receipts as `advance` does."""
        place = (blocked.stream, blocked.archive_index, micros(blocked.since), blocked.detail)
        keep = keeping(hook, received)
        with self._database.writing(durable=False) as tx:
            head = keep(tx, hook)
            tx.run(BLOCK, (hook, *place))
        return head

    def unblock(self, hook: str, stream: str, received: Received | None = None) -> ReceiptsHead:
        """Forget a blocked stream, and keep receipts as `advance` does."""
        keep = keeping(hook, received)
        with self._database.writing(durable=False) as tx:
            head = keep(tx, hook)
            tx.run(UNBLOCK, (hook, stream))
        return head

    def ranges(self, hook: str, first: int = 0, end: int = 2**53) -> list[ReceiptRange]:
        """Return the rows of receipts that have some for entries from `first` to before `end`."""
        with self._database.reading() as tx:
            return receipts_within(tx, hook, first, end)

    def ranges_before(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        """Return the last rows before a number, the newest first, without their blocks."""
        with self._database.reading() as tx:
            return receipts_before(tx, hook, number, most)

    def ranges_from(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        """Return the first rows from a number on."""
        with self._database.reading() as tx:
            return receipts_from(tx, hook, number, most)

    def known(self) -> list[str]:
        """Return the hooks of which the record says something, or is owed an entry, by name."""
        with self._database.reading() as tx:
            return tx.all(KNOWN)

    def owe(self, hook: str, told: Told, owed: Owed) -> None:
        """Note what the record is to say of a hook, and the entry that says it."""
        entry = msgspec.json.encode(owed).decode()
        with self._database.writing() as tx:
            tx.run(OWE, (*_columns(told), entry, hook))

    def settled(self, hook: str) -> None:
        """Note that what was owed is on the record. Undone by a power cut, it is settled again."""
        with self._database.writing(durable=False) as tx:
            tx.run(SETTLED, (hook,))

    def set_paused(self, hook: str, on: bool) -> None:
        """Note that a hook delivers nothing, or does again; what was owed is on the record."""
        with self._database.writing() as tx:
            tx.run(SET_PAUSED, (int(on), hook))

    def set_replay(self, hook: str, first: int) -> None:
        """Note from where it is to deliver again; what was owed is on the record."""
        with self._database.writing() as tx:
            tx.run(SET_REPLAY, (first, first, hook))

    def order_comparison(self, hook: str) -> None:
        """Note that its other side is to be compared; what was owed is on the record."""
        with self._database.writing() as tx:
            tx.run(ORDER_COMPARISON, (hook,))

    def compared(self, hook: str, comparison: Comparison) -> None:
        """Note a comparison in the place of the one before; none is ordered any more."""
        named = json.dumps([_named(each) for each in comparison.named])
        counts = (comparison.end, comparison.differences, comparison.doubles, named)
        with self._database.writing() as tx:
            tx.run(COMPARED, (hook, micros(comparison.ended_at), *counts))
            tx.run(COMPARISON_MADE, (hook,))

    def bodies(self, events: Collection[EventId]) -> dict[EventId, Plain]:
        """Return what the live store still has of these records."""
        with self._database.reading() as tx:
            rows = tx.all(BODIES, (tx.list_of([event_bytes(event) for event in events]),))
        return {row.event: row.plain for row in rows}

    def concerning(self, events: Collection[EventId], people: Collection[PersonId]) -> set[EventId]:
        """Return those records that one of the people made, or was a member at.

        One that is not journaled is not among them; of a closed conversation (stubs.py) the author
        alone is known.
        """
        with self._database.reading() as tx:
            sought, named = tx.list_of([event_bytes(event) for event in events]), tx.list_of(people)
            return set(tx.all(CONCERNING, (sought, named, named)))


def _comparison(of: _Compared) -> Comparison:
    first = tuple(
        Difference(index, found, *map(moment, received))
        for index, found, *received in json.loads(of.named)
    )
    return Comparison(of.ended_at, of.end, of.differences, of.doubles, first)


def _named(each: Difference) -> list[object]:
    received = [] if each.received_at is None else [micros(each.received_at)]
    return [each.archive_index, each.found, *received]


def _told(found: _Hook) -> Told:
    return Told(
        tuple(json.loads(found.destination)) if found.destination else (),
        _opening(found.opening),
        _limits(found.limits),
        tuple(PersonId(id) for id in found.people.split()),
    )


def _columns(told: Told) -> tuple[str, str, str, str]:
    """Return what it comes to in the table: destination, opening, limits, people."""
    return (
        json.dumps(told.destination) if told.destination else "",
        "" if told.opening == SEALED else json.dumps(asdict(told.opening)),
        "" if told.limits == EVERYTHING else json.dumps(asdict(told.limits)),
        " ".join(told.people),
    )


def _limits(text: str) -> Filter:
    members = json.loads(text) if text else {}
    return Filter(**{name: tuple(words) for name, words in members.items()})


def _opening(text: str) -> Opening:
    members = json.loads(text) if text else {}
    return Opening(members["sees"], tuple(members["without"])) if members else SEALED
