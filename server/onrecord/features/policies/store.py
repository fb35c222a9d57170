"""Every statement of what policies watch (features/policies/watch.py)."""

from typing import NamedTuple

from msgspec import Struct

from onrecord.core.domain.values import Event
from onrecord.core.journal.shown import event_of
from onrecord.database.database import Database
from onrecord.database.statements import query, sql
from onrecord.features.policies.notes import NOTED

WATCHED_TO = query(int, "SELECT position FROM policy_watch")
END = query(int, "SELECT position FROM archiver")


class _Shown(NamedTuple):
    archive_index: int
    shown: bytes


SAID = query(
    _Shown,
    """SELECT a.archive_index, b.shown
    FROM archived a JOIN journal j ON j.key = a.key JOIN journal_body b ON b.key = j.key
    WHERE a.archive_index >= ? AND a.archive_index < ? AND j.type {texts}
    ORDER BY a.archive_index LIMIT ?""",
)
WATCHED = sql(
    """INSERT INTO policy_watch (id, position) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET position = excluded.position"""
)


class Said(Struct, frozen=True):
    """A published event, as it was written; `index` is its archive_index."""

    index: int
    event: Event


class WatchStore:
    """What people said, and how far it was read. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watched_to(self) -> int | None:
        """Return the archive_index to read from; None before the first time."""
        with self._database.reading() as tx:
            return tx.one(WATCHED_TO)

    def begin(self) -> int:
        """Note the present end as the place to read from, durably, and return it."""
        with self._database.writing() as tx:
            end = tx.only(END)
            tx.run(WATCHED, (end,))
        return end

    def said_from(self, index: int, limit: int) -> tuple[list[Said], int]:
        """Return what was said at or above an index, removed or not, and where to go on."""
        with self._database.reading() as tx:
            end = tx.only(END)
            rows = tx.all(SAID, (index, end, tx.list_of(NOTED), limit))
        said = [Said(row.archive_index, event_of(row.shown)) for row in rows]
        return said, said[-1].index + 1 if len(said) == limit else max(index, end)

    def watched(self, index: int) -> None:
        """Note how far it was read. A power cut may lose it: what was noted is found noted."""
        with self._database.writing(durable=False) as tx:
            tx.run(WATCHED, (index,))
