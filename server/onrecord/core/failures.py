"""How the store of the path of a message fails, and what the path needs of it."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.values import Actor, Event
from onrecord.core.journal.case import Answering
from onrecord.core.journal.heads import (
    ArchivedRow,
    ArchiverState,
    JournalPlace,
    JournalRow,
    Known,
    Source,
    StreamHead,
    Target,
)
from onrecord.core.ports import TenureStore
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId


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


class JournalTx(Protocol):
    """The journal transaction, step (2): durable when it commits (fsynced)."""

    def heads(self, streams: Collection[StreamId]) -> dict[StreamId, StreamHead]:
        """Lock the streams' head rows, in the order of their ids, and return them.

        A stream that does not exist is absent from the answer.
        """

    def people(self, ids: Collection[PersonId]) -> dict[PersonId, Actor]:
        """Return active people by id (for new members)."""

    def outside(self, ids: Collection[PersonId]) -> frozenset[PersonId]:
        """Return who of these is from outside the firm."""

    def known(self, events: Collection[EventId]) -> dict[EventId, Known]:
        """Return what of these is journaled already."""

    def targets(self, events: Collection[EventId]) -> dict[EventId, Target]:
        """Return the messages that commands refer to, as published."""

    def sources(self, actor: PersonId, events: Collection[EventId]) -> dict[EventId, Source]:
        """Return those published messages that *actor* sees, with their files, to send them on."""

    def files(self, actor: PersonId, blobs: Collection[BlobId]) -> dict[BlobId, FoundFile]:
        """Return those of the published files that *actor* stored or may read."""

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        """Return the smallest conv_seq at or after a time, None when there is none."""

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        """Whether somebody may see a published number; without one, any of the conversation."""

    def waiting(self, stream: StreamId) -> int | None:
        """Return the conv_seq of a client's first message that no message answers."""

    def answering(
        self, person: PersonId, client: PersonId, at: datetime, begun: Sequence[Event] = ()
    ) -> Answering | None:
        """Return what somebody is to a client at a time; None: nobody answers.

        As published, and as *begun*: the conversations that began since.
        """

    def append(self, rows: Sequence[JournalRow], heads: Collection[StreamHead]) -> list[JournalRow]:
        """Insert journal, body and pending rows, make new streams, write the heads back.

        Returns the rows with their keys, ascending. Raises Fenced unless this server is the one
        that records, which stays so until the transaction ends.
        """


class PublishTx(Protocol):
    """The publish transaction, step (4): not fsynced; redone from the log when it was lost."""

    def publish(self, rows: Sequence[JournalRow], archived: Sequence[ArchivedRow]) -> None:
        """Insert `archived`, apply every projection, delete the pending rows. Idempotent."""

    def advance(self, epoch: int, position: int) -> None:
        """Move the archiver's position (the next archive_index).

        Raises Fenced unless *epoch* is the newest.
        """


class JournalStore(TenureStore, Protocol):
    """The writer's side. Every method blocks and belongs to the one writer thread.

    Each raises ConnectionLost (outcome unknown), StorageFull, RowRefused or Unavailable (nothing
    was kept; the database is busy), or Fatal; Fenced, a Fatal, where another server records.
    """

    def journal(self) -> AbstractContextManager[JournalTx]:
        """Open the journal transaction; leaving it commits, fsynced.

        Raises Fatal if that failed.
        """

    def publishing(self) -> AbstractContextManager[PublishTx]:
        """Open the publish transaction; leaving it commits without an fsync of its own."""

    def pending(self, limit: int) -> list[JournalRow]:
        """Return journaled rows that are not published, by key, the oldest first."""

    def rows_at(self, keys_by_event: Collection[EventId]) -> dict[EventId, JournalRow]:
        """Return journal rows by event_id (for the redo from the log)."""

    def places(self, events: Collection[EventId]) -> dict[EventId, JournalPlace]:
        """Return what of these is journaled, and whether it still waits to be published."""

    def prove_room(self, size: int) -> None:
        """Write *size* bytes and take them back. Raises StorageFull."""

    def require_in_place(self) -> None:
        """Raise RefuseToStart (`database_missing`) if its files were moved or deleted meanwhile."""

    def take_epoch(self) -> ArchiverState:
        """Commit epoch + 1 (fsynced) and return it with the position. Raises Fenced.

        Whatever another connection of ours had begun to journal has ended by then, and all that
        was committed before is as durable as this: what is in doubt is decided.
        """

    def began_at(self, first_index: int) -> None:
        """Note the first entry that is this holder's own."""

    def look(self) -> None:
        """Raise StoreFailed if a transaction of anybody's failed so since `take_epoch`, or now."""

    def state(self) -> ArchiverState:
        """Return the archiver's row."""
