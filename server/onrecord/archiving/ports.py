"""What the batch needs of the archive: seal and append in one durable step."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from onrecord.domain.ids import EventId
from onrecord.journal.heads import ArchivedRow, JournalRow


class ArchiveLog(Protocol):
    """The archive as the one writer thread sees it; any thread may integrate. All methods block.

    `append` and `reopen` raise onrecord_archive's WriteFailed (no room or an I/O error: the archive
    has failed, `reopen` may be tried later) and SyncFailed (the process must end).
    """

    @property
    def size(self) -> int:
        """The number of leaves, and so the next archive_index."""

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        """Seal and append rows; durable when it returns. The log gets key leaves as needed."""

    @property
    def full(self) -> bool:
        """Whether it is time for a new tail."""

    def reopen(self, epoch: int) -> None:
        """Begin a new tail: this one is full, or a write failed."""

    def records(self, first: int) -> Iterator[tuple[EventId, ArchivedRow]]:
        """Yield the record leaves from an index on (their rows' keys are 0)."""

    def integrate(self) -> None:
        """Write full tiles and sign a checkpoint; about once a second, beside everything else."""
