"""Files as they are asked for beside the journal (features/uploads/ports.py, FileStore)."""

from collections.abc import Collection, Sequence

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.domain.values import Actor
from onrecord.core.journal.case import stranger
from onrecord.core.journal.stubs import closed_conversation
from onrecord.core.store import stubs
from onrecord.core.store.heads import HeadCache, KeptSlot
from onrecord.core.store.snapshot import published
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.chat.writing import check_may_write
from onrecord.features.uploads import store as files
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId

ACTIVE = sql("SELECT 1 FROM person WHERE id = ? AND active = 1")


class FileStore:
    """Fulfils filing.ports.FileStore. Every method blocks."""

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
            head = HeadCache(self._slots).seen(tx, stream)
            if head is None or actor.id not in head.members:
                raise stranger(restoring=stubs.any_closed(tx))
            if head.closed:
                raise closed_conversation()
            check_may_write(head, actor, lambda one: tx.one(ACTIVE, (one,)) is not None)
