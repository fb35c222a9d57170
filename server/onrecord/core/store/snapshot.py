"""One snapshot of what is published, which lacks nothing that this process has seen before."""

from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.core.failures import ConnectionLost
from onrecord.core.store.journal import STATE
from onrecord.database.database import Database
from onrecord.database.statements import Tx


@contextmanager
def published(database: Database) -> Iterator[tuple[Tx, int]]:
    """Read from one snapshot, with its position (the next archive_index).

    A crash of PostgreSQL can take back what was published without an fsync: below what this
    process has seen (`Database.floor`) nothing is read until it has been published again. Raises
    ConnectionLost then, Unavailable, Fatal.
    """
    floor = database.floor  # before the snapshot: what is published meanwhile may be missing
    with database.reading() as tx:
        _, position = tx.only(STATE)
        if position < floor:
            raise ConnectionLost
        database.raise_floor(position)
        yield tx, position
