"""The key stores: every sealed data key, in each registered copy, before its first record.

- One SQLite file a copy, WAL with synchronous=FULL: a commit is one fsync of the write-ahead log.
- secure_delete overwrites what is removed; whoever destroys keys truncates the log after it.
- Opening a store never makes one: where it is missing its volume is not mounted, and an empty one
  in its place would take new keys while nobody misses the old ones. `key_fill` makes stores.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from onrecord_archive.errors import SyncFailed, WriteFailed
from onrecord_archive.key_table import INSERT, USED
from onrecord_archive.leaf import KeyLeaf


class KeyStore:
    """One copy of the sealed data keys. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`; raises WriteFailed (also where there is none), SyncFailed."""
        self.path = path
        try:
            self._file = _file_at(path)
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
        except (OSError, sqlite3.Error) as error:
            raise translated(error, path) from error
        try:
            self._connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            )
            self.ping()
        except sqlite3.Error as error:
            self._connection.close()
            raise translated(error, path) from error
        except WriteFailed:
            self._connection.close()
            raise

    def add(self, keys: Sequence[tuple[KeyLeaf, bytes]]) -> None:
        """Add sealed keys with their leaves, in one durable transaction.

        Raises WriteFailed (none of them is there, or the file is no longer at its path) or
        SyncFailed (exit 75).
        """
        if not self.in_place():
            raise WriteFailed(f"key store {self.path.name}: moved away")
        rows = [
            (
                bytes.fromhex(leaf.key_id),
                leaf.stream,
                leaf.class_,
                leaf.day,
                leaf.epoch,
                leaf.suite_id,
                sealed,
            )
            for leaf, sealed in keys
        ]
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(INSERT, rows)
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def in_place(self) -> bool:
        """Whether the path still leads to the file that was opened. Any thread may ask."""
        with suppress(OSError):
            return _file_at(self.path) == self._file
        return False

    def ping(self) -> None:
        """Raise WriteFailed unless the store answers."""
        try:
            self._connection.execute(USED).fetchone()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def translated(error: OSError | sqlite3.Error, path: Path) -> WriteFailed | SyncFailed:
    """Return the archive's error: SQLite names a failed fsync in its extended code."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if "FSYNC" in name:
        return SyncFailed(f"key store {path.name}: {name}")
    return WriteFailed(f"key store {path.name}: {name}")


def _file_at(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
