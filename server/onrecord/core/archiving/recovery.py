"""Make the journal, the log and what is published agree: at start, and after a failure.

1. What the log holds beyond the published position is published again (step (4) is not fsynced).
2. What is journaled but not in the log is archived and published.
Nothing is read or acknowledged before both are done.
"""

from itertools import islice

from onrecord.core.archiving.batch import Committer
from onrecord.core.archiving.log import SealedLog
from onrecord.core.beat import cause
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.journal.heads import ArchivedRow
from onrecord.core.store.journal import JournalStore
from onrecord.observability.points import Points
from onrecord_archive.events.ids import EventId

PAGE = 1000
BATCH_BYTES = 8 * 2**20
"""What a full batch takes on a disk: 2,048 records, each of 4 KiB with its indexes."""


class Recovery:
    """Belongs to the writer thread; every method blocks."""

    def __init__(
        self, *, store: JournalStore, archive: SealedLog, committer: Committer, points: Points
    ) -> None:
        self.archive = archive
        self._points = points
        self._store = store
        self.committer = committer

    def start(self, epoch: int) -> int:
        """Recover at start, under *epoch*; return the published position.

        Raises RefuseToStart (`journal_behind_archive`) when the log has what the journal lacks.
        """
        self.committer.epoch = epoch
        return self._catch_up()

    def resume(self, *, archive_first: bool) -> int:
        """Prove that there is room, begin a new tail under a new epoch and catch up.

        Returns the published position. *archive_first*: what is proved first, so that the same
        cause is found again as long as it lasts. Raises WriteFailed or Unavailable when it is too
        early: without room for a whole batch no epoch was taken and no tail begun. Raises Fenced.
        """
        proofs = [self._store.prove_room, self.archive.prove_room]
        for prove in reversed(proofs) if archive_first else proofs:
            prove(BATCH_BYTES)
        self.begin_tail()
        return self._catch_up()

    def look(self) -> None:
        """Raise StoreFailed if the database failed while nothing was recorded.

        Raises Corrupt or RefuseToStart for files that were moved or deleted.
        """
        self._store.look()
        self.committer.require_in_place()

    def cause(self, error: Exception) -> Exception:
        """Return why recording failed (beat.py)."""
        return cause(self._store.beat, error)

    def begin_tail(self) -> None:
        """Go on in a new tail under a new epoch. Raises WriteFailed, Unavailable or Fenced."""
        epoch = self._store.take_epoch().epoch
        self._points.reach("tail_taken")
        self.archive.reopen(epoch)
        self.committer.epoch = epoch

    def _catch_up(self) -> int:
        records = self.archive.records(self._store.state().position)
        while page := list(islice(records, PAGE)):
            self._publish_again(page)
        while pending := self._store.pending(PAGE):
            archived = self.archive.append(pending)
            self.committer.publish(pending, archived, self.archive.size)
        self.committer.publish([], [], self.archive.size)
        return self.archive.size

    def _publish_again(self, page: list[tuple[EventId, ArchivedRow]]) -> None:
        rows = self._store.rows_at([event for event, _ in page])
        for event, place in page:
            if event not in rows:
                raise journal_behind(place.archive_index)
        archived = [
            ArchivedRow(rows[event].key, place.archive_index, place.ct, place.key_id)
            for event, place in page
        ]
        position = page[-1][1].archive_index + 1
        self.committer.publish([rows[event] for event, _ in page], archived, position)


def journal_behind(archive_index: int) -> RefuseToStart:
    """Return the refusal of a database that lacks what the archive has."""
    return RefuseToStart(
        "journal_behind_archive",
        f"The archive holds record {archive_index}, which the database lacks.",
        "The database was restored from an older backup. Restore a newer one, or "
        "run: onrecord adopt --opening-key FILE (without it: no texts)",
    )
