"""Records to a transcript: conversations, days and rows, one row a record, nothing left out.

Pure. A type that this module does not know is a row too, with its payload as it stands. Records are
a sequence that may lie on a disk: each is asked for when it is needed, and none is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, overload

from onrecord_archive.events.audience import about
from onrecord_archive.events.conversations import Positions
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.messages import MessageEdited, MessageRemoved, MessageSent
from onrecord_archive.format.broadcast_parts import STREAM as BROADCASTS
from onrecord_archive.transcript.bodies import Body, EditUnseen, read_body
from onrecord_archive.transcript.broadcasts import Messages, Part
from onrecord_archive.transcript.notes import Note, Notes, read_note

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

    `changes` are the later edits and removal of a message, in order, as far as they are here, and
    `notes` what the firm's rules noted about it, which no member sees. `parts`: what a broadcast
    became for each recipient.
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
    notes: tuple[Note, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one UTC day, `YYYY-MM-DD`, by conv_seq."""

    date: str
    rows: Sequence[Row]


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
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(day.rows) for day in self.days)

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
    """Everything that the records say, by stream id and conv_seq; broadcasts come first."""

    conversations: tuple[Conversation, ...]

    @property
    def count(self) -> int:
        """The number of records, which is the number of rows."""
        return sum(conversation.count for conversation in self.conversations)


class Rows(Sequence[Row]):
    """The rows of some records, each made when it is asked for."""

    def __init__(self, records: Sequence[Record], places: array[int], links: _Links) -> None:
        """Take where the records stand in the sequence, and what belongs to what."""
        self._records = records
        self._places = places
        self._links = links

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        """Return one row, or some."""
        if isinstance(index, slice):
            return Rows(self._records, self._places[index], self._links)
        return self._links.linked(_row(self._records[self._places[index]]))


def build_transcript(records: Iterable[Record], notes: Iterable[Record] = ()) -> Transcript:
    """Return the transcript of records in any order; each becomes exactly one row.

    `notes` are records of the stream `policy`, shown with what they are about. Records need
    `stream.id` and `conv_seq`; whatever else is missing or new is shown as it is. A sequence is
    read three times, and must stay what it is as long as the transcript is used.
    """
    source = records if isinstance(records, Sequence) else tuple(records)
    places: dict[str, array[int]] = {}
    numbers = array("q")
    noted = Notes(read_note(note.archive_index, note.shown) for note in notes)
    messages = Messages()
    for place, record in enumerate(source):
        places.setdefault(str(record.shown["stream"]["id"]), array("q")).append(place)
        numbers.append(int(record.shown["conv_seq"]))
        messages.add(record.shown)
    return Transcript(
        tuple(
            _conversation(
                source,
                array("q", sorted(places[key], key=numbers.__getitem__)),
                _Links(noted, messages),
            )
            for key in sorted(places, key=lambda key: (key != BROADCASTS, key))
        )
    )


def _conversation(records: Sequence[Record], places: array[int], links: _Links) -> Conversation:
    outline = _Outline(links)
    for place in places:
        outline.add(records[place])
    latest = {presence.person.id: presence.person for presence in outline.people.values()}
    newest = records[places[-1]].shown["stream"]
    rows = Rows(records, places, outline.links)
    return Conversation(
        id=str(newest["id"]),
        kind=str(newest.get("kind", "")),
        title=str(newest.get("title", "")),
        days=tuple(Day(date, rows[first:end]) for date, first, end in outline.days),
        people=tuple(outline.people.values()),
        positions=outline.positions(latest),
        gaps=tuple(outline.gaps),
        names={person.id: person.name for person in latest.values()},
    )


_SHOWN_ELSEWHERE = frozenset(
    {"v", "event_id", "type", "stream", "conv_seq", "msg_no", "prev", "actor", "participants"}
    | {"at", "payload", "files"}
)


_KEPT_ELSEWHERE = frozenset({"files", "blob_keys"})
"""The files stand beside the body; their keys open what lies sealed, and tell a reader nothing."""


