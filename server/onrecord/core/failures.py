"""How the store of the path of a message fails."""

from onrecord.core.domain.errors import OnRecordError, Unavailable


class StoreFailed(Unavailable):
    """The database cannot take what is recorded: recording closes until recovery has succeeded."""


class ConnectionLost(StoreFailed):
    """The database went away; whether the transaction committed is not known.

    What was published without an fsync may be gone with it: ask `state()` and publish again from
    that position before anything is acknowledged. Until then the readers refuse, and so does each
    transaction of the writer but `take_epoch`.
    """

    def __init__(
        self,
        code: str = "database_unavailable",
        detail: str = "The database cannot be reached at the moment.",
    ) -> None:
        super().__init__(code, detail)


class StandbyLost(ConnectionLost):
    """The commit is on the primary's disk; whether the synchronous standby has it is not known.

    WAL is ordered, so the next durable commit that the standby confirms proves this one as well.
    """

    def __init__(self) -> None:
        super().__init__("database_standby_lost", "The database's standby does not answer.")


class StorageFull(StoreFailed):
    """The database's volume has no room: nothing of the transaction was kept."""

    def __init__(self, detail: str, *, retry_after: float) -> None:
        super().__init__("storage_full", detail, retry_after=retry_after)


class RowRefused(OnRecordError):
    """The database refused a row, so nothing of the transaction was kept: bisect the batch."""
