"""The key stores: every sealed data key, in each registered copy, before its first record.

- One SQLite file a copy, WAL with synchronous=FULL: a commit is one fsync of the write-ahead log.
- secure_delete overwrites what is removed.
- A key is used once its row was read back, from a file with no schema but ours: what else acts in
  it, or keeps a row out, is found before the first record under that key.
- Opening a store never makes one: where it is missing its volume is not mounted, and an empty one
  in its place would take new keys while nobody misses the old ones. `key_fill` makes stores.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from onrecord_archive.format.errors import CannotOpen, Corrupt, SyncFailed, Unreadable, WriteFailed
from onrecord_archive.format.key_table import (
    INDEX,
    INSERT,
    USED,
    KeyConnection,
    connect_read_only,
    require_key,
    require_schema,
    require_untampered,
    row_of,
)
from onrecord_archive.format.leaf import KeyLeaf
from onrecord_archive.writer.in_place import SqlitePlaces

CACHE: Final = -2000
"""SQLite's own default (https://sqlite.org/pragma.html#pragma_cache_size): 2,000 KiB."""
PROVING_PAGES: Final = 16
DURABLY: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
"""How a store is written."""


class KeyStore:
    """One copy of the sealed data keys. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`.

        Raises WriteFailed (also where there is none), SyncFailed, Corrupt (another schema).
        """
        self.path = path
        self._places = SqlitePlaces(path)
        try:
            self._connection = connect(path)
        except (OSError, sqlite3.Error) as error:
            raise translated(error, path) from error
        try:
            self._connection.executescript(DURABLY)
            self.ping()
            require_ours(self._connection, path)
            self._connection.execute(INDEX)
            self.require_in_place()
        except sqlite3.Error as error:
            self._connection.close()
            raise translated(error, path) from error
        except (WriteFailed, Corrupt):
            self._connection.close()
            raise

    def add(self, keys: Sequence[tuple[KeyLeaf, bytes]]) -> None:
        """Add sealed keys with their leaves, in one durable transaction.

        Raises WriteFailed (none of them is there, or the file is no longer at its path), SyncFailed
        (exit 75) or Corrupt (somebody changed the file, or its WAL is gone: no key may be used).
        """
        self.require_in_place()
        try:
            put_keys(self._connection, keys, self.path)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def prove_room(self, size: int) -> None:
        """Write `size` bytes and take them back.

        Raises WriteFailed, also if the file was moved, and Corrupt if it has another schema or its
        WAL is gone.
        """
        self.require_in_place()
        self.require_whole()
        connection = self._connection
        try:
            # What does not fit into so small a cache is written to the log at once.
            connection.execute(f"PRAGMA cache_size = {PROVING_PAGES}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("CREATE TABLE room (filler BLOB)")
                connection.execute("INSERT INTO room VALUES (zeroblob(?))", (size,))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA cache_size = {CACHE}")
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def in_place(self) -> bool:
        """Whether file and WAL are still those that were opened. Any thread may ask."""
        return self._places.missing() is None

    def require_in_place(self) -> None:
        """Raise WriteFailed while the file is not at its path, Corrupt where its WAL is not.

        A file that comes back has every key. A WAL of which this process has the only handle ends
        with it, and every key that it alone holds: this process may only close the store, which
        brings them into the file.
        """
        missing = self._places.missing()
        if missing == self._places.wal:
            message = "moved away, replaced or deleted while the key store was open"
            raise Corrupt(message, file=str(missing))
        if missing is not None:
            raise WriteFailed(f"key store {self.path.name}: moved away")

    def require_whole(self) -> None:
        """Read the file again, as a start does. Any thread may ask; it takes a few pages.

        Raises WriteFailed where it cannot be read, Corrupt where somebody changed it. The open
        connection sees neither: it has pages of its own.
        """
        with _judged(self.path), closing(connect_read_only(self.path)) as connection:
            require_untampered(connection)

    def ping(self) -> None:
        """Raise WriteFailed unless the store answers."""
        try:
            self._connection.execute(USED).fetchone()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that writes to a store that is there. Raises OSError, sqlite3.Error."""
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        factory=KeyConnection,
    )


def put_keys(
    connection: sqlite3.Connection, keys: Iterable[tuple[KeyLeaf, bytes]], path: Path
) -> int:
    """Put keys into the store at `path` in one transaction and read them back; return how many.

    Raises Corrupt (another schema, or a row that is not there as it was put), WriteFailed,
    sqlite3.Error, and whatever `keys` raises: then none of them is there.
    """
    put: list[KeyLeaf] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        require_ours(connection, path)
        for leaf, sealed in keys:
            connection.execute(INSERT, row_of(leaf, sealed))
            put.append(leaf)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    with _judged(path):
        for leaf in put:
            require_key(connection, leaf)
    return len(put)


def require_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Corrupt unless the store at `path` has our schema and no other, WriteFailed."""
    with _judged(path):
        require_schema(connection)


@contextmanager
def _judged(path: Path) -> Iterator[None]:
    try:
        yield
    except CannotOpen as error:
        raise Corrupt(str(error), file=str(path)) from error
    except Unreadable as error:
        raise WriteFailed(f"key store {path.name}: {error}") from error


def translated(error: OSError | sqlite3.Error, path: Path) -> WriteFailed | SyncFailed:
    """Return the archive's error: SQLite names a failed fsync in its extended code."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if "FSYNC" in name:
        return SyncFailed(f"key store {path.name}: {name}")
    return WriteFailed(f"key store {path.name}: {name}")
