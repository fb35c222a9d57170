"""PostgreSQL by psycopg 3: TLS with the certificate checked, or a UNIX socket.

Facts that the code follows from:
  * synchronous_commit=off returns from COMMIT before the WAL is on the disk; a crash of the
    server loses the last such commits although this process lives (core/failures.py,
    ConnectionLost; core/store/snapshot.py, the floor).
  * A connection that breaks during COMMIT leaves the outcome unknown.
  * COMMIT waits for the synchronous standby without an end, and no timeout of PostgreSQL's applies.
    If that wait is cancelled, COMMIT succeeds with a warning, its only one: the primary alone has
    it (https://www.postgresql.org/docs/17/warm-standby.html#SYNCHRONOUS-REPLICATION-HA).
  * One forgotten transaction stops vacuum for everybody: the server ends it, but for one whose
    client stopped just behind an executemany (core/store/journal.py, END_FORGOTTEN).
"""

import select
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import errors as pg
from psycopg.errors import Diagnostic
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from onrecord.core.domain.errors import Damaged, Fatal, OnRecordError, RefuseToStart, Unavailable
from onrecord.core.failures import ConnectionLost, RowRefused, StandbyLost, StorageFull
from onrecord.database.backend import RETRY_AFTER_S
from onrecord.database.options import PostgresqlOptions
from onrecord.database.statements import Dialect

_LOST = (
    pg.AdminShutdown,
    pg.CrashShutdown,
    pg.CannotConnectNow,
    pg.IdleInTransactionSessionTimeout,
    pg.ReadOnlySqlTransaction,
)
_BUSY = (
    pg.DeadlockDetected,
    pg.SerializationFailure,
    pg.QueryCanceled,
    pg.LockNotAvailable,
    pg.TooManyConnections,
)
CANCEL_S = 2.0
"""How long the cancelling of a commit may take, seconds."""
FILLING_BYTES = 1900
"""Longer values are compressed."""

_DAMAGED = (pg.DataCorrupted, pg.IndexCorrupted)
_REFUSED = (psycopg.IntegrityError, psycopg.DataError, pg.RaiseException)


class Postgresql:
    """A PostgreSQL server, as the service's role."""

    dialect: Dialect = "postgresql"
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, options: PostgresqlOptions) -> None:
        self._options = options
        self._arguments = connection_arguments(options)

    def make(self) -> None:
        """Nothing: an administrator makes it."""

    def connect(self, *, reader: bool) -> DBAPIConnection:
        """Connect. Raises ConnectionLost, whatever the reason (schema.py says it at start)."""
        settings = [
            "-c timezone=UTC",
            f"-c statement_timeout={self._options.statement_timeout_s}s",
            "-c client_min_messages=warning",
            f"-c idle_in_transaction_session_timeout={self._options.idle_in_transaction_s}s",
        ]
        if reader:
            settings.append("-c default_transaction_read_only=on")
        try:
            connection: psycopg.Connection[Any] = psycopg.connect(
                **self._arguments, options=" ".join(settings), autocommit=True
            )
        except psycopg.Error as error:
            raise ConnectionLost from error
        return cast("DBAPIConnection", connection)

    def begin(self, cursor: DBAPICursor, *, durable: bool) -> None:
        """Begin to write; not durable: COMMIT does not wait for the disk."""
        commit = "on" if durable else "off"
        cursor.execute("BEGIN")
        cursor.execute(f"SET LOCAL synchronous_commit TO {commit}")

    def commit(self, cursor: DBAPICursor, *, durable: bool) -> None:
        """Commit; wait for disk and standby at most `commit_timeout_s`. Raises StandbyLost."""
        if not durable:
            cursor.execute("COMMIT")
            return
        connection = cast("psycopg.Connection[Any]", cursor.connection)
        warnings: list[Diagnostic] = []
        connection.add_notice_handler(warnings.append)
        try:
            in_time = _commit(connection, self._options.commit_timeout_s)
        finally:
            connection.remove_notice_handler(warnings.append)
        if warnings or not in_time:
            raise StandbyLost

    def fill(self, cursor: DBAPICursor, size: int) -> None:
        """Write to a temporary table's file: unlike the record's own it goes with the rollback."""
        cursor.execute("CREATE TEMPORARY TABLE room (filler text) ON COMMIT DROP")
        rows = size // FILLING_BYTES
        cursor.execute(
            "INSERT INTO room SELECT repeat('-', %s) FROM generate_series(1, %s)",
            (FILLING_BYTES, rows),
        )

    def begin_snapshot(self, cursor: DBAPICursor) -> None:
        """Begin to read; the first query takes the snapshot."""
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def require_in_place(self) -> None:
        """Its files are the database server's own."""

    def failure(self, error: Exception, connection: DBAPIConnection | None) -> OnRecordError:
        """Name what PostgreSQL or the network reported, by SQLSTATE."""
        state = getattr(error, "sqlstate", None)
        if isinstance(error, _LOST) or (connection is not None and not self.is_alive(connection)):
            return ConnectionLost()
        if isinstance(error, _REFUSED):
            return RowRefused(f"{type(error).__name__} {state}")
        if isinstance(error, pg.InsufficientPrivilege):
            return RefuseToStart(
                "database_role_too_weak",
                f"The database's user {self._options.user} may not do this:"
                f" {error.diag.message_primary}.",
                "Migrate as the owner of the tables: onrecord migrate --owner ROLE --password-file"
                f" FILE. The server's own user needs: GRANT {self._options.service_role} TO"
                f" {self._options.user}",
            )
        if isinstance(error, pg.DiskFull):
            return StorageFull("The database's disk is full.", retry_after=RETRY_AFTER_S)
        if isinstance(error, _BUSY):
            detail = "The database is busy; try again."
            return Unavailable("database_busy", detail, retry_after=RETRY_AFTER_S)
        if isinstance(error, _DAMAGED) or (isinstance(error, pg.IoError) and _on_read(error)):
            return Damaged(f"PostgreSQL cannot read what it holds ({type(error).__name__} {state})")
        if state is None:
            return ConnectionLost()
        return Fatal(f"PostgreSQL failed ({type(error).__name__} {state})")

    def is_alive(self, connection: DBAPIConnection) -> bool:
        """Whether the driver still believes in the connection."""
        return not connection.closed and not connection.broken


