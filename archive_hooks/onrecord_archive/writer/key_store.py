"""The key stores: every sealed data key, in each registered copy, before its first record.

- One SQLite file a copy, WAL with synchronous=FULL: a commit is one fsync of the write-ahead log.
- secure_delete overwrites what is removed; whoever destroys keys truncates the log after it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from onrecord_archive.errors import SyncFailed, WriteFailed
from onrecord_archive.key_table import CREATE, INSERT
from onrecord_archive.leaf import KeyLeaf


class KeyStore:
    """One copy of the sealed data keys. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`, made if missing (mode 0600); raises WriteFailed, SyncFailed."""
        self.path = path
        missing = not path.exists()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if missing:
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            )
            self._connection.execute(CREATE)
            if missing:
                _sync_directory(path.parent)
        except (OSError, sqlite3.Error) as error:
            raise _translated(error, path) from error

    def add(self, keys: Sequence[tuple[KeyLeaf, bytes]]) -> None:
        """Add sealed keys with their leaves, in one durable transaction.

        Raises WriteFailed (none of them is there) or SyncFailed (exit 75).
        """
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
            raise _translated(error, self.path) from error

    def ping(self) -> None:
        """Raise WriteFailed unless the store answers."""
        try:
            self._connection.execute("SELECT 1 FROM sealed_key LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise _translated(error, self.path) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # as Files.sync: what is on disk is unknown
        raise SyncFailed(f"fsync of {path.name}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _translated(error: OSError | sqlite3.Error, path: Path) -> WriteFailed | SyncFailed:
    """Return the archive's error: SQLite names a failed fsync in its extended code."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if "FSYNC" in name:
        return SyncFailed(f"key store {path.name}: {name}")
    return WriteFailed(f"key store {path.name}: {name}")
