"""One connection that writes and a few that read, on either database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Lock
from typing import cast

from sqlalchemy import exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import QueuePool

from onrecord.core.domain.errors import Damaged, Unavailable
from onrecord.core.failures import StoreFailed
from onrecord.database.backend import RETRY_AFTER_S, Backend
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.postgresql import Postgresql
from onrecord.database.sqlcipher import Sqlcipher
from onrecord.database.statements import Tx

FOR_COMPLIANCE = 2
"""Connections beside those that read for the chat: a search and an export take none from it."""


def backend_of(options: StorageOptions) -> Backend:
    """Return the database that the options name. Raises RefuseToStart."""
    place = options.place
    if isinstance(place, SqlcipherOptions):
        return Sqlcipher(place, busy_timeout_s=options.busy_timeout_s)
    return Postgresql(place)


class _TakenBack(Exception):  # no error: it rolls back
    """What was written was only to be tried."""


class _Line:
    """A connection that writes, once there is one, and whose turn it is."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.connection: DBAPIConnection | None = None


class Database:
    """The open database. Any thread may use it; writers take turns on the one connection.

    With PostgreSQL the beat waits for no other writer (`writing_apart`): while one waits for a lock
    or a slow disk, this server would look dead (core/beat.py).
    """

    def __init__(
        self, options: StorageOptions, on_damage: Callable[[Damaged], None] = lambda damage: None
    ) -> None:
        """*on_damage* is told, in whichever thread, what any transaction found damaged."""
        self.backend = backend_of(options)
        self.floor = 0
        """The highest position that this process has seen committed (snapshot.py)."""
        self.trouble: StoreFailed | None = None
        """How a writing transaction last failed, until recovery has taken an epoch."""
        self._on_damage = on_damage
        self._writer = _Line()
        self._apart = _Line() if self.backend.dialect == "postgresql" else self._writer
        self._seen = Lock()
        self._readers = QueuePool(
            lambda: self._connect(reader=True),
            pool_size=options.readers + FOR_COMPLIANCE,
            max_overflow=0,
            timeout=options.busy_timeout_s,
            reset_on_return=None,
        )

    def writing(self, *, durable: bool = True) -> AbstractContextManager[Tx]:
        """Open a transaction on the one writing connection; leaving it commits.

        Not durable: the commit does not wait for the disk. An error inside rolls back. Raises what
        core/failures.py promises for JournalStore.
        """
        return self._write(self._writer, durable=durable)

    def writing_apart(self) -> AbstractContextManager[Tx]:
        """As `writing`, not durable, but beside whatever else this process writes.

        With the embedded database, which has one writer at a time, it is `writing`.
        """
        return self._write(self._apart, durable=False)

    @contextmanager
    def _write(self, line: _Line, *, durable: bool) -> Iterator[Tx]:
        with line.turn:
            if line.connection is None:
                line.connection = self._connect(reader=False)
            connection = line.connection
            try:
                cursor = connection.cursor()
                self.backend.begin(cursor, durable=durable)
                yield Tx(cursor, self.backend.dialect)
                self.backend.commit(cursor, durable=durable)
            except self.backend.errors as error:
                failure = self.backend.failure(error, connection)
                self._note(failure)
                self._abandon(line, connection)
                raise failure from error
            except BaseException as error:
                self._note(error)
                self._abandon(line, connection)
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
            failure = self.backend.failure(error, connection)
            self._tell(failure)
            raise failure from error
        finally:
            if not self._end(connection):
                pooled.invalidate()
            pooled.close()

    def prove_room(self, size: int) -> None:
        """Write *size* bytes and take them back. Raises what `writing` does."""
        with suppress(_TakenBack), self.writing(durable=False) as tx:
            tx.fill(self.backend.fill, size)
            raise _TakenBack

    def require_in_place(self) -> None:
        """Raise RefuseToStart (`database_missing`) if its files were moved or deleted meanwhile."""
        self.backend.require_in_place()

    def raise_floor(self, position: int) -> None:
        """Note a position that was seen committed."""
        with self._seen:
            self.floor = max(self.floor, position)

    def close(self) -> None:
        """Close every connection. Nothing may be under way."""
        for line in (self._writer, self._apart):
            with line.turn:
                if line.connection is not None:
                    line.connection.close()
                    line.connection = None
        self._readers.dispose()

    def _connect(self, *, reader: bool) -> DBAPIConnection:
        try:
            return self.backend.connect(reader=reader)
        except Damaged as damage:
            self._tell(damage)
            raise

    def _note(self, failure: BaseException) -> None:
        if isinstance(failure, StoreFailed):
            self.trouble = failure
        self._tell(failure)

    def _tell(self, failure: BaseException) -> None:
        if isinstance(failure, Damaged):
            self._on_damage(failure)

    def _abandon(self, line: _Line, connection: DBAPIConnection) -> None:
        """Roll the writer back, or drop it where that is impossible."""
        if not self._end(connection):
            line.connection = None
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
