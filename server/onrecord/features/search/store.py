"""Find the messages that somebody asked for: in the index, and by reading its newest block."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from onrecord.database.columns import micros
from onrecord.database.statements import Tx, Value, query
from onrecord.features.search import index_store as search_index
from onrecord.features.search.asked import ME, Asked
from onrecord.features.search.parts import SHORTEST, by_author, having, of_stream
from onrecord.features.search.query import Entry, beginnings, matches
from onrecord.features.uploads import store as files
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import PersonId, StreamId

PAGE = 100
"""Messages that are read at first; some of them may not be what was asked for."""
LARGEST_PAGE = 1_600
"""Each page is twice as large as the one before, up to this."""
MOST_ENTRIES = 500
"""Entries of one kind that the index is asked for: beyond, it is quicker to read on."""
MOST_READ = 10_000
"""Places that one search reads at most, whether one sees a message there or not: half a second."""
ENDLESS = 2**62


class Found(Struct, frozen=True):
    """A message that has every wanted word."""

    archive_index: int
    event_id: bytes
    stream: StreamId
    conv_seq: int
    author: PersonId
    at: int
    text: str
    files: Sequence[File] = ()


class _Named(NamedTuple):
    """What one of somebody's conversations goes by: its title, or who else is in it."""

    stream_key: int
    name: str


class _Person(NamedTuple):
    id: PersonId
    name: str


_FOUND = """t.archive_index, t.event_id, c.id AS stream, t.conv_seq, t.actor AS author, t.at,
    t.text, '[]' AS files"""
# A message is found by whom it and its current text are visible to.
_VISIBLE = """JOIN conversation c ON c.stream_key = t.stream_key
    WHERE t.text IS NOT NULL
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.text_seq >= s.from_seq AND (s.to_seq IS NULL OR t.text_seq <= s.to_seq))"""
_ROWS = """SELECT {found} FROM timeline t {visible} AND t.archive_index {ints}
    AND t.at >= ? AND t.at < ? AND t.stream_key {ints}"""
_DOWNWARDS = " ORDER BY t.archive_index DESC"
ROWS = query(
    Found, "{rows} {downwards}", found=_FOUND, visible=_VISIBLE, rows=_ROWS, downwards=_DOWNWARDS
)
ROWS_BY = query(
    Found,
    "{rows} AND t.actor {texts} {downwards}",
    found=_FOUND,
    visible=_VISIBLE,
    rows=_ROWS,
    downwards=_DOWNWARDS,
)
# Without the index: what there is in somebody's conversations, those that they have left as well.
PLACES = query(
    int,
    "SELECT archive_index FROM timeline WHERE archive_index >= ? AND archive_index < ?"
    " AND stream_key {ints} AND text IS NOT NULL ORDER BY archive_index DESC LIMIT ?",
)
# The index is asked alone: joined, PostgreSQL reads all that somebody sees and sorts what it found.
INDEXED = query(
    int,
    "SELECT {indexed} FROM search_index i WHERE {indexed} >= ? AND {indexed} < ?"
    " AND {matching} ORDER BY {indexed} DESC LIMIT ?",
)

STREAMS_OF = query(int, "SELECT DISTINCT stream_key FROM member_span WHERE person {texts}")
MY_STREAMS = query(int, "SELECT DISTINCT stream_key FROM member_span WHERE person = ?")
# A conversation without a title goes by who else is in it.
MY_TITLES = query(
    _Named,
    """SELECT c.stream_key, c.title AS name FROM conversation c WHERE c.title IS NOT NULL
    AND c.stream_key IN (SELECT s.stream_key FROM member_span s WHERE s.person = ?)""",
)
MY_PARTNERS = query(
    _Named,
    """SELECT c.stream_key, p.name FROM member_span s
    JOIN conversation c ON c.stream_key = s.stream_key AND c.title IS NULL
    JOIN member_span o ON o.stream_key = s.stream_key AND o.person <> s.person
    JOIN person p ON p.id = o.person WHERE s.person = ?""",
)
NAMES = query(_Person, "SELECT id, name FROM person")


def find(
    tx: Tx, person: PersonId, asked: Asked, stream_key: int | None, limit: int
) -> tuple[list[Found], bool]:
    """Return the newest messages that *person* sees and that are what they asked for.

    And whether it stopped before everything was read, after MOST_READ places.
    """
    if asked.is_empty:
        return [], False
    search = _Search(tx, person, asked, stream_key, limit)
    return search.found(), search.cut


