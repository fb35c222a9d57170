"""Every statement about finding messages: FTS5 or tsvector, fed by the one analyser.

A full-text index costs the same for one message a transaction as for hundreds. So messages enter
it by blocks of BLOCK archive indexes, once a later block has begun; the newest block is searched
by reading it. Which messages are indexed depends on the published events alone.
"""

from collections.abc import Sequence

from msgspec import Struct

from onrecord.domain.ids import PersonId, StreamId
from onrecord.search.analyser import folded, words
from onrecord.search.query import fts5, matches, tsquery
from onrecord.storage.statements import Sql, Tx, Value, sql

BLOCK = 512
"""Archive indexes."""

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
_ONE_STREAM = " AND t.stream_key = ?"
_NEWEST_BLOCK = (
    "SELECT {found} FROM timeline t {visible} AND t.archive_index >= ?{stream}"
    " ORDER BY t.archive_index DESC"
)
_INDEXED = (
    "SELECT {found} FROM search_index i JOIN timeline t ON t.archive_index = i.archive_index"
    " {visible} AND i.terms @@ ?::tsquery{stream} ORDER BY i.archive_index DESC LIMIT ?"
)
_INDEXED_SQLITE = (
    "SELECT {found} FROM search_index i JOIN timeline t ON t.archive_index = i.rowid"
    " {visible} AND search_index MATCH ?{stream} ORDER BY i.rowid DESC LIMIT ?"
)
NEWEST_BLOCK = sql(_NEWEST_BLOCK, found=_FOUND, visible=_VISIBLE, stream="")
NEWEST_BLOCK_OF = sql(_NEWEST_BLOCK, found=_FOUND, visible=_VISIBLE, stream=_ONE_STREAM)
INDEXED = sql(_INDEXED, sqlite=_INDEXED_SQLITE, found=_FOUND, visible=_VISIBLE, stream="")
INDEXED_OF = sql(
    _INDEXED, sqlite=_INDEXED_SQLITE, found=_FOUND, visible=_VISIBLE, stream=_ONE_STREAM
)


class Found(Struct, frozen=True):
    """A message that has every wanted word."""

    archive_index: int
    event_id: bytes
    stream: StreamId
    conv_seq: int
    author: PersonId
    at: int
    text: str


def catch_up(tx: Tx, first: int, last: int) -> None:
    """Index the blocks that ended while the events from *first* to *last* were published."""
    row = tx.only(LAST_BEFORE, (first,))
    start, end = block_of(row[0] or 0), block_of(last)
    if start < end:
        texts = tx.all(TEXTS, (start, end))
        tx.many(INSERT, [(index, _terms(tx, text)) for index, text in texts])


def replace(tx: Tx, index: int, text: str) -> None:
    """Follow an edit; a message of the newest block is not indexed yet."""
    tx.run(REPLACE, (_terms(tx, text), index))


def forget(tx: Tx, index: int) -> None:
    """Follow a removal."""
    tx.run(DELETE, (index,))


def find(
    tx: Tx, person: PersonId, wanted: Sequence[str], stream_key: int | None, limit: int
) -> list[Found]:
    """Return the newest messages that *person* sees and that have every wanted word."""
    start = block_of(tx.only(LAST)[0] or 0)
    one = () if stream_key is None else (stream_key,)
    newest, indexed = _statements(stream_key)
    hits = [Found(*row) for row in tx.all(newest, (person, person, start, *one))]
    hits = [hit for hit in hits if matches(hit.text, wanted)][:limit]
    if len(hits) < limit:
        match = fts5(wanted) if tx.dialect == "sqlite" else tsquery(wanted)
        rows = tx.all(indexed, (person, person, match, *one, limit - len(hits)))
        hits += [Found(*row) for row in rows]
    return hits


def _statements(stream_key: int | None) -> tuple[Sql, Sql]:
    return (NEWEST_BLOCK, INDEXED) if stream_key is None else (NEWEST_BLOCK_OF, INDEXED_OF)


def block_of(index: int) -> int:
    """Return where the block of an archive_index begins."""
    return index - index % BLOCK


def _terms(tx: Tx, text: str) -> Value:
    """Return a text as its index takes it."""
    return folded(text) if tx.dialect == "sqlite" else words(text)
