"""Takes the records of a bundle from an archive, each with its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from onrecord_archive.bundle import BundleRecord
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.seal import Plain
from onrecord_archive.reader.archive import Archive, StoredEntry


def collect(
    archive: Archive,
    indexes: Iterable[int],
    head: Checkpoint,
    content: Callable[[StoredEntry], Plain | None],
) -> Iterator[BundleRecord]:
    """Yield the records at these indexes, proved against the tree of `head`.

    `content` opens an entry (by the live store or with the opening key), None where it is gone.
    Raises BadFormat for an index that the checkpoint does not cover, and as the reader does.
    """
    for index in indexes:
        if index >= head.size:
            raise BadFormat(f"record {index} is not under the checkpoint of size {head.size}")
        entry = archive.entry(index)
        proof = tuple(archive.inclusion_proof(index, head.size))
        yield BundleRecord(index, entry.leaf, proof, content(entry))
