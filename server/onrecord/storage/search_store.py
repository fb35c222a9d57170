"""Every statement about finding messages: FTS5 or tsvector, fed by the one analyser.

A full-text index costs the same for one message a transaction as for hundreds. So messages enter
it by blocks of BLOCK archive indexes, once a later block has begun; the newest block is searched
by reading it. Which messages are indexed depends on the published events alone.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from msgspec import Struct

from onrecord.domain.files import File
from onrecord.domain.ids import PersonId, StreamId
from onrecord.search.analyser import folded, words
from onrecord.search.asked import ME, Asked, Has
from onrecord.search.query import fts5, matches, tsquery
from onrecord.search.said import said
from onrecord.storage import files
from onrecord.storage.columns import micros
from onrecord.storage.statements import Row, Sql, Tx, Value, sql

BLOCK = 512
"""Archive indexes."""
PAGE = 100
"""Messages that are read at once; some of them may not be what was asked for."""
MOST_READ = 10_000
"""Messages that one search reads at most: about half a second."""
ENDLESS = 2**62

INSERT = sql(
    "INSERT INTO search_index (archive_index, terms) VALUES (?, array_to_tsvector(?))",
    sqlite="INSERT INTO search_index (rowid, terms) VALUES (?, ?)",
)
REPLACE = sql(
    "UPDATE search_index SET terms = array_to_tsvector(?) WHERE archive_index = ?",
    sqlite="UPDATE search_index SET terms = ? WHERE rowid = ?",
)
DELETE = sql(
    "DELETE FROM search_index WHERE archive_index = ?",
    sqlite="DELETE FROM search_index WHERE rowid = ?",
)
LAST_BEFORE = sql("SELECT max(archive_index) FROM timeline WHERE archive_index < ?")
LAST = sql("SELECT max(archive_index) FROM timeline")
TEXTS = sql(
    "SELECT archive_index, text FROM timeline"
    " WHERE archive_index >= ? AND archive_index < ? AND text IS NOT NULL"
    " ORDER BY archive_index"
)

_FOUND = "t.archive_index, t.event_id, c.id, t.conv_seq, t.actor, t.at, t.text"
# A message is found by whom it and its current text are visible to.
_VISIBLE = """JOIN conversation c ON c.stream_key = t.stream_key
    WHERE t.text IS NOT NULL
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.text_seq >= s.from_seq AND (s.to_seq IS NULL OR t.text_seq <= s.to_seq))"""
Kind = Literal["newest", "indexed", "stream"]
# Each kind reads on from a place of its own, downwards: so no database has to sort what it found.
_NEWEST_BLOCK = "FROM timeline t {visible} AND t.archive_index >= ? AND t.archive_index < ?"
_INDEXED = """FROM search_index i JOIN timeline t ON t.archive_index = i.archive_index {visible}
    AND i.terms @@ ?::tsquery AND i.archive_index < ?"""
_INDEXED_SQLITE = """FROM search_index i JOIN timeline t ON t.archive_index = i.rowid {visible}
    AND search_index MATCH ? AND i.rowid < ?"""
# Without words: through the journal, which alone is ordered by conversation.
_OF_STREAM = """FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index {visible} AND j.type = 'message.sent'
    AND j.stream_key = ? AND j.conv_seq < ?"""
_PARTS: dict[Kind, tuple[tuple[str, str], tuple[str, str]]] = {
    "newest": ((_NEWEST_BLOCK, "t.archive_index"),) * 2,
    "indexed": ((_INDEXED, "i.archive_index"), (_INDEXED_SQLITE, "i.rowid")),
    "stream": ((_OF_STREAM, "j.conv_seq"),) * 2,
}
"""What is read and by which place, on PostgreSQL and on SQLite."""

_HAS_FILE = """ AND EXISTS (SELECT 1 FROM message_file m
    WHERE m.target = t.archive_index"""
HAS: dict[Has, str] = {
    "link": " AND replace(t.text, '://', '') <> t.text",  # and more exactly: Asked.fits
    "file": f"{_HAS_FILE})",
    "picture": f"{_HAS_FILE} AND substr(m.type, 1, 6) = 'image/')",
    "film": f"{_HAS_FILE} AND substr(m.type, 1, 6) = 'video/')",
    "sound": f"{_HAS_FILE} AND substr(m.type, 1, 6) = 'audio/')",
    "voice": f"{_HAS_FILE} AND m.voice_ms IS NOT NULL)",
    "document": f"{_HAS_FILE} AND substr(m.type, 1, 6) NOT IN ('image/', 'video/', 'audio/'))",
}

# A conversation without a title goes by who else is in it.
MY_STREAMS = sql(
    "SELECT c.stream_key FROM conversation c WHERE c.stream_key IN"
    " (SELECT s.stream_key FROM member_span s WHERE s.person = ?) ORDER BY c.newest DESC"
)
STREAMS_OF = sql("SELECT DISTINCT stream_key FROM member_span WHERE person {texts}")
MY_TITLES = sql(
    """SELECT c.stream_key, c.title FROM conversation c WHERE c.title IS NOT NULL
    AND c.stream_key IN (SELECT s.stream_key FROM member_span s WHERE s.person = ?)"""
)
MY_PARTNERS = sql(
    """SELECT c.stream_key, p.name FROM member_span s
    JOIN conversation c ON c.stream_key = s.stream_key AND c.title IS NULL
    JOIN member_span o ON o.stream_key = s.stream_key AND o.person <> s.person
    JOIN person p ON p.id = o.person WHERE s.person = ?"""
)
NAMES = sql("SELECT id, name FROM person")


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


def catch_up(tx: Tx, first: int, last: int) -> None:
    """Index the blocks that ended while the events from *first* to *last* were published."""
    row = tx.only(LAST_BEFORE, (first,))
    start, end = block_of(row[0] or 0), block_of(last)
    if start < end:
        texts = with_names(tx, tx.all(TEXTS, (start, end)))
        tx.many(INSERT, [(index, _terms(tx, text)) for index, text in texts.items()])


def replace(tx: Tx, index: int, text: str) -> None:
    """Follow an edit; a message of the newest block is not indexed yet."""
    tx.run(REPLACE, (_terms(tx, with_names(tx, [(index, text)])[index]), index))


def forget(tx: Tx, index: int) -> None:
    """Follow a removal."""
    tx.run(DELETE, (index,))


def with_names(tx: Tx, texts: Sequence[Row]) -> dict[int, str]:
    """Return by archive_index what messages are found by: text, and the names of their files."""
    shown = files.shown_by(tx, [index for index, _ in texts])
    return {
        index: said("message.sent", {"text": text}, (file.name for file in shown.get(index, ())))
        for index, text in texts
    }


def find(
    tx: Tx, person: PersonId, asked: Asked, stream_key: int | None, limit: int
) -> tuple[list[Found], bool]:
    """Return the newest messages that *person* sees and that are what they asked for.

    And whether it stopped before everything was read, after MOST_READ messages.
    """
    if asked.is_empty:
        return [], False
    search = _Search(tx, person, asked, stream_key, limit)
    hits = search.with_words() if asked.words else search.without_words()
    return hits, search.cut


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
            wanted = self._streams is None or stream_key in self._streams
            self._streams = [stream_key] if wanted else []
        self._authors = _authors(tx, person, asked)
        since, before = asked.since, asked.before
        self._times = (
            0 if since is None else micros(since),
            ENDLESS if before is None else micros(before),
        )

    def with_words(self) -> list[Found]:
        """Return what the newest block has by reading it, then what the index has."""
        start = block_of(self._tx.only(LAST)[0] or 0)
        hits = self._take("newest", start, self._limit)
        if len(hits) < self._limit:
            spell = fts5 if self._tx.dialect == "sqlite" else tsquery
            hits += self._take("indexed", spell(self._asked.words), self._limit - len(hits))
        return hits

    def without_words(self) -> list[Found]:
        """Return what each conversation has, the newest of all first."""
        streams = self._streams
        if streams is None:
            streams = [key for (key,) in self._tx.all(MY_STREAMS, (self._person,))]
        if self._authors is not None:
            theirs = {
                key for (key,) in self._tx.all(STREAMS_OF, (self._tx.list_of(self._authors),))
            }
            streams = [key for key in streams if key in theirs]
        hits = [hit for key in streams for hit in self._take("stream", key, self._limit)]
        return sorted(hits, key=lambda hit: -hit.archive_index)[: self._limit]

    def _take(self, kind: Kind, condition: Value, limit: int) -> list[Found]:
        """Read on, from the newest, until enough of what is found fits."""
        hits: list[Found] = []
        below, page = ENDLESS, max(limit, PAGE)
        while len(hits) < limit:
            if self._read >= MOST_READ:
                self.cut = True
                break
            rows = self._rows(kind, condition, below, page)
            self._read += len(rows)
            hits += [hit for _, hit in rows if self._asked.fits(hit.text, _names(hit))]
            if len(rows) < page:
                break
            below, _ = rows[-1]
        return hits[:limit]

    def _rows(self, kind: Kind, condition: Value, below: int, page: int) -> list[tuple[int, Found]]:
        """Return messages with their places in what is read."""
        tx, streams, authors = self._tx, self._streams, self._authors
        values = [self._person, self._person, condition, below, *self._times]
        values += [tx.list_of(each) for each in (streams, authors) if each is not None]
        has = tuple(sorted({*self._asked.has}))
        statement = _statement(
            kind, has, of_streams=streams is not None, by_authors=authors is not None
        )
        rows = tx.all(statement, [*values, page])
        shown = files.shown_by(tx, [row[1] for row in rows])
        return [(row[0], Found(*(*row[1:], shown.get(row[1], ())))) for row in rows]


@cache
def _statement(kind: Kind, has: tuple[Has, ...], *, of_streams: bool, by_authors: bool) -> Sql:
    filters = " AND t.at >= ? AND t.at < ?"
    filters += " AND t.stream_key {ints}" if of_streams else ""
    filters += " AND t.actor {texts}" if by_authors else ""
    filters += "".join(HAS[each] for each in has)
    on_postgresql, on_sqlite = (
        f"SELECT {order}, {_FOUND} {source}{filters} ORDER BY {order} DESC LIMIT ?"
        for source, order in _PARTS[kind]
    )
    return sql(on_postgresql, sqlite=on_sqlite, visible=_VISIBLE)


def _streams(tx: Tx, person: PersonId, asked: Asked) -> list[int] | None:
    """Return the conversations that `in:` names, None without it."""
    if not asked.conversations:
        return None
    rows = [*tx.all(MY_TITLES, (person,)), *tx.all(MY_PARTNERS, (person,))]
    return sorted({key for key, name in rows if _is_named(name, asked.conversations)})


def _authors(tx: Tx, person: PersonId, asked: Asked) -> list[str] | None:
    """Return the people that `from:` names, None without it."""
    if not asked.authors:
        return None
    found = {id for id, name in tx.all(NAMES) if _is_named(name, asked.authors)}
    if any(len(each) == 1 and each[0] in ME for each in asked.authors):
        found.add(person)
    return sorted(found)


def _is_named(name: str, wanted: Sequence[Sequence[str]]) -> bool:
    return any(matches(name, each) for each in wanted)


def _names(found: Found) -> str:
    return "\n".join(file.name for file in found.files)


def block_of(index: int) -> int:
    """Return where the block of an archive_index begins."""
    return index - index % BLOCK


def _terms(tx: Tx, text: str) -> Value:
    """Return a text as its index takes it."""
    return folded(text) if tx.dialect == "sqlite" else words(text)
