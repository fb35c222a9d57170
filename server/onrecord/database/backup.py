"""A copy of the embedded database, taken while a server writes to it."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlcipher3 import dbapi2

from onrecord.core.domain.errors import BadInput, Conflict
from onrecord.database.database import Database
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.schema import require_any_schema
from onrecord.database.sqlcipher import Sqlcipher
from onrecord.database.statements import sql

POSITION = sql("SELECT position FROM archiver")
PAGES = 1024
"""Pages copied before the writer gets another turn."""


def copy_database(
    options: StorageOptions, target: Path, progress: Callable[[int, int], None]
) -> None:
    """Copy the database, encrypted under the same key, to a new file of one moment. Durable.

    *progress* is told (pages so far, all pages). Raises BadInput (`not_embedded`), Conflict
    (`exists`), RefuseToStart, Unavailable or Fatal.
    """
    place = options.place
    if not isinstance(place, SqlcipherOptions):
        detail = "PostgreSQL has backups of its own: pg_basebackup with archived WAL, or pg_dump."
        raise BadInput("not_embedded", detail)
    if target.exists():
        raise Conflict("exists", f"{target} exists; a backup is never overwritten.")
    with closing(Database(options)) as database:
        require_any_schema(database)
    source = Sqlcipher(place, busy_timeout_s=options.busy_timeout_s)
    copy = Sqlcipher(replace(place, path=target), busy_timeout_s=options.busy_timeout_s)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    reading, writing = source.connect(reader=True), copy.connect(reader=False)
    try:
        reading.backup(
            writing, pages=PAGES, progress=lambda _, left, total: progress(total - left, total)
        )
        writing.cursor().execute("PRAGMA journal_mode = DELETE").fetchall()
    except dbapi2.Error as error:
        raise source.failure(error, None) from error
    finally:
        reading.close()
        writing.close()
    for path in (target, target.parent):
        _sync(path)


def published_to(options: StorageOptions) -> int:
    """Return how many of the archive's entries are published. Raises RefuseToStart, Fatal."""
    with closing(Database(options)) as database:
        require_any_schema(database)
        with database.reading() as tx:
            return int(tx.only(POSITION)[0])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
