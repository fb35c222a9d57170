"""One connection that writes and a few that read, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import cast

from sqlalchemy import exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import QueuePool

from onrecord.domain.errors import Unavailable
from onrecord.storage.backend import RETRY_AFTER_S, Backend
from onrecord.storage.options import SqlcipherOptions, StorageOptions
from onrecord.storage.postgresql import Postgresql
from onrecord.storage.sqlcipher import Sqlcipher
from onrecord.storage.statements import Tx

FOR_COMPLIANCE = 2
"""Connections beside those that read for the chat: a search and an export take none from it."""


def backend_of(options: StorageOptions) -> Backend:
    """Return the database that the options name. Raises RefuseToStart."""
    place = options.place
    if isinstance(place, SqlcipherOptions):
        return Sqlcipher(place, busy_timeout_s=options.busy_timeout_s)
    return Postgresql(place)


class Database:
    """The open database. Any thread may use it; writers take turns on the one connection."""

    def __init__(self, options: StorageOptions) -> None:
        self.backend = backend_of(options)
        self.floor = 0
        """The highest position that this process has seen committed (snapshot.py)."""
        self._writer: DBAPIConnection | None = None
        self._turn = Lock()
        self._seen = Lock()
        self._readers = QueuePool(
            lambda: self.backend.connect(reader=True),
            pool_size=options.readers + FOR_COMPLIANCE,
            max_overflow=0,
            timeout=options.busy_timeout_s,
            reset_on_return=None,
        )

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Tx]:
        """Open a transaction on the one writing connection; leaving it commits.

        Not durable: the commit does not wait for the disk. An error inside rolls back. Raises what
        messaging/ports.py promises for JournalStore.
        """
        with self._turn:
            if self._writer is None:
                self._writer = self.backend.connect(reader=False)
            connection = self._writer
            try:
                cursor = connection.cursor()
                self.backend.begin(cursor, durable=durable)
                yield Tx(cursor, self.backend.dialect)
                cursor.execute("COMMIT")
            except self.backend.errors as error:
                failure = self.backend.failure(error, connection)
                self._abandon(connection)
                raise failure from error
            except BaseException:
                self._abandon(connection)
                raise

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Read from one snapshot. Raises Unavailable, ConnectionLost or Fatal."""
        try:
            pooled = self._readers.connect()
        except exc.TimeoutError as error:
            detail = "The database is busy; try again."
            raise Unavailable("database_busy", detail, retry_after=RETRY_AFTER_S) from error
        connection = cast("DBAPIConnection", pooled.dbapi_connection)
        try:
            cursor = connection.cursor()
            self.backend.begin_snapshot(cursor)
            yield Tx(cursor, self.backend.dialect)
        except self.backend.errors as error:
            raise self.backend.failure(error, connection) from error
        finally:
            if not self._end(connection):
                pooled.invalidate()
            pooled.close()

    def raise_floor(self, position: int) -> None:
        """Note a position that was seen committed."""
        with self._seen:
            self.floor = max(self.floor, position)

    def close(self) -> None:
        """Close every connection. Nothing may be under way."""
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self._readers.dispose()

    def _abandon(self, connection: DBAPIConnection) -> None:
        """Roll the writer back, or drop it where that is impossible."""
        if not self._end(connection):
            self._writer = None
            with suppress(*self.backend.errors):
                connection.close()

    def _end(self, connection: DBAPIConnection) -> bool:
        """Roll back what is open; False: the connection cannot be used again."""
        if not self.backend.is_alive(connection):
            return False
        try:
            connection.rollback()
        except self.backend.errors:
            return False
        return True
