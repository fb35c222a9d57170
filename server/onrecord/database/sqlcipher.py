"""SQLite encrypted at rest by SQLCipher.

Facts that the code follows from:
  * PRAGMA key must be the first statement; a raw key (x'..') takes no key derivation.
  * In WAL mode synchronous=FULL fsyncs the WAL at each commit, NORMAL only at checkpoints; the
    pragma changes nothing inside a transaction.
  * A failed fsync may have dropped dirty pages: the same file is never tried again (Fatal).
  * On a full disk opening fails with SQLITE_IOERR, since the WAL's index cannot be made: not FULL.
  * Temporary files would lie outside the encryption: temp_store=MEMORY.
"""

import os
from pathlib import Path
from shutil import disk_usage
from stat import S_IRWXG, S_IRWXO
from typing import cast

from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlcipher3 import dbapi2

from onrecord.core.domain.errors import Damaged, Fatal, OnRecordError, RefuseToStart, Unavailable
from onrecord.core.failures import RowRefused, StorageFull
from onrecord.database.backend import RETRY_AFTER_S
from onrecord.database.options import SqlcipherOptions
from onrecord.database.statements import Dialect
from onrecord_archive.writer.in_place import SqlitePlaces

KEY_BYTES = 32
OPENING_BYTES = 256 * 1024
"""Less room than this on the volume is why a database could not be opened (the index: 32 KiB)."""

FILLING_PAGES = 16
"""So few pages are kept in memory while room is proved."""

# https://sqlite.org/rescode.html: the low byte is the primary code (sqlcipher3 gives no other).
_BUSY, _LOCKED, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _TOOBIG = 5, 6, 10, 11, 13, 14, 18
_CONSTRAINT, _MISMATCH, _RANGE, _NOTADB = 19, 20, 25, 26
_UNREADABLE = frozenset({_IOERR | reason << 8 for reason in (1, 2, 32, 33)})
"""SQLITE_IOERR_READ, _SHORT_READ, _DATA and _CORRUPTFS."""


