"""Where the database is and how it is reached."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SqlcipherOptions:
    """A SQLite file that SQLCipher encrypts page by page, of this process alone."""

    path: Path
    key_file: Path
    """32 random bytes, readable by the owner only."""
    cache_mib: int = 64
    """Decrypted pages that the writer keeps in memory, MiB; each reader keeps a quarter."""


@dataclass(frozen=True, slots=True)
class PostgresqlOptions:
    """A PostgreSQL server, over TLS with its certificate checked, or by a UNIX socket."""

    host: str
    """A host name as in the server's certificate, or the socket's folder (starting with /)."""
    database: str
    user: str
    """The service's role: a member of `service_role`, never the owner of the tables."""
    port: int = 5432
    password_file: Path | None = None
    ca_file: Path | None = None
    """PEM of the authority that signed the server's certificate; needed unless by socket."""
    service_role: str = "onrecord_service"
    """The role that migrations grant rights to."""
    unsafe_without_fsync: bool = False
    """Whether to serve a PostgreSQL that does not wait for its disk (tests, development)."""
    connect_timeout_s: int = 5
    statement_timeout_s: int = 30
    idle_in_transaction_s: int = 10
    commit_timeout_s: float = 5.0
    """How long a commit may wait for disk and standby. PostgreSQL itself waits for ever: its
    statement_timeout ends before the wait for a synchronous standby begins."""


@dataclass(frozen=True, slots=True)
class StorageOptions:
    """One of the two databases, and how many connections read from it at once."""

    place: SqlcipherOptions | PostgresqlOptions
    readers: int = 4
    busy_timeout_s: float = 5.0
    """How long to wait for another process's lock, or for a reader, seconds."""
