"""Reads a folder that `fetch` filled from the bucket of the hook `s3`, for an auditor: offline.

A bucket has records, their files and signed heads, and not the log's tree. It has the other entries
of the log only where the hook gets the log: `s3_assemble` makes an archive of that. So what a pass
shows is: each object has the bytes that its name says, each body is the one that its leaf names,
each record of a conversation names the one before it, and the head is the log's. It does not show
that a record is among the entries that were signed: see `not_shown`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

from onrecord_archive.contract import Delivery, delivery_of
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, NotVerified, Unreadable
from onrecord_archive.format.leaf import Blob, Leaf, RecordLeaf
from onrecord_archive.reader.archive import StoredEntry
from onrecord_archive.reader.audit import Pass, require_body
from onrecord_archive.reader.opener import Opener
from onrecord_archive.sinks.s3.objects import (
    CHECKPOINTS,
    RECORDS,
    Record,
    blob_name,
    has_its_name,
    index_of,
    is_in,
    parse_record,
)

MOST_BYTES: Final = 8 * 1024 * 1024
"""Bodies and files of entries that are read at once; the last of them may go beyond it."""
_EACH: Final = 256
_NAMED: Final = 10
_FIRST: Final = "0" * 64
"""What the first record of a conversation names as the one before it."""
NOT_SHOWN: Final = (
    "Not shown: that these are records that the log signed, nor that none came after the last of a "
    "conversation: a bucket has no tree. Verify the archive itself, or a bundle, for that."
)


class S3Folder(Pass):
    """One pass over a fetched folder up to its newest checkpoint.

    Memory: a few bytes a record, and the last record of each conversation. `gaps` are the first of
    the places where records of a conversation are not there: what the hook did not get, or was
    lost; `lacking` counts those records, `above` those that lie above the head and are not read.
    `behind` counts entries that a newer head here signs, where `go_back` has left that one.
    """

    not_shown = NOT_SHOWN

    def __init__(self, folder: Path, policy: Policy, opener: Opener | None = None) -> None:
        """Open the signed head. Raises NotVerified, Unreadable if there is none."""
        self._heads = _heads_of(folder, policy)
        self.note, head = self._heads[-1]
        """The signed head as it was read."""
        super().__init__(head, opener)
        self.lacking = self.above = self.behind = 0
        self.gaps: list[str] = []
        self._folder = folder
        self._names = _names_of(folder)
        self._last: dict[str, RecordLeaf] = {}

    def records(
        self, advance: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[tuple[StoredEntry, RecordLeaf]]:
        """Yield every record under the head, by archive_index; `advance` hears how far it is.

        Raises NotVerified where an object, a body or what a record names as the one before it is
        another. Raises Unreadable.
        """
        for done, index in enumerate(sorted(self._names)):
            if index >= self.head.size:
                self.above = len(self._names) - done
                return
            entry, leaf = self._leaf(index)
            if isinstance(leaf, RecordLeaf):
                require_body(entry, leaf)
                self._follow(index, leaf)
                yield entry, leaf
            if done % _EACH == 0:
                advance(done, len(self._names))

    def go_back(self) -> None:
        """Take the newest head under which every entry is here; `behind` says how far back that is.

        The hook stores a head before what it signs: while it delivers, the newest is ahead. Counts
        what is `above` the newest.
        Raises NotVerified, for the first entry that is missing, where there is no such head.
        """
        end = next(index for index in count() if index not in self._names)
        reached = [each for each in self._heads if each[1].size <= end]
        if not reached:
            raise NotVerified("entry", "it is not in the folder", index=end)
        newest = self.head.size
        self.above = sum(index >= newest for index in self._names)
        self.note, self.head = reached[-1]
        self.behind = newest - self.head.size

    def deliveries(self, first: int, end: int) -> list[Delivery]:
        """Return entries as a hook gets them, under the signed head.

        From `first` on, at least one, to before `end` or until they are MOST_BYTES.
        Raises NotVerified where one is missing or is not what its object says. Raises Unreadable.
        """
        found = []
        size = 0
        for index in range(first, end):
            if size > MOST_BYTES:
                break
            if index not in self._names:
                raise NotVerified("entry", "it is not in the folder", index=index)
            entry, leaf = self._leaf(index)
            blob = self.file_of(index, leaf) if isinstance(leaf, RecordLeaf) else None
            found.append(delivery_of(index, entry.leaf, entry.body, self.note, blob=blob))
            size += len(entry.body) + len(blob or b"")
        return found

    def file_of(self, index: int, leaf: RecordLeaf) -> bytes | None:
        """Return the sealed file of a record, which must be the one that it names, if it has one.

        Raises NotVerified, Unreadable.
        """
        if not isinstance(leaf.blob, Blob):
            return None
        name = blob_name(leaf.blob)
        content = _read(self._folder / name)
        if len(content) != leaf.blob.size or sha256(content).hexdigest() != leaf.blob.ct:
            raise NotVerified("blob", "another than its record names", file=name, index=index)
        return content

    def _follow(self, index: int, leaf: RecordLeaf) -> None:
        """Hold a record against the one before it in its conversation."""
        before = self._last.get(leaf.stream)
        number, pt = (0, _FIRST) if before is None else (before.conv_seq, before.pt)
        self._last[leaf.stream] = leaf
        if leaf.conv_seq <= number:
            raise NotVerified("order", "its conversation was further on", index=index)
        if leaf.conv_seq == number + 1:
            if leaf.prev != pt:
                raise NotVerified("prev", "it names another record before it", index=index)
            return
        self.lacking += leaf.conv_seq - number - 1
        if len(self.gaps) < _NAMED:
            self.gaps.append(f"{leaf.stream}  {number + 1} to {leaf.conv_seq - 1}")

    def _entry(self, index: int) -> StoredEntry:
        return self._leaf(index)[0]

    def _leaf(self, index: int) -> tuple[StoredEntry, Leaf]:
        name = self._names[index]
        try:
            record: Record = parse_record(name, _read(self._folder / name))
            leaf, body = record.decoded(), record.sealed()
        except BadFormat as error:
            raise NotVerified("object", str(error), file=name, index=index) from error
        return StoredEntry(index, leaf.kind, record.leaf.encode(), body), leaf


def _names_of(folder: Path) -> dict[int, str]:
    """Return the name of each record by its archive_index. Raises NotVerified, Unreadable."""
    found: dict[int, list[str]] = defaultdict(list)
    for name in _listed(folder, RECORDS):
        index = index_of(name)
        if index is not None:
            found[index].append(name)
    for index, names in found.items():
        if len(names) > 1:
            raise NotVerified("twice", "two objects say what it is", index=index)
    return {index: names[0] for index, names in found.items()}


def _heads_of(folder: Path, policy: Policy) -> list[tuple[bytes, Checkpoint]]:
    """Return the signed heads and their bytes, the newest last; each must be this log's."""
    heads = list[tuple[bytes, Checkpoint]]()
    for name in _listed(folder, CHECKPOINTS):
        note = _read(folder / name)
        if not has_its_name(name, note):
            raise NotVerified("checkpoint", "it was changed", file=name)
        heads.append((note, policy.open(note, file=name)))
    if not heads:
        raise Unreadable(f"{folder} has no checkpoint")
    return sorted(heads, key=lambda each: each[1].size)


def _listed(folder: Path, part: str) -> list[str]:
    try:
        paths = sorted((folder / part).iterdir())
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error
    return [part + path.name for path in paths if is_in(part, part + path.name)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error
