"""What it takes to make a proof package of either profile on the server. Blocks.

A file that its owner alone reads, a checkpoint that covers what is in it, and each record as the
archive has it. What goes into it, the maker of a profile says.
"""

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from time import sleep
from typing import Final

from msgspec import Struct

from onrecord.core.domain.errors import Unavailable
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import Corrupt, WriteFailed
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.bundle import BundleRecord
from onrecord_archive.proof_package.package import record_leaf
from onrecord_archive.reader.archive import Archive

READ_AT_ONCE: Final = 500
"""Records of the database that are in memory at once."""
CHECKPOINT_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.1
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600

Progress = Callable[[int], None]
"""Told how many records are written; what it raises ends the work and is raised."""


class Made(Struct, frozen=True):
    """A finished file: its size in bytes and SHA-256, hex."""

    size: int
    sha256: str


def make_folder(target: Path) -> None:
    """Make the folder of a file, which its owner alone reads. Raises WriteFailed."""
    try:
        target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def make_file(target: Path, write: Callable[[], None]) -> Made:
    """Have a new file written, mode 0600. Raises what `write` does, WriteFailed; leaves nothing."""
    try:
        write()
        target.chmod(PRIVATE_FILE)
        with target.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return Made(target.stat().st_size, digest)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def checkpoint_over(
    index: int, archive: Archive, policy: Policy, progress: Progress, *, what: str
) -> bytes:
    """Return a checkpoint that covers an entry: the archive signs one about every second.

    Raises Unavailable, which names *what* needs it, and what *progress* raises meanwhile.
    """
    for _ in range(round(CHECKPOINT_SECONDS / POLL_SECONDS)):
        progress(0)
        checkpoint = archive.checkpoint()
        if policy.open(checkpoint).size > index:
            return checkpoint
        sleep(POLL_SECONDS)
    detail = f"The archive has not signed what the {what} needs. Try again."
    raise Unavailable("archive_unavailable", detail)


def archived(
    archive: Archive, index: int, plain: Plain | None, checkpoint: bytes | None = None
) -> BundleRecord:
    """Return a record of the database as the archive has it; with its proof under a checkpoint.

    Raises Corrupt: the database says something else than its leaf commits to.
    """
    proof = () if checkpoint is None else archive.tlog_proof(index, checkpoint).hashes
    record = BundleRecord(index, archive.leaf(index), proof, plain)
    if plain is not None and plain.pt().hex() != record_leaf(record).pt:
        raise Corrupt("the database's row is not what the leaf commits to", index=index)
    return record
