"""Which data keys the published records lie under: what every key store must have."""

from msgspec import Struct

from onrecord.core.servers import Server
from onrecord.database.database import Database
from onrecord.database.statements import sql

WHOSE = sql(
    """SELECT host, data, lock, key_store FROM tenure WHERE first_index <= ?
    ORDER BY epoch DESC LIMIT 1"""
)
NEWEST = 256
"""The newest records of a sample: whose keys an older copy of a key store lacks."""
SPREAD = 32
"""Further records of a sample, evenly over all before: an empty store lacks any."""

POSITION = sql("SELECT position FROM archiver")
LAST = sql(
    """SELECT archive_index, key_id FROM archived WHERE archive_index >= ?
    ORDER BY archive_index DESC LIMIT ?"""
)
NEXT = sql(
    """SELECT archive_index, key_id FROM archived WHERE archive_index >= ?
    ORDER BY archive_index LIMIT 1"""
)
EVERY = sql("SELECT key_id, min(archive_index) FROM archived WHERE archive_index >= ? GROUP BY 1")


class KeyUse(Struct, frozen=True):
    """Keys in use, each with the archive_index of a record under it, and the position then."""

    keys: dict[bytes, int]
    position: int


class KeyUseStore:
    """Reads only; any thread. Raises what `Database.reading` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sample(self, first: int) -> KeyUse:
        """Return keys of the newest records and of some from *first* on, in O(log n)."""
        with self._database.reading() as tx:
            (position,) = tx.only(POSITION)
            rows = tx.all(LAST, (first, NEWEST))
            for step in range(SPREAD):
                at = first + max(position - first, 0) * step // SPREAD
                rows += tx.all(NEXT, (at,))
        return KeyUse({bytes(key): index for index, key in rows}, position)

    def every(self, first: int) -> KeyUse:
        """Return all keys of the records from *first* on; reads as many rows."""
        with self._database.reading() as tx:
            (position,) = tx.only(POSITION)
            rows = tx.all(EVERY, (first,))
        return KeyUse({bytes(key): index for key, index in rows}, position)

    def recorder(self, index: int) -> Server | None:
        """Return which server archived an entry; None: it was before servers were noted.

        None on SQLite as well, where it was whoever had the data directory.
        """
        if self._database.backend.dialect == "sqlite":
            return None
        with self._database.reading() as tx:
            row = tx.one(WHOSE, (index,))
        return None if row is None else Server(*row)