def _on_read(error: psycopg.Error) -> bool:
    """Whether an I/O error came from a function of PostgreSQL's that reads (its own English name).

    A failed write is no damage yet: it is not committed.
    """
    return "read" in (error.diag.source_function or "").lower()


def _commit(connection: "psycopg.Connection[Any]", seconds: float) -> bool:
    """Commit and return whether that was done in time. Raises psycopg's errors.

    One that is late is cancelled, so that its locks go, and its connection closed: the cancelling
    might meet the next statement.
    """
    answer = connection.pgconn
    answer.send_query(b"COMMIT")
    if not _answered(answer, seconds):
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=CANCEL_S)
            _answered(answer, CANCEL_S)
        connection.close()
        return False
    while (result := answer.get_result()) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            raise pg.error_from_result(result, encoding="utf-8")
    return True


def _answered(connection: PGconn, seconds: float) -> bool:
    """Wait until an answer has come whole; False: the time is over."""
    until, waiting = time.monotonic() + seconds, select.poll()
    waiting.register(connection.socket, select.POLLIN)
    connection.flush()
    while connection.is_busy():
        left = until - time.monotonic()
        if left <= 0:
            return False
        if waiting.poll(left * 1000):
            connection.consume_input()
    return True


def connection_arguments(options: PostgresqlOptions) -> dict[str, Any]:
    """Return libpq's parameters. Raises RefuseToStart where they would not be safe or whole."""
    arguments: dict[str, Any] = {
        "host": options.host,
        "port": options.port,
        "dbname": options.database,
        "user": options.user,
        "connect_timeout": options.connect_timeout_s,
        "application_name": "onrecord",
        # A peer that vanished is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    if options.password_file is not None:
        arguments["password"] = _password(options.password_file)
    if options.host.startswith("/"):
        return arguments
    if options.ca_file is None:
        raise RefuseToStart(
            "database_tls",
            "PostgreSQL is reached over TLS with its certificate checked, or by a UNIX socket.",
            "Set the database's `ca_file` to the PEM of the authority that signed the server's"
            " certificate, or its `host` to the socket's folder.",
        )
    return arguments | {
        "sslmode": "verify-full",
        "sslrootcert": str(options.ca_file),
        "ssl_min_protocol_version": "TLSv1.3",
        "gssencmode": "disable",
    }


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        raise RefuseToStart(
            "database_password_missing",
            f"The database's password cannot be read: {error.strerror}.",
            f"Put it into {path}, readable by the service's user only.",
        ) from error
