"""Make one copy: gather what it holds; then, once that is recorded, each record's proof. Blocks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from time import sleep
from typing import Any

from msgspec import Struct

from onrecord.core.domain.errors import Unavailable
from onrecord.features.own_copy.ports import CopyRow, CopyStore
from onrecord_archive.bundle import BundleRecord, record_leaf
from onrecord_archive.bundle_write import Content, no_files
from onrecord_archive.copy_format import CopyAsked, CopyHolds
from onrecord_archive.copy_write import CopyWriter
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import Corrupt, WriteFailed
from onrecord_archive.reader.archive import Archive

READ_AT_ONCE = 500
CHECKPOINT_SECONDS = 30.0
POLL_SECONDS = 0.1
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Made(Struct, frozen=True):
    """A finished file: its size in bytes and SHA-256, hex."""

    size: int
    sha256: str


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

    def gather(self, copy: CopyAsked, target: Path, progress: Callable[[int], None]) -> Gathered:
        """Gather what a copy holds, in a folder that its owner alone reads.

        *progress* is told how many records are written; what it raises ends the work and is raised.
        Raises Unavailable, or onrecord_archive's ArchiveError; nothing is left then.
        """
        try:
            target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error
        archive = Archive(self.archive)
        records = (_record(archive, row) for row in self._rows(copy))
        writer = CopyWriter(target, copy, self.policy)
        holds = writer.gather(records, progress, self._files(PersonId(copy.person)))
        return Gathered(holds, writer, target)

    def make(self, gathered: Gathered, recorded: EventId, progress: Callable[[int], None]) -> Made:
        """Write the copy to a new file, mode 0600; *recorded* is the record that names it.

        Raises as `gather`; nothing is left then.
        """
        target = gathered.target
        try:
            self._write(gathered, recorded, progress)
            target.chmod(PRIVATE_FILE)
            with target.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            return Made(target.stat().st_size, digest)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error

    def discard(self, gathered: Gathered) -> None:
        """Remove what was gathered and is not made; nothing where it was."""
        gathered.writer.discard()

    def _write(
        self, gathered: Gathered, recorded: EventId, progress: Callable[[int], None]
    ) -> None:
        row = self.store.one(recorded)
        if row is None:
            raise Corrupt("the record of a copy is not in the database", index=None)
        archive = Archive(self.archive)
        checkpoint = self._checkpoint(archive, row.archive_index, progress)

        def prove(index: int) -> tuple[bytes, ...]:
            return archive.tlog_proof(index, checkpoint).hashes

        made = replace(_record(archive, row), proof=prove(row.archive_index))
        gathered.writer.write(gathered.holds, made, checkpoint, prove, progress)

    def _files(self, person: PersonId) -> Content:
        """Return the files that somebody may read: none of a message that was removed from view."""

        def content(file: Mapping[str, Any], key: str) -> Iterable[bytes] | None:
            shown = self.store.shows(person, BlobId(str(file["blob_id"])))
            return self.files(file, key) if shown else None

        return content

    def _checkpoint(self, archive: Archive, index: int, progress: Callable[[int], None]) -> bytes:
        for _ in range(round(CHECKPOINT_SECONDS / POLL_SECONDS)):
            progress(0)
            checkpoint = archive.checkpoint()
            if self.policy.open(checkpoint).size > index:
                return checkpoint
            sleep(POLL_SECONDS)
        detail = "The archive has not signed what the copy needs. Try again."
        raise Unavailable("archive_unavailable", detail)

    def _rows(self, copy: CopyAsked) -> Iterator[CopyRow]:
        for extent in copy.extents:
            for start in range(extent.first, extent.last + 1, READ_AT_ONCE):
                end = min(start + READ_AT_ONCE - 1, extent.last)
                yield from self.store.rows(StreamId(extent.stream), start, end)


def _record(archive: Archive, row: CopyRow) -> BundleRecord:
    """Return a record without its proof. Raises Corrupt: the database says something else."""
    index, plain = row.archive_index, row.plain
    record = BundleRecord(archive_index=index, leaf=archive.leaf(index), proof=(), plain=plain)
    if plain is not None and plain.pt().hex() != record_leaf(record).pt:
        raise Corrupt("the database's row is not what the leaf commits to", index=index)
    return record
