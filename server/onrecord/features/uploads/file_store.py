"""Files as they are asked for beside the journal."""

from collections.abc import Collection, Sequence

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.domain.values import Actor
from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.snapshot import published
from onrecord.database.database import Database
from onrecord.features.chat.writing_store import check_may_write
from onrecord.features.uploads import store as files
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId


class FileStore:
    """What is published of files. Every method blocks and reads one snapshot."""

    def __init__(self, database: Database, slots: Sequence[KeptSlot]) -> None:
        self._database = database
        self._slots = slots

    def stored_as(self, event: EventId) -> FoundFile | None:
        """Return the file that an event stored, once that is published."""
        with published(self._database) as (tx, _):
            return files.stored_as(tx, event)

    def shown_to(self, person: PersonId, event: EventId, blob: BlobId) -> HeldFile | None:
        """Return a file of a published message that somebody may read now."""
        with published(self._database) as (tx, _):
            return files.shown_to(tx, person, event, blob)

    def all_shown_to(self, person: PersonId, event: EventId) -> list[File]:
        """Return the files of a published message that somebody may read now."""
        with published(self._database) as (tx, _):
            return files.all_shown_to(tx, person, event)

    def recorded(self, event: EventId, blob: BlobId) -> HeldFile | None:
        """Return a file that an archived record lists, whatever became of it since."""
        with published(self._database) as (tx, _):
            return files.recorded(tx, event, blob)

    def place(self, blob: BlobId) -> SealedBlob | None:
        """Return where a stored file lies sealed."""
        with published(self._database) as (tx, _):
            return files.place(tx, blob)

    def may_send(self, person: PersonId, blobs: Collection[BlobId]) -> list[File]:
        """Return those of these files that somebody stored, or may read now."""
        with published(self._database) as (tx, _):
            return [found.held.file for found in files.may_send(tx, person, blobs).values()]

    def check_may_write(self, actor: Actor, stream: StreamId) -> None:
        """Raise NotAllowed, as the journal would.

        `not_a_member`, `client_left`, `admins_only`, `closed_for_recovery`.
        """
        with self._database.reading() as tx:
            check_may_write(tx, self._slots, actor, stream)
