"""A second archive directory that grows by the first one's entries to the same bytes.

Tails follow from the entries: a tail leaf names its epoch and first index, so the frames before it
that the first archive had copied are copied here, and `previous` says what the tail before it must
hash to. Tiles and bundles follow as in every log; only the signatures come from the first archive.

The copy may be continued in the same tail after a stop, which the first archive never does: bytes
that no receipt was given for are nobody's record, and they come again. For that the tail's good
frames are written into a new file that replaces it; so nothing depends on pages that a failed
fsync may have left clean but not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from onrecord_archive.contract import Delivery
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.layout import BLOBS, TAILS, TILE, TMP, blob_path
from onrecord_archive.format.leaf import Blob, PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.format.tail import Kind, encode_frame
from onrecord_archive.format.tree import leaf_hash
from onrecord_archive.sinks.entries import Differs, require_whole
from onrecord_archive.sinks.folder import Folder
from onrecord_archive.sinks.replica.tail import Tail, continue_newest, frames_between
from onrecord_archive.sinks.replica.tree import ReplicaTree
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.recovery import VoidEnd, find

_KINDS: Final = {"record": Kind.RECORD, "key": Kind.KEY, "tail": Kind.TAIL}


class Missing(ArchiveError):
    """Entries are missing between the end of the copy and what arrived; `size` is that end."""

    def __init__(self, size: int) -> None:
        """Name the first entry that is missing."""
        super().__init__(f"entries from {size} on are missing")
        self.size = size


class ReplicaLog:
    """The open copy. Belongs to one thread at a time; every method blocks.

    After any error it is closed and opened anew: its state is what is on disk.
    """

    def __init__(self, root: Path, policy: Policy) -> None:
        """Open the copy in the existing directory `root`, or begin one there.

        Raises Unreadable, InUse, Corrupt, WriteFailed, SyncFailed, OSError.
        """
        self._root = root
        self._policy = policy
        self._tail: Tail | None = None
        self._folder = Folder(root)
        try:
            self._files = Files(root)
            for name in (TAILS, TILE, BLOBS, TMP):
                self._files.make_directory(name)
            found = find(root, policy, 0, _comes_again)
            self._tail = continue_newest(self._files)
            self._tree = ReplicaTree(self._files, found)
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int:
        """The number of entries that the copy has durably."""
        return self._tree.size

    def close(self) -> None:
        """Close the files; everything with a receipt is durable already."""
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self._folder.close()

    def add(self, batch: Sequence[Delivery]) -> None:
        """Make the copy hold these entries, durably, and sign for the root where they end.

        Raises Missing, Differs, NotVerified (the checkpoint), WriteFailed, SyncFailed, Unreadable.
        """
        if not batch:
            return
        self.require_same_directory()
        fresh = [entry for entry in batch if not self._has(entry)]
        for entry in batch:
            if entry.blob is not None:
                self._check(entry)
        note = batch[-1].checkpoint
        signed = self._policy.open_signed(note)
        self._require_root(fresh, signed.head)
        for entry in fresh:
            self._check(entry)
        self._write(fresh)
        if self.size == signed.head.size:
            self._tree.publish(note, signed)

    def require_same_directory(self) -> None:
        """Raise Unreadable if the volume was unmounted or exchanged under the open files."""
        self._folder.require_same()

    def _has(self, entry: Delivery) -> bool:
        """Tell whether the copy has an entry already; raises Differs if it has another there."""
        if entry.archive_index >= self.size:
            return False
        if self._tree.leaf_hash(entry.archive_index) != leaf_hash(entry.leaf):
            raise Differs(f"entry {entry.archive_index} is not the one that the copy has")
        return True

    def _require_root(self, fresh: Sequence[Delivery], head: Checkpoint) -> None:
        """Refuse entries that leave a gap or lead to another root, before anything is written."""
        frontier = self._tree.frontier()
        for entry in fresh:
            if entry.archive_index != frontier.size:
                raise Missing(frontier.size)
            frontier.append(leaf_hash(entry.leaf))
        if frontier.size == head.size and frontier.root() != head.root:
            raise Differs(f"the entries below {head.size} do not give the signed root")

    def _check(self, entry: Delivery) -> None:
        """Refuse a body or blob that is not what the leaf names; keep the blob."""
        blob = require_whole(entry)
        if blob is not None:
            self._keep_blob(entry.blob or b"", blob)

    def _keep_blob(self, sealed: bytes, blob: Blob) -> None:
        name = blob_path(blob.ct)
        try:
            self._files.create(name, sealed)
        except FileExistsError as error:
            if (self._root / name).read_bytes() != sealed:
                raise Differs(f"the copy's {name} is damaged") from error
            self._files.sync_file(name)

    def _write(self, fresh: Sequence[Delivery]) -> None:
        """Append the entries, each to the tail that it belongs to, then write the tiles."""
        run: list[Delivery] = []
        for entry in fresh:
            leaf = decode_leaf(entry.leaf) if entry.kind == "tail" else None
            if isinstance(leaf, TailLeaf):
                self._append(run)
                self._begin_tail(entry, leaf)
                run = []
            else:
                run.append(entry)
        self._append(run)
        self._tree.write_tiles()

    def _append(self, run: Sequence[Delivery]) -> None:
        if not run:
            return
        tail = self._tail
        if tail is None:
            raise Differs("the log does not begin with a tail's leaf")
        tail.append(b"".join(_frame(tail.epoch, entry) for entry in run))
        self._tree.take([entry.leaf for entry in run])

    def _begin_tail(self, entry: Delivery, leaf: TailLeaf) -> None:
        """Begin the tail that a leaf announces, with the frames that it copies from before it."""
        if isinstance(leaf.previous, PreviousTail):
            self._require_previous(leaf.previous)
        copied = frames_between(self._root, leaf.first_index, entry.archive_index)
        parts = [encode_frame(leaf.epoch, f.index, f.kind, f.leaf, f.body) for f in copied]
        parts.append(_frame(leaf.epoch, entry))
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self._tail = Tail.begin(self._files, leaf.epoch, leaf.first_index, b"".join(parts))
        self._tree.take([entry.leaf])

    def _require_previous(self, previous: PreviousTail) -> None:
        data = (self._root / TAILS / previous.name).read_bytes()[: previous.length]
        if len(data) != previous.length or sha256(data).hexdigest() != previous.sha256:
            raise Differs(f"the copy's tail {previous.name} is not the one of the log")


def _comes_again(end: VoidEnd) -> None:
    """Judge a copy's void end: what is above its checkpoint comes again from the first archive."""


def _frame(epoch: int, entry: Delivery) -> bytes:
    return encode_frame(epoch, entry.archive_index, _KINDS[entry.kind], entry.leaf, entry.body)
