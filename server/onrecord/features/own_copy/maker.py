"""Make one copy: gather what it holds; then, once that is recorded, each record's proof. Blocks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.features.own_copy.store import CopyRow, CopyStore
from onrecord.features.proof_packages.service import (
    READ_AT_ONCE,
    Made,
    Progress,
    archived,
    checkpoint_over,
    make_file,
    make_folder,
)
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.proof_package.copy_writer import CopyWriter
from onrecord_archive.proof_package.own_copy import CopyAsked, CopyHolds
from onrecord_archive.proof_package.writing import Content, no_files
from onrecord_archive.reader.archive import Archive


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a copy will hold, which its record names, and the writer beside whose target it lies."""

    holds: CopyHolds
    writer: CopyWriter
    target: Path


@dataclass(frozen=True, slots=True)
class CopyMaker:
    """Makes copies from one archive. The server's thread for exports does it, one at a time.

    First it gathers; then the copy is recorded; then it is made, with that record in it.
    """

    store: CopyStore
    archive: Path
    policy: Policy
    files: Content = no_files

    def gather(self, copy: CopyAsked, target: Path, progress: Progress) -> Gathered:
        """Gather what a copy holds, in a folder that its owner alone reads.

        *progress* is told how many records are written; what it raises ends the work and is raised.
        Raises Unavailable, or onrecord_archive's ArchiveError; nothing is left then.
        """
        make_folder(target)
        archive = Archive(self.archive)
        records = (archived(archive, row.archive_index, row.plain) for row in self._rows(copy))
        writer = CopyWriter(target, copy, self.policy)
        holds = writer.gather(records, progress, self._files(PersonId(copy.person)))
        return Gathered(holds, writer, target)

    def make(self, gathered: Gathered, recorded: EventId, progress: Progress) -> Made:
        """Write the copy to a new file, mode 0600; *recorded* is the record that names it.

        Raises as `gather`; nothing is left then.
        """
        return make_file(gathered.target, lambda: self._write(gathered, recorded, progress))

    def discard(self, gathered: Gathered) -> None:
        """Remove what was gathered and is not made; nothing where it was."""
        gathered.writer.discard()

    def _write(self, gathered: Gathered, recorded: EventId, progress: Progress) -> None:
        row = self.store.one(recorded)
        if row is None:
            raise Corrupt("the record of a copy is not in the database", index=None)
        archive = Archive(self.archive)
        index = row.archive_index
        checkpoint = checkpoint_over(index, archive, self.policy, progress, what="copy")

        def prove(index: int) -> tuple[bytes, ...]:
            return archive.tlog_proof(index, checkpoint).hashes

        made = archived(archive, index, row.plain, checkpoint)
        gathered.writer.write(gathered.holds, made, checkpoint, prove, progress)

    def _files(self, person: PersonId) -> Content:
        """Return the files that somebody may read: none of a message that was removed from view."""

        def content(file: Mapping[str, Any], key: str) -> Iterable[bytes] | None:
            shown = self.store.shows(person, BlobId(str(file["blob_id"])))
            return self.files(file, key) if shown else None

        return content

    def _rows(self, copy: CopyAsked) -> Iterator[CopyRow]:
        for extent in copy.extents:
            for start in range(extent.first, extent.last + 1, READ_AT_ONCE):
                end = min(start + READ_AT_ONCE - 1, extent.last)
                yield from self.store.rows(StreamId(extent.stream), start, end)
