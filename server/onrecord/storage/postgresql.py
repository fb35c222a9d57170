"""PostgreSQL by psycopg 3: TLS with the certificate checked, or a UNIX socket.

Facts that the code follows from:
  * synchronous_commit=off returns from COMMIT before the WAL is on the disk; a crash of the
    server loses the last such commits although this process lives (messaging/ports.py,
    ConnectionLost; read_store.py, the floor).
  * A connection that breaks during COMMIT leaves the outcome unknown.
  * One forgotten transaction stops vacuum for everybody: the server ends it.
"""

from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import errors as pg
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from onrecord.domain.errors import Fatal, OnRecordError, RefuseToStart, Unavailable
from onrecord.messaging.ports import ConnectionLost, RowRefused
from onrecord.storage.backend import RETRY_AFTER_S
from onrecord.storage.options import PostgresqlOptions
from onrecord.storage.statements import Dialect

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

    def begin_snapshot(self, cursor: DBAPICursor) -> None:
        """Begin to read; the first query takes the snapshot."""
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

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
            detail = "The database's disk is full."
            return Unavailable("storage_full", detail, retry_after=RETRY_AFTER_S)
        if isinstance(error, _BUSY):
            detail = "The database is busy; try again."
            return Unavailable("database_busy", detail, retry_after=RETRY_AFTER_S)
        if state is None:
            return ConnectionLost()
        return Fatal(f"PostgreSQL failed ({type(error).__name__} {state})")

    def is_alive(self, connection: DBAPIConnection) -> bool:
        """Whether the driver still believes in the connection."""
        return not connection.closed and not connection.broken


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
