"""Records to a transcript: conversations, days and rows, one row a record, nothing left out.

Pure. A type that this module does not know is a row too, with its payload as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Any, TypeAlias

from onrecord_archive.transcript_bodies import (
    Body,
    Edited,
    Marks,
    Message,
    Reaction,
    Removed,
    read_body,
)

Object: TypeAlias = Mapping[str, Any]
"""A parsed JSON object."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they were when a record was made. Unknown: only `id` is not empty."""

    id: str
    name: str = ""
    kind: str = ""
    org: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A record to show: `shown` as members saw it, `kept` where the reader may see that too."""

    archive_index: int
    shown: Object
    kept: Object | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a message: an edit with its new text, or a removal from view."""

    conv_seq: int
    at: str
    actor: Person
    text: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `target_seq` is the conv_seq of the message that it changes, where known.

    `changes` are the later edits and removal of a message, in order, as far as they are here.
    `rest` are members of the record that no other field shows.
    """

    archive_index: int
    conv_seq: int
    msg_no: int | None
    event_id: str
    type: str
    at: str
    actor: Person
    body: Body
    files: tuple[Object, ...] = ()
    rest: Object = field(default_factory=dict)
    kept: Object | None = None
    target_seq: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one UTC day, `YYYY-MM-DD`, by conv_seq."""

    date: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person under one name and role: the first and last conv_seq that says so."""

    person: Person
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far a person had read and received at the end, as msg_no; None: nothing recorded."""

    person: Person
    read: int | None
    delivered: int | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One stream's part of the transcript. `gaps` are (first, last) conv_seq not contained."""

    id: str
    kind: str
    title: str
    days: tuple[Day, ...]
    people: tuple[Presence, ...]
    positions: tuple[Position, ...]
    gaps: tuple[tuple[int, int], ...]
    names: Mapping[str, str]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, by conv_seq."""
        return tuple(row for day in self.days for row in day.rows)

    @property
    def first(self) -> int:
        """The lowest conv_seq contained."""
        return self.days[0].rows[0].conv_seq

    @property
    def last(self) -> int:
        """The highest conv_seq contained."""
        return self.days[-1].rows[-1].conv_seq


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that the records say, by stream id and conv_seq."""

    conversations: tuple[Conversation, ...]

    @property
    def count(self) -> int:
        """The number of records, which is the number of rows."""
        return sum(len(conversation.rows) for conversation in self.conversations)


def build_transcript(records: Iterable[Record]) -> Transcript:
    """Return the transcript of records in any order; each becomes exactly one row.

    Records need `stream.id` and `conv_seq`; whatever else is missing or new is shown as it is.
    """
    streams: dict[str, list[Record]] = {}
    for record in records:
        streams.setdefault(str(record.shown["stream"]["id"]), []).append(record)
    return Transcript(tuple(_conversation(key, streams[key]) for key in sorted(streams)))


def _conversation(stream: str, records: list[Record]) -> Conversation:
    records.sort(key=lambda record: int(record.shown["conv_seq"]))
    people = _people(records)
    latest = {presence.person.id: presence.person for presence in people}
    rows = _with_changes([_row(record) for record in records])
    days = groupby(rows, key=lambda row: row.at[:10])
    newest = records[-1].shown["stream"]
    return Conversation(
        id=stream,
        kind=str(newest.get("kind", "")),
        title=str(newest.get("title", "")),
        days=tuple(Day(date, tuple(of_day)) for date, of_day in days),
        people=people,
        positions=_positions(rows, latest),
        gaps=_gaps(rows),
        names={person.id: person.name for person in latest.values()},
    )


_SHOWN_ELSEWHERE = frozenset(
    {"v", "event_id", "type", "stream", "conv_seq", "msg_no", "prev", "actor", "participants"}
    | {"at", "payload", "files"}
)


def _row(record: Record) -> Row:
    shown = record.shown
    kind = str(shown.get("type", ""))
    msg_no = shown.get("msg_no")
    body, more = read_body(kind, shown.get("payload"))
    rest = {name: value for name, value in shown.items() if name not in _SHOWN_ELSEWHERE}
    files = shown.get("files", ())
    return Row(
        archive_index=record.archive_index,
        conv_seq=int(shown["conv_seq"]),
        msg_no=msg_no if isinstance(msg_no, int) else None,
        event_id=str(shown.get("event_id", "")),
        type=kind,
        at=str(shown.get("at", "")),
        actor=_person(shown.get("actor")),
        body=body,
        files=tuple(files),
        rest={**rest, **{f"payload.{name}": value for name, value in more.items()}},
        kept=record.kept,
    )


def _person(value: object) -> Person:
    if not isinstance(value, Mapping):
        return Person("")
    return Person(*(str(value.get(name, "")) for name in ("id", "name", "kind", "org", "role")))


def _people(records: list[Record]) -> tuple[Presence, ...]:
    """Return everybody under each name and role that they had, in order of appearance."""
    found: dict[Person, Presence] = {}
    for record in records:
        shown, seq = record.shown, int(record.shown["conv_seq"])
        for value in (shown.get("actor"), *shown.get("participants", ())):
            person = _person(value)
            known = found.get(person)
            found[person] = replace(known, last=seq) if known else Presence(person, seq, seq)
    return tuple(found.values())


def _with_changes(rows: list[Row]) -> list[Row]:
    """Give each message its later edits and removal, and each change its message's number."""
    seq_of = {row.event_id: row.conv_seq for row in rows if isinstance(row.body, Message)}
    changes: dict[str, list[Change]] = {}
    for row in rows:
        if isinstance(row.body, Edited):
            change = Change(row.conv_seq, row.at, row.actor, row.body.text)
            changes.setdefault(row.body.target, []).append(change)
        elif isinstance(row.body, Removed):
            change = Change(row.conv_seq, row.at, row.actor, None)
            changes.setdefault(row.body.target, []).append(change)
    linked = []
    for row in rows:
        if isinstance(row.body, Message):
            linked.append(replace(row, changes=tuple(changes.get(row.event_id, ()))))
        elif isinstance(row.body, Edited | Removed | Reaction):
            linked.append(replace(row, target_seq=seq_of.get(row.body.target)))
        else:
            linked.append(row)
    return linked


def _positions(rows: list[Row], people: Mapping[str, Person]) -> tuple[Position, ...]:
    """Return the highest positions recorded here, by person id."""
    read: dict[str, int] = {}
    delivered: dict[str, int] = {}
    marks = [mark for row in rows if isinstance(row.body, Marks) for mark in row.body.changes]
    for mark in marks:
        if mark.read is not None:
            read[mark.person] = max(mark.read, read.get(mark.person, 0))
        if mark.delivered is not None:
            delivered[mark.person] = max(mark.delivered, delivered.get(mark.person, 0))
    return tuple(
        Position(people.get(key, Person(key)), read.get(key), delivered.get(key))
        for key in sorted(read.keys() | delivered.keys())
    )


def _gaps(rows: list[Row]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (before.conv_seq + 1, after.conv_seq - 1)
        for before, after in pairwise(rows)
        if after.conv_seq > before.conv_seq + 1
    )