class Sqlcipher:
    """The embedded database: one file with its WAL, one process."""

    dialect: Dialect = "sqlite"
    errors: tuple[type[Exception], ...] = (dbapi2.Error,)

    def __init__(self, options: SqlcipherOptions, *, busy_timeout_s: float) -> None:
        self._options = options
        self._busy_timeout_s = busy_timeout_s
        self._key = read_key(options.key_file)
        self._places = SqlitePlaces(options.path)
        """Which files the writing connection opened."""

    def connect(self, *, reader: bool) -> DBAPIConnection:
        """Open the file, which `make` made.

        Raises RefuseToStart, Unavailable (`storage_full`: nothing was written yet) or Fatal.
        """
        if not self._options.path.is_file():
            raise self._missing(self._options.path)
        try:
            connection = dbapi2.connect(
                f"{self._options.path.resolve().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy_timeout_s,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except dbapi2.Error as error:
            raise self.failure(error, None) from error
        try:
            self._prepare(connection, reader=reader)
        except dbapi2.Error as error:
            connection.close()
            raise self.failure(error, None) from error
        if not reader:
            self._places = SqlitePlaces(self._options.path)
        return cast("DBAPIConnection", connection)

    def make(self) -> None:
        """Make an empty file where there is none; its folder must be there."""
        try:
            os.close(os.open(self._options.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise self._missing(self._options.path) from error

    def begin(self, cursor: DBAPICursor, *, durable: bool) -> None:
        """Begin to write; not durable: the next durable commit or checkpoint makes it so."""
        cursor.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")
        cursor.execute("BEGIN IMMEDIATE")

    def commit(self, cursor: DBAPICursor, *, durable: bool) -> None:  # begin did it
        """Commit; `begin` has set whether that waits for the disk."""
        cursor.execute("COMMIT")

    def fill(self, cursor: DBAPICursor, size: int) -> None:
        """Write to the WAL, which keeps the room: what does not fit into the cache goes there."""
        cursor.execute(f"PRAGMA cache_size = {FILLING_PAGES}")
        try:
            cursor.execute("CREATE TABLE room (filler BLOB)")
            cursor.execute("INSERT INTO room VALUES (zeroblob(?))", (size,))
        finally:
            cursor.execute(f"PRAGMA cache_size = -{self._options.cache_mib * 1024}")

    def begin_snapshot(self, cursor: DBAPICursor) -> None:
        """Begin to read; the first query takes the snapshot."""
        cursor.execute("BEGIN")

    def require_in_place(self) -> None:
        """Raise RefuseToStart unless file and WAL are those that the writer has open.

        An open file takes every commit after it was moved or deleted. Called after a commit, which
        makes the WAL where there is none; it is deleted with the last connection alone.
        """
        missing = self._places.missing()
        if missing is not None:
            raise self._missing(missing)

    def failure(self, error: Exception, connection: DBAPIConnection | None) -> OnRecordError:
        """Name what SQLite reported, by its result code."""
        code = getattr(error, "sqlite_errorcode", None) or 0
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        primary = code & 0xFF
        if primary == _FULL or (primary == _IOERR and connection is None and self._is_full()):
            detail = f"The database's disk is full: {self._options.path}"
            return StorageFull(detail, retry_after=RETRY_AFTER_S)
        if primary in (_BUSY, _LOCKED):
            detail = "The database is busy; try again."
            return Unavailable("database_busy", detail, retry_after=RETRY_AFTER_S)
        if primary in (_CONSTRAINT, _TOOBIG, _MISMATCH, _RANGE):
            return RowRefused(name)
        if primary == _NOTADB and connection is None:
            return Damaged(
                f"The database cannot be opened with the key in {self._options.key_file}: it is"
                f" another's, or {self._options.path} is damaged."
            )
        if primary == _CANTOPEN and connection is None:
            return self._missing(self._options.path)
        if primary in (_CORRUPT, _NOTADB) or code in _UNREADABLE:
            return Damaged(f"The database is damaged ({name}): {self._options.path}")
        return Fatal(f"The database failed ({name}): {self._options.path}")

    def _missing(self, path: Path) -> RefuseToStart:
        return RefuseToStart(
            "database_missing",
            f"{path} is missing, another file, or this user may not open it. Is its volume"
            " mounted?",
            "Mount it, or give the file to the service's user. If it is lost: `onrecord restore"
            " database FILE`; without a copy `onrecord migrate`, then `onrecord adopt`.",
        )

    def _is_full(self) -> bool:
        return disk_usage(self._options.path.parent).free < OPENING_BYTES

    def is_alive(self, connection: DBAPIConnection) -> bool:
        """A file does not go away."""
        return True

    def _prepare(self, connection: dbapi2.Connection, *, reader: bool) -> None:
        cache_kib = self._options.cache_mib * 1024 // (4 if reader else 1)
        for pragma in (
            f"key = \"x'{self._key.hex()}'\"",
            "cipher_log_level = NONE",
            "journal_mode = WAL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
            f"cache_size = -{cache_kib}",
            f"query_only = {'ON' if reader else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()


def read_key(path: Path) -> bytes:
    """Return the database's key: 32 bytes in a file that only its owner reads.

    Raises RefuseToStart.
    """
    try:
        key = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise RefuseToStart(
            "database_key_missing",
            f"The database's key cannot be read: {error.strerror}.",
            f"Put the key back at {path}, or make a new installation with `onrecord init`.",
        ) from error
    if len(key) != KEY_BYTES:
        raise RefuseToStart(
            "database_key_damaged",
            f"The database's key has {len(key)} bytes instead of {KEY_BYTES}.",
            f"Restore {path} from where its copy is kept.",
        )
    if mode & (S_IRWXG | S_IRWXO):
        raise RefuseToStart(
            "database_key_open",
            "Others than its owner may read the database's key.",
            f"Run: chmod 600 {path}",
        )
    return key
