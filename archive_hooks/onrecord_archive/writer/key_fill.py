"""Make a key store, and give a store what the others have. No other process may write them.

A store that is made appears whole or not at all. A destroyed key stays destroyed: what one store
knows of it the others learn, and nothing brings it back.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from onrecord_archive.errors import SyncFailed
from onrecord_archive.key_table import CREATE
from onrecord_archive.writer.key_store import translated

COLUMNS: Final = "key_id, stream, class, day, epoch, suite_id, sealed, destroyed_by"
FILL: Final = f"""
INSERT INTO main.sealed_key ({COLUMNS})
SELECT {COLUMNS} FROM other.sealed_key
WHERE key_id NOT IN (SELECT key_id FROM main.sealed_key) ORDER BY rowid
"""  # noqa: S608 - a constant
DESTROY: Final = """
UPDATE main.sealed_key SET sealed = NULL, destroyed_by = (
    SELECT o.destroyed_by FROM other.sealed_key o WHERE o.key_id = main.sealed_key.key_id)
WHERE sealed IS NOT NULL
    AND key_id IN (SELECT key_id FROM other.sealed_key WHERE sealed IS NULL)
"""


def make_key_store(path: Path, sources: Iterable[Path] = ()) -> None:
    """Make the store at `path` (mode 0600) with every key of `sources`; durable when it returns.

    Its folder must be there: a folder that is missing is a volume that is not mounted. Raises
    WriteFailed (also where there is a store already), SyncFailed.
    """
    unfinished = path.with_name(f"{path.name}.new")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(_connect(unfinished)) as connection:
            connection.executescript("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=FULL;")
            connection.execute(CREATE)
            for source in sources:
                _take(connection, source)
        os.link(unfinished, path)
        unfinished.unlink()
        _sync_directory(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise translated(error, path) from error


def fill_key_store(path: Path, sources: Iterable[Path]) -> int:
    """Give the store at `path` what it lacks of `sources`; return how many rows that changed.

    Raises WriteFailed, SyncFailed.
    """
    try:
        with closing(_connect(path)) as connection:
            connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            )
            return sum(_take(connection, source) for source in sources)
    except sqlite3.Error as error:
        raise translated(error, path) from error


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _take(connection: sqlite3.Connection, source: Path) -> int:
    """Copy what `source` has and this store lacks; return how many rows that changed."""
    connection.execute("ATTACH ? AS other", (f"{source.resolve().as_uri()}?mode=ro",))
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            added = connection.execute(FILL).rowcount
            destroyed = connection.execute(DESTROY).rowcount
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if destroyed:
            connection.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute("DETACH other")
    return added + destroyed


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # as Files.sync: what is on disk is unknown
        raise SyncFailed(f"fsync of {path.name}: {error.strerror}") from error
    finally:
        os.close(descriptor)
