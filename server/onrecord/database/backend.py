"""What the two databases have in common: connecting, beginning, and naming what went wrong."""

from typing import Protocol

from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from onrecord.core.domain.errors import OnRecordError
from onrecord.database.statements import Dialect

RETRY_AFTER_S = 2.0
"""A full or busy database is no last word: the same command may be sent again."""


class Backend(Protocol):
    """One of the two databases.

    Implementations: Sqlcipher, Postgresql.
    """

    @property
    def dialect(self) -> Dialect:
        """Which spelling of a statement it takes."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The driver's exceptions, for `failure`."""

    def make(self) -> None:
        """Make the empty database where that is the program's to do. Raises RefuseToStart."""

    def connect(self, *, reader: bool) -> DBAPIConnection:
        """Open a connection; a reader's cannot write. Raises OnRecordError."""

    def begin(self, cursor: DBAPICursor, *, durable: bool) -> None:
        """Begin to write; `durable` makes the commit wait until it is on the disk."""

    def commit(self, cursor: DBAPICursor, *, durable: bool) -> None:
        """Commit. Raises StandbyLost where it may not be as durable as it was to be."""

    def fill(self, cursor: DBAPICursor, size: int) -> None:
        """Have the open transaction take *size* bytes on the disk, to be rolled back."""

    def begin_snapshot(self, cursor: DBAPICursor) -> None:
        """Begin to read from one snapshot."""

    def require_in_place(self) -> None:
        """Raise RefuseToStart (`database_missing`) if its files are not where it opened them."""

    def failure(self, error: Exception, connection: DBAPIConnection | None) -> OnRecordError:
        """Name what the driver reported (core/failures.py, core/domain/errors.py)."""

    def is_alive(self, connection: DBAPIConnection) -> bool:
        """Whether a connection can be used again after an error."""