def _row(record: Record) -> Row:
    shown = record.shown
    kind = str(shown.get("type", ""))
    msg_no = shown.get("msg_no")
    body, more = read_body(kind, shown.get("payload"))
    rest = {name: value for name, value in shown.items() if name not in _SHOWN_ELSEWHERE}
    kept = record.kept
    files = shown.get("files") or (kept or {}).get("files", ())
    if kept is not None:
        kept = {name: value for name, value in kept.items() if name not in _KEPT_ELSEWHERE}
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
        kept=kept,
    )


def _person(value: object) -> Person:
    if not isinstance(value, Mapping):
        return Person("")
    return Person(*(str(value.get(name, "")) for name in ("id", "name", "kind", "org", "role")))


class _Links:
    """Gives each message its changes, each change its message's number, and both their notes."""

    def __init__(self, noted: Notes, messages: Messages) -> None:
        self._noted = noted
        self._messages = messages
        self._seq_of: dict[str, int] = {}
        self._changes: dict[str, list[Change]] = {}

    def add(self, row: Row) -> None:
        """Note a row; they come by conv_seq."""
        match row.body:
            case MessageSent():
                self._seq_of[row.event_id] = row.conv_seq
            case MessageEdited():
                self._add(row.body.target, Change(row.conv_seq, row.at, row.actor, row.body.text))
            case MessageRemoved() | EditUnseen():
                self._add(row.body.target, Change(row.conv_seq, row.at, row.actor, None))

    def _add(self, target: str, change: Change) -> None:
        self._changes.setdefault(target, []).append(change)

    def linked(self, row: Row) -> Row:
        """Return a row with what belongs to it."""
        if notes := self._noted.of(row.event_id):
            row = replace(row, notes=notes)
        if isinstance(row.body, BroadcastSent):
            found = self._messages.parts(row.event_id, row.actor.id, row.body.recipients)
            return replace(row, parts=found)
        if isinstance(row.body, MessageSent):
            changes = self._changes.get(row.event_id)
            return replace(row, changes=tuple(changes)) if changes else row
        target = about(row.body)
        return row if target is None else replace(row, target_seq=self._seq_of.get(target))


class _Outline:
    """What is known of a conversation before its rows are shown; records come by conv_seq."""

    def __init__(self, links: _Links) -> None:
        self.links = links
        self.people: dict[Person, Presence] = {}
        """Everybody under each name and role that they had, in order of appearance."""
        self.days: list[tuple[str, int, int]] = []
        """Date, first row, end."""
        self.gaps: list[tuple[int, int]] = []
        self._read: dict[str, int] = {}
        self._delivered: dict[str, int] = {}
        self._last: int | None = None

    def add(self, record: Record) -> None:
        """Look at the next record."""
        row = _row(record)
        self._meet(record.shown, row)
        self._place(row)
        self.links.add(row)
        for mark in row.body.changes if isinstance(row.body, Positions) else ():
            for known, value in ((self._read, mark.read), (self._delivered, mark.delivered)):
                if value is not None:
                    known[mark.person] = max(value, known.get(mark.person, 0))

    def positions(self, people: Mapping[str, Person]) -> tuple[Position, ...]:
        """Return the highest positions recorded here, by person id."""
        return tuple(
            Position(people.get(key, Person(key)), self._read.get(key), self._delivered.get(key))
            for key in sorted(self._read.keys() | self._delivered.keys())
        )

    def _meet(self, shown: Object, row: Row) -> None:
        there = shown.get("participants")
        for value in (shown.get("actor"), *(there if isinstance(there, list) else ())):
            person = _person(value)
            known = self.people.get(person)
            first = known.first if known else row.conv_seq
            self.people[person] = Presence(person, first, row.conv_seq)

    def _place(self, row: Row) -> None:
        if self._last is not None and row.conv_seq > self._last + 1:
            self.gaps.append((self._last + 1, row.conv_seq - 1))
        self._last = row.conv_seq
        date, first, end = self.days[-1] if self.days else ("", 0, 0)
        if self.days and date == row.at[:10]:
            self.days[-1] = (date, first, end + 1)
        else:
            self.days.append((row.at[:10], end, end + 1))