class _Search:
    """One search in one snapshot."""

    def __init__(
        self, tx: Tx, person: PersonId, asked: Asked, stream_key: int | None, limit: int
    ) -> None:
        self._tx = tx
        self._person = person
        self._asked = asked
        self._limit = limit
        self._read = 0
        self.cut = False
        """Whether it stopped before it had read everything that might fit."""
        self._streams = _streams(tx, person, asked)
        if stream_key is not None:
            self._streams = [stream_key] if stream_key in self._streams else []
        self._authors = _authors(tx, person, asked)
        if self._authors is not None:
            theirs = set(tx.all(STREAMS_OF, (tx.list_of(self._authors),)))
            self._streams = [key for key in self._streams if key in theirs]
        since, before = asked.since, asked.before
        self._times = (
            0 if since is None else micros(since),
            ENDLESS if before is None else micros(before),
        )

    def found(self) -> list[Found]:
        """Return what the newest block has by reading it, then what the index has."""
        if not self._streams:
            return []
        start = search_index.block_of(self._tx.only(search_index.LAST))
        hits = self._take(None, (start, ENDLESS), self._limit)
        if len(hits) < self._limit:
            first, end = search_index.bounds(self._tx, *self._times)
            within, left = (first, min(end, start)), self._limit - len(hits)
            hits += self._take(self._match(), within, left)
        return hits

    def _match(self) -> str | None:
        """Return what the index is asked; None: it knows nothing that would help."""
        groups = [[Entry(having(each))] for each in self._asked.has]
        for word in self._asked.words:
            parts = self._with_part(word.text)
            if parts is not None:
                groups += [[*group, *map(Entry, parts)] for group in beginnings([word])]
        if len(self._streams) <= MOST_ENTRIES:
            groups.append([Entry(of_stream(each)) for each in self._streams])
        if self._authors is not None and len(self._authors) <= MOST_ENTRIES:
            groups.append([Entry(by_author(each)) for each in self._authors])
        return search_index.asked(self._tx, groups) if groups else None

    def _with_part(self, text: str) -> list[str] | None:
        """Return which words have it as a part; None: so many that reading on is quicker."""
        if len(text) < SHORTEST:
            return None if search_index.begins_many(self._tx, text, MOST_ENTRIES) else []
        return search_index.with_part(self._tx, text, MOST_ENTRIES)

    def _take(self, match: str | None, within: tuple[int, int], limit: int) -> list[Found]:
        """Read on, from the newest, until enough of what is found fits."""
        hits: list[Found] = []
        (first, below), page = within, max(limit, PAGE)
        while len(hits) < limit and first < below:
            if self._read >= MOST_READ:
                self.cut = True
                break
            places = self._places(match, (first, below), page)
            self._read += len(places)
            rows = self._rows(places)
            hits += [row for row in rows if self._asked.fits(row.text, row.files)]
            if len(places) < page:
                break
            page, below = min(2 * page, LARGEST_PAGE), places[-1]
        return hits[:limit]

    def _places(self, match: str | None, within: tuple[int, int], page: int) -> list[int]:
        """Return where messages stand that may fit, the newest first."""
        tx = self._tx
        if match is None:
            return tx.all(PLACES, (*within, tx.list_of(self._streams), page))
        return tx.all(INDEXED, (*within, match, page))

    def _rows(self, places: Sequence[int]) -> list[Found]:
        """Return those of them that one sees and that the filters let through."""
        tx, streams, authors = self._tx, self._streams, self._authors
        values: list[Value] = [self._person, self._person, tx.list_of(places), *self._times]
        values += [tx.list_of(streams), *([] if authors is None else [tx.list_of(authors)])]
        rows = tx.all(ROWS if authors is None else ROWS_BY, values)
        shown = files.shown_by(tx, [row.archive_index for row in rows])
        return [replace(row, files=shown.get(row.archive_index, ())) for row in rows]


def _streams(tx: Tx, person: PersonId, asked: Asked) -> list[int]:
    """Return the conversations that somebody sees, with `in:` those that it names."""
    if not asked.conversations:
        return tx.all(MY_STREAMS, (person,))
    rows = tx.all(MY_TITLES, (person,)) + tx.all(MY_PARTNERS, (person,))
    return sorted({row.stream_key for row in rows if _is_named(row.name, asked.conversations)})


def _authors(tx: Tx, person: PersonId, asked: Asked) -> list[str] | None:
    """Return the people that `from:` names, None without it."""
    if not asked.authors:
        return None
    found = {one.id for one in tx.all(NAMES) if _is_named(one.name, asked.authors)}
    if any(len(each) == 1 and each[0] in ME for each in asked.authors):
        found.add(person)
    return sorted(found)


def _is_named(name: str, wanted: Sequence[Sequence[str]]) -> bool:
    return any(matches(name, each) for each in wanted)
