"""The index of current texts: FTS5 or tsvector, fed by the one analyser."""

from collections.abc import Sequence

from onrecord.search.analyser import folded, words
from onrecord.search.query import fts5, tsquery
from onrecord.storage.statements import Sql, Tx, Value, sql

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
CLEAR = sql("DELETE FROM search_index")

# A hit is shown to whom its message and its current text are visible.
_HITS = """FROM search_index i JOIN timeline t ON t.archive_index = {key}
    JOIN conversation c ON c.stream_key = t.stream_key
    WHERE {matches} AND (? IS NULL OR c.id = ?)
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.text_seq >= s.from_seq AND (s.to_seq IS NULL OR t.text_seq <= s.to_seq))
    ORDER BY {key} DESC LIMIT ?"""
_COLUMNS = "SELECT t.event_id, c.id, t.conv_seq, t.actor, t.at, t.text "
HITS = Sql(
    sqlite=_COLUMNS + _HITS.format(key="i.rowid", matches="search_index MATCH ?"),
    postgresql=(
        _COLUMNS
        + _HITS.format(key="i.archive_index", matches="i.terms @@ ?::tsquery").replace(
            "? IS NULL", "?::text IS NULL"
        )
    ).replace("?", "%s"),
)


def terms(tx: Tx, text: str) -> Value:
    """Return a text as its index takes it."""
    return folded(text) if tx.dialect == "sqlite" else words(text)


def match(tx: Tx, wanted: Sequence[str]) -> str:
    """Return the words of a query as the index takes them."""
    return fts5(wanted) if tx.dialect == "sqlite" else tsquery(wanted)
