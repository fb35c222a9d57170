"""What the batch needs of the archive: seal and append in one durable step."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord_archive.events.ids import EventId


class ArchiveLog(Protocol):
    """The archive as the one writer thread sees it; any thread may integrate. All methods block.

    `append`, `prove_room` and `reopen` raise onrecord_archive's WriteFailed (no room or an I/O
    error: the archive has failed, `reopen` may be tried later) and SyncFailed (the process ends).
    """

    @property
    def size(self) -> int:
        """The number of leaves, and so the next archive_index."""

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        """Seal and append rows; durable when it returns. The log gets key leaves as needed."""

    def require_in_place(self) -> None:
        """Raise Corrupt if a file that was written is not at its path any more. A few calls.

        Raises WriteFailed for one that has everything once it is back.
        """

    @property
    def full(self) -> bool:
        """Whether it is time for a new tail."""

    def prove_room(self, size: int) -> None:
        """Write *size* bytes and take them back."""

    def reopen(self, epoch: int) -> None:
        """Begin a new tail: this one is full, or a write failed."""

    def records(self, first: int) -> Iterator[tuple[EventId, ArchivedRow]]:
        """Yield the record leaves from an index on (their rows' keys are 0)."""

    def integrate(self, published: int) -> None:
        """Write full tiles and sign a checkpoint of the entries below the published position.

        About once a second, beside everything else.
        """

    def look(self) -> None:
        """Raise WriteFailed while a key store cannot take keys, Corrupt if somebody changed it.

        As often as `integrate`, beside everything else.
        """
