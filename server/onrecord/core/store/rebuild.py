"""Make every projection again from the record: the rows come out equal."""

from collections.abc import Callable, Sequence
from itertools import groupby

from onrecord.core.store import stubs
from onrecord.core.store.journal import journal_row
from onrecord.core.store.projections import Projections, Projectors
from onrecord.database.database import Database
from onrecord.database.statements import Row, Tx, sql

PAGE = 1000
"""Rows read and applied at once."""

PROJECTIONS = (
    "conversation",
    "conversation_title",
    "member",
    "member_span",
    "position",
    "relationship",
    "delegation",
    "complaint",
    "group_version",
    "join_link",
    "group_picture",
    "broadcast_message",
    "forwarded_message",
    "mention",
    "planned_message",
    "waiting",
    "automatic_reply",
    "stored_file",
    "message_file",
    "timeline",
    "reaction",
    "search_index",
    "search_word",
    "search_day",
    "personal_stream",
    "personal_event",
    "conversation_mark",
    "star",
    "quiet_hours",
)
CLEAR = tuple(sql("DELETE FROM {table}", table=table) for table in PROJECTIONS)
SHOWN = 6
"""The column of ARCHIVED that is NULL where there is no body."""
HOW_MANY = sql("SELECT count(*) FROM archived")
ARCHIVED = sql(
    """SELECT a.archive_index, j.key, j.prev, j.pt, j.class, j.client_id,
    b.shown, b.kept, b.salt_s, b.salt_k, b.body_sha
    FROM archived a JOIN journal j ON j.key = a.key LEFT JOIN journal_body b ON b.key = j.key
    WHERE a.archive_index > ? ORDER BY a.archive_index LIMIT ?"""
)


def rebuild(
    database: Database, projectors: Projectors, progress: Callable[[int, int], None]
) -> int:
    """Clear the projections and apply every archived record again, in one transaction.

    Readers see the old rows until it commits; a record whose body was disposed of shows nothing.
    *progress* is told (records so far, all records). Returns how many were applied.
    """
    with database.writing() as tx:
        return rebuild_in(tx, projectors, progress)


def rebuild_in(tx: Tx, projectors: Projectors, progress: Callable[[int, int], None]) -> int:
    """Do the same inside a transaction."""
    applied, after = 0, -1
    total = tx.only(HOW_MANY)[0]
    for statement in CLEAR:
        tx.run(statement)
    while page := tx.all(ARCHIVED, (after, PAGE)):
        for is_whole, rows in groupby(page, key=lambda row: row[SHOWN] is not None):
            _apply(tx, projectors, list(rows), is_whole=is_whole)
        applied, after = applied + len(page), page[-1][0]
        progress(applied, total)
    stubs.shut(tx)
    return applied


def _apply(tx: Tx, projectors: Projectors, rows: Sequence[Row], *, is_whole: bool) -> None:
    if is_whole:
        Projections(tx, projectors).apply([(row[0], journal_row(row[1:])) for row in rows])
    else:
        stubs.show(tx, [row[1] for row in rows])
