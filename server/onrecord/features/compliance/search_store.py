"""Compliance's search: every text that was ever shown, also those that nobody sees any more.

A text that stands as it was sent is in the common index (search_store.py). Messages that were
edited or removed are few: theirs are read from the record, version by version. Why so:
server/decisions/compliance_search.md.

(1) which streams, and which of their numbers      the conversation, the person's membership, days
(2) what stands there                              without words: all; else index and newest block
(3) what was changed                               each version's own record, within (1)
(4) titles; and what is said in other events, read from the record: complaints, automatic replies;
    and what stored files are called, those too that nobody sees
(5) broadcasts, as records of their senders: in a search for a conversation or for a recipient
    stand the messages that they became, and nobody else's name
(6) the changes of what was found                  so that a hit comes with its whole chain
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.errors import BadInput
from onrecord.core.store.journal import SEQ_AT
from onrecord.database.columns import AUTHOR, event_bytes, micros
from onrecord.database.statements import Tx, query
from onrecord.features.compliance.values import Bounds, Finding, Hit, Place, too_many_hits
from onrecord.features.search.index_store import LAST, asked, block_of
from onrecord.features.search.inflected import Word
from onrecord.features.search.query import beginnings, matches
from onrecord.features.search.said import MESSAGES, NO_MESSAGE, OTHERS, said
from onrecord.features.uploads import store as files
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.broadcast_parts import STREAM

PAGE = 500
"""Rows whose bodies are read at once."""
ENDLESS = 2**62

Range = tuple[int, int]
Scope = dict[int, list[Range]]
"""By stream_key: which numbers count, both ends included."""


class _File(Struct, frozen=True):
    name: str


class _Shown(Struct, frozen=True):
    type: str
    payload: dict[str, Any]
    files: tuple[_File, ...] = ()


class _Whole(NamedTuple):
    """A conversation, and how far it goes."""

    stream_key: int
    published_seq: int


class _Span(NamedTuple):
    """What somebody sees of a conversation; `to_seq` None: up to now."""

    stream_key: int
    published_seq: int
    from_seq: int
    to_seq: int | None


class _Written(NamedTuple):
    """A record that says something, of a type."""

    archive_index: int
    event_id: bytes
    type: str


class _Candidate(NamedTuple):
    """A record that may be found; `text`: what it says, where its statement reads that."""

    archive_index: int
    event_id: bytes
    stream_key: int
    conv_seq: int
    actor: PersonId
    text: str | None


class _Edit(NamedTuple):
    """A version of a message."""

    target: int
    archive_index: int
    conv_seq: int
    actor: PersonId


class _Change(NamedTuple):
    """What changed a message."""

    target: int
    place: Place


class _Record(NamedTuple):
    archive_index: int
    shown: _Shown


_SPANS = """SELECT c.stream_key, c.published_seq, m.from_seq, m.to_seq FROM conversation c
    JOIN member_span m ON m.stream_key = c.stream_key"""
SPANS_OF_PERSON = query(
    _Span, "{spans} WHERE m.person = ? ORDER BY c.stream_key, m.from_seq", spans=_SPANS
)
SPANS_OF_PERSON_IN = query(
    _Span, "{spans} WHERE m.person = ? AND c.id = ? ORDER BY m.from_seq", spans=_SPANS
)
WHOLE = query(_Whole, "SELECT stream_key, published_seq FROM conversation WHERE id = ?")
WHOLE_SINCE = query(
    _Whole,
    "SELECT c.stream_key, c.published_seq FROM conversation c JOIN stream s ON s.key = c.stream_key"
    " WHERE s.last_at >= ?",
)
_TEXTS = """SELECT a.archive_index, j.event_id, j.type FROM journal j
    JOIN archived a ON a.key = j.key WHERE j.stream_key = ? AND j.conv_seq BETWEEN ? AND ?
    AND j.type IN {types} AND a.archive_index < ?"""
_TYPES = str((*MESSAGES, *OTHERS))
TEXTS = query(_Written, "{written} LIMIT ?", types=_TYPES, written=_TEXTS)
TEXTS_BY = query(
    _Written, "{written} AND {author} = ? LIMIT ?", types=_TYPES, author=AUTHOR, written=_TEXTS
)
_CANDIDATE = "t.archive_index, t.event_id, t.stream_key, t.conv_seq, t.actor"
INDEXED = query(
    _Candidate,
    "SELECT {candidate}, NULL AS text"
    " FROM search_index i JOIN timeline t ON t.archive_index = {indexed}"
    " WHERE {matching} AND t.edits = 0 AND t.at >= ? AND t.at < ? AND t.archive_index < ?",
    candidate=_CANDIDATE,
)
NEWEST_BLOCK = query(
    _Candidate,
    "SELECT {candidate}, t.text FROM timeline t WHERE t.archive_index >= ? AND t.edits = 0"
    " AND t.text IS NOT NULL AND t.at >= ? AND t.at < ? AND t.archive_index < ?",
    candidate=_CANDIDATE,
)
CHANGED = query(
    _Candidate,
    "SELECT DISTINCT c.target AS archive_index, m.event_id, m.stream_key, m.conv_seq, m.actor,"
    " NULL AS text FROM timeline c JOIN timeline m ON m.archive_index = c.target"
    " WHERE c.type IN ('message.edited', 'message.removed') AND c.stream_key {ints}",
)
EDITS_OF = query(
    _Edit,
    "SELECT target, archive_index, conv_seq, actor FROM timeline"
    " WHERE target {ints} AND type = 'message.edited' AND archive_index < ?",
)
CHANGES_OF = query(
    _Change,
    'SELECT target, archive_index AS "place.archive_index", event_id AS "place.event_id"'
    " FROM timeline"
    " WHERE target {ints} AND type IN ('message.edited', 'message.removed')"
    " AND archive_index < ? ORDER BY archive_index",
)
TARGETS_OF = query(
    Place,
    "SELECT DISTINCT m.archive_index, m.event_id FROM timeline c"
    " JOIN timeline m ON m.archive_index = c.target WHERE c.archive_index {ints}",
)
SHOWN = query(
    _Record,
    "SELECT a.archive_index, b.shown FROM archived a JOIN journal_body b ON b.key = a.key"
    " WHERE a.archive_index {ints}",
)
SAID = query(
    _Candidate,
    "SELECT {candidate}, NULL AS text FROM timeline t"
    " WHERE t.stream_key {ints} AND {no_message} AND t.type IN {types} AND t.at >= ? AND t.at < ?"
    " AND t.archive_index < ?",
    candidate=_CANDIDATE,
    no_message=NO_MESSAGE,
    types=str(OTHERS),
)
STORED_FILES = query(
    _Candidate,
    "SELECT {candidate}, f.name AS text"
    " FROM stored_file f JOIN journal j ON j.event_id = f.event_id"
    " JOIN archived a ON a.key = j.key JOIN timeline t ON t.archive_index = a.archive_index"
    " WHERE t.stream_key {ints} AND t.at >= ? AND t.at < ? AND t.archive_index < ?",
    candidate=_CANDIDATE,
)
TITLES = query(
    _Candidate,
    "SELECT a.archive_index, j.event_id, j.stream_key, j.conv_seq, {author} AS actor,"
    " c.title AS text"
    " FROM conversation_title c"
    " JOIN journal j ON j.stream_key = c.stream_key AND j.conv_seq = c.conv_seq"
    " JOIN archived a ON a.key = j.key"
    " WHERE c.stream_key {ints} AND c.title IS NOT NULL AND a.archive_index < ?",
    author=AUTHOR,
)
BROADCASTS = query(
    Place,
    "SELECT a.archive_index, j.event_id FROM stream s JOIN journal j ON j.stream_key = s.key"
    " JOIN archived a ON a.key = j.key WHERE s.id = '{stream}' AND j.type = '{type}'"
    " AND j.at >= ? AND j.at < ? AND a.archive_index < ? AND (? = '' OR {author} = ?)",
    stream=STREAM,
    type=BroadcastSent.type,
    author=AUTHOR,
)


def find(tx: Tx, bounds: Bounds, upto: int, most: int) -> Finding:
    """Return what is found below an archive_index, the newest first. Raises BadInput."""
    search = _Search(tx, bounds, upto, most)
    search.take_standing()
    search.take_changed()
    search.take_titles()
    search.take_said()
    search.take_files()
    search.take_broadcasts(bounds)
    return Finding(upto, search.hits())


def finds(tx: Tx, bounds: Bounds, address: str, upto: int) -> bool:
    """Whether anything is found in one place: a conversation, or `broadcast:` and its event_id."""
    kind, _, event = address.partition(":")
    if kind == STREAM:
        search = _Search(tx, bounds, upto, ENDLESS)
        search.take_broadcasts(bounds)
        return search.has(event_bytes(EventId(event)))
    if bounds.conversation not in (None, address):
        return False
    try:
        return bool(find(tx, replace(bounds, conversation=StreamId(address)), upto, 0).hits)
    except BadInput:  # more than none
        return True


def within(
    tx: Tx, stream: int, numbers: Range, since: datetime | None, before: datetime | None
) -> Range:
    """Return the part of a range of conv_seq whose times lie in since <= at < before.

    `at` never decreases in a stream, so both ends are found by bisection.
    """
    first, last = numbers
    if since is not None:
        first = _bisect(tx, stream, first, last, micros(since))
    if before is not None and first <= last:
        last = _bisect(tx, stream, first, last, micros(before)) - 1
    return first, last


def _bisect(tx: Tx, stream: int, first: int, last: int, at: int) -> int:
    """Return the first number whose time is not below *at*; last + 1 when there is none."""
    numbers = range(first, last + 1)
    return first + bisect_left(numbers, at, key=lambda seq: tx.only(SEQ_AT, (stream, seq)))


class _Search:
    """One search in one snapshot."""

    def __init__(self, tx: Tx, bounds: Bounds, upto: int, most: int) -> None:
        self._tx = tx
        self._words = bounds.words
        self._author = bounds.person if bounds.as_author else None
        self._since = 0 if bounds.since is None else micros(bounds.since)
        self._before = ENDLESS if bounds.before is None else micros(bounds.before)
        self._upto = upto
        self._most = most
        self._scope = _scope(tx, bounds)
        self._found: dict[int, bytes] = {}

    def take_standing(self) -> None:
        """Step (2)."""
        if not self._words:
            self._take_all()
            return
        tx, times = self._tx, (self._since, self._before, self._upto)
        wanted = [Word(each) for each in self._words]
        self._take(tx.all(INDEXED, (asked(tx, beginnings(wanted)), *times)))
        start = block_of(tx.only(LAST))
        newest = tx.all(NEWEST_BLOCK, (start, *times))
        texts = _with_names(tx, newest)
        self._take(one for one in newest if self._matches(texts[one.archive_index]))

    def take_changed(self) -> None:
        """Step (3); without words step (2) has them."""
        if not self._words or not self._scope:
            return
        rows = self._tx.all(CHANGED, (self._tx.list_of(list(self._scope)),))
        for start in range(0, len(rows), PAGE):
            self._take_versions(rows[start : start + PAGE])

    def take_titles(self) -> None:
        """Step (4)."""
        if self._scope:
            rows = self._tx.all(TITLES, (self._tx.list_of(list(self._scope)), self._upto))
            self._take(one for one in rows if not self._words or self._matches(one.text))

    def take_said(self) -> None:
        """Step (4), what is no title; without words step (2) has it."""
        if not self._words or not self._scope:
            return
        streams = self._tx.list_of(list(self._scope))
        rows = self._tx.all(SAID, (streams, self._since, self._before, self._upto))
        for start in range(0, len(rows), PAGE):
            page = rows[start : start + PAGE]
            texts = self._texts_at([one.archive_index for one in page])
            self._take(one for one in page if self._matches(texts.get(one.archive_index)))

    def take_files(self) -> None:
        """Step (4), by the names of files, also of those that nobody sent; sent ones are in (2)."""
        if not self._words or not self._scope:
            return
        bounds = (self._tx.list_of(list(self._scope)), self._since, self._before, self._upto)
        rows = self._tx.all(STORED_FILES, bounds)
        self._take(one for one in rows if self._matches(one.text))

    def take_broadcasts(self, bounds: Bounds) -> None:
        """Step (5)."""
        if bounds.conversation is not None:
            return
        times = (self._since, self._before, self._upto)
        rows = self._tx.all(BROADCASTS, (*times, bounds.person or "", bounds.person or ""))
        for start in range(0, len(rows), PAGE):
            page = rows[start : start + PAGE]
            texts = self._texts_at([one.archive_index for one in page]) if self._words else {}
            for one in page:
                if not self._words or self._matches(texts.get(one.archive_index)):
                    self._add(one)

    def has(self, event: bytes) -> bool:
        """Whether a record is among what was found."""
        return event in self._found.values()

    def hits(self) -> list[Hit]:
        """Step (6)."""
        changes: dict[int, list[Place]] = {}
        found = self._tx.list_of(list(self._found))
        for change in self._tx.all(CHANGES_OF, (found, self._upto)):
            changes.setdefault(change.target, []).append(change.place)
        return [
            Hit(Place(index, self._found[index]), tuple(changes.get(index, ())))
            for index in sorted(self._found, reverse=True)
        ]

    def _take_all(self) -> None:
        edits: list[int] = []
        for stream, ranges in self._scope.items():
            for first, last in ranges:
                for one in self._texts(stream, first, last):
                    if one.type == "message.edited":
                        edits.append(one.archive_index)
                    else:
                        self._add(one)
        for target in self._tx.all(TARGETS_OF, (self._tx.list_of(edits),)):
            self._add(target)

    def _texts(self, stream: int, first: int, last: int) -> Sequence[_Written]:
        place = (stream, first, last, self._upto)
        if self._author is None:
            return self._tx.all(TEXTS, (*place, self._most + 1))
        return self._tx.all(TEXTS_BY, (*place, self._author, self._most + 1))

    def _take_versions(self, changed: Sequence[_Candidate]) -> None:
        """Read each version within the scope of some changed messages, and take what matches."""
        messages = {one.archive_index: one for one in changed}
        versions = {
            index: [index]
            for index, one in messages.items()
            if self._is_within(one.stream_key, one)
        }
        for edit in self._tx.all(EDITS_OF, (self._tx.list_of(list(messages)), self._upto)):
            if self._is_within(messages[edit.target].stream_key, edit):
                versions.setdefault(edit.target, []).append(edit.archive_index)
        wanted = [index for indexes in versions.values() for index in indexes]
        texts = self._texts_at(wanted)
        for target, indexes in versions.items():
            if any(self._matches(texts.get(index)) for index in indexes):
                self._add(messages[target])

    def _texts_at(self, indexes: Sequence[int]) -> dict[int, str]:
        """Return what records say, by archive_index; without those whose content is gone."""
        rows = self._tx.all(SHOWN, (self._tx.list_of(indexes),))
        return {row.archive_index: _said(row.shown) for row in rows}

    def _matches(self, text: str | None) -> bool:
        return matches(text or "", self._words)

    def _take(self, candidates: Iterable[_Candidate]) -> None:
        """Take those that lie in the scope."""
        for one in candidates:
            if self._is_within(one.stream_key, one):
                self._add(one)

    def _is_within(self, stream: int, one: _Candidate | _Edit) -> bool:
        if one.archive_index >= self._upto or self._author not in (None, one.actor):
            return False
        ranges: Collection[Range] = self._scope.get(stream, ())
        return any(first <= one.conv_seq <= last for first, last in ranges)

    def _add(self, one: _Candidate | _Written | Place) -> None:
        self._found[one.archive_index] = one.event_id
        if len(self._found) > self._most:
            raise too_many_hits(self._most)


def _said(record: _Shown) -> str:
    return said(record.type, record.payload, (file.name for file in record.files))


def _scope(tx: Tx, bounds: Bounds) -> Scope:
    """Step (1)."""
    scope: Scope = {}
    for stream, first, last in _ranges(tx, bounds):
        part = within(tx, stream, (first, last), bounds.since, bounds.before)
        if part[0] <= part[1]:
            scope.setdefault(stream, []).append(part)
    return scope


def _ranges(tx: Tx, bounds: Bounds) -> Iterable[tuple[int, int, int]]:
    if bounds.person is not None:
        if bounds.conversation is None:
            return _disjoint(tx.all(SPANS_OF_PERSON, (bounds.person,)))
        return _disjoint(tx.all(SPANS_OF_PERSON_IN, (bounds.person, bounds.conversation)))
    if bounds.conversation is not None:
        rows = tx.all(WHOLE, (bounds.conversation,))
    else:
        rows = tx.all(WHOLE_SINCE, (0 if bounds.since is None else micros(bounds.since),))
    return [(row.stream_key, 1, row.published_seq) for row in rows]


def _disjoint(spans: Iterable[_Span]) -> Iterable[tuple[int, int, int]]:
    """Yield (stream, first, last) of spans ordered by stream and first, overlaps cut off."""
    at, done = 0, 0
    for span in spans:
        if span.stream_key != at:
            at, done = span.stream_key, 0
        end = span.published_seq
        last = end if span.to_seq is None else min(span.to_seq, end)
        if last > done:
            yield at, max(span.from_seq, done + 1), last
            done = last


def _with_names(tx: Tx, messages: Sequence[_Candidate]) -> dict[int, str]:
    """Return by archive_index what messages are found by: text, and the names of their files."""
    shown = files.shown_by(tx, [one.archive_index for one in messages])
    return {
        one.archive_index: said(
            "message.sent",
            {"text": one.text},
            (file.name for file in shown.get(one.archive_index, ())),
        )
        for one in messages
    }
