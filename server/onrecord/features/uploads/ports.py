"""What files on their way in and out need fulfilled."""

from collections.abc import Collection, Iterable
from typing import Protocol

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.writer.blob_store import SealedBlob as Sealed


class FileStore(Protocol):
    """What is published of files. Every method blocks and reads one snapshot."""

    def stored_as(self, event: EventId) -> FoundFile | None:
        """Return the file that an event stored, once that is published."""

    def shown_to(self, person: PersonId, event: EventId, blob: BlobId) -> HeldFile | None:
        """Return a file of a published message that somebody may read now."""

    def all_shown_to(self, person: PersonId, event: EventId) -> list[File]:
        """Return the files of a published message that somebody may read now."""

    def recorded(self, event: EventId, blob: BlobId) -> HeldFile | None:
        """Return a file that an archived record lists, whatever became of it since."""

    def place(self, blob: BlobId) -> SealedBlob | None:
        """Return where a stored file lies sealed."""

    def may_send(self, person: PersonId, blobs: Collection[BlobId]) -> list[File]:
        """Return those of these files that somebody stored, or may read now."""

    def check_may_write(self, actor: Actor, stream: StreamId) -> None:
        """Raise NotAllowed, as the journal would.

        `not_a_member`, `client_left`, `admins_only`, `closed_for_recovery`.
        """


class Sealing(Protocol):
    """The archive's side for files (onrecord_archive.writer.blob_store fulfils it)."""

    def seal(self, data: Iterable[bytes]) -> Sealed:
        """Seal a file, durably. Raises WriteFailed or SyncFailed."""


class Scanner(Protocol):
    """Looks for malware (features/uploads/clamd.py fulfils it)."""

    async def scan(self, data: bytes) -> str:
        """Return what found nothing, with its version.

        Raises Infected, or Unavailable (`scanner_unavailable`).
        """


class Standing(Protocol):
    """Whether a session, or a script's token, is still in force."""

    async def person_of(self, session: SessionId) -> PersonId:
        """Return whose it is.

        Raises NotSignedIn, NotAllowed (`verification_due`, `session_locked`).
        """

    def has_ended(self, session: SessionId) -> bool:
        """Whether one that was in force has ended since."""
