"""The log: appends batches durably to a tail, and integrates them into the published tree.

Thread contract: `open_log`, `append`, `open_new_tail` and `close` belong to one thread;
`integrate` may be called from any thread, and overlap with all of them but `close`. Nothing here
awaits.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from msgspec import UNSET

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import (
    ArchiveError,
    Corrupt,
    Refused,
    Superseded,
    SyncFailed,
    WriteFailed,
)
from onrecord_archive.format.layout import BLOBS, CHECKPOINT, CHECKPOINTS, TAILS, TILE, TMP
from onrecord_archive.format.leaf import MAX_LEAF, PreviousTail, TailLeaf, encode_leaf
from onrecord_archive.format.signer import Signer, signers_policy
from onrecord_archive.format.tail import MAX_BODY, Kind, encode_frame
from onrecord_archive.format.tree import leaf_hash
from onrecord_archive.writer.entries import Entry
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.integrator import Clock, Fresh, Integrator
from onrecord_archive.writer.recovery import Found, Judge, find, refuse_what_follows
from onrecord_archive.writer.tail_file import TailFile

DEFAULT_TAIL_SIZE: Final = 64 * 1024 * 1024
"""A tail is followed by a new one once it has this many bytes: bounds what a start reads."""


def open_log(
    directory: Path,
    *,
    origin: str,
    signers: Sequence[Signer],
    clock: Clock,
    published_position: int = 0,
    epoch: int | None = None,
    tail_size: int = DEFAULT_TAIL_SIZE,
    judge: Judge = refuse_what_follows,
) -> LogWriter:
    """Open (or begin) the archive in `directory`, recover it, and return its one writer.

    `published_position` is the number of entries that the database knows as published; `epoch`
    numbers the new tail, by default one above the newest. `judge` says whether the newest tail's
    end is void where it cannot be read; what it raises passes through. When this returns,
    everything found is durable in a new tail. Raises Corrupt, Refused (the epoch is not newer, or
    another name's keys), Unreadable, WriteFailed, SyncFailed.
    """
    policy = signers_policy(signers)
    if policy.origin != origin:
        raise Refused("the log's keys bear another name than its origin")
    if published_position and not (directory / TAILS).is_dir():
        raise Corrupt(f"{published_position} entries were published, and there is no log")
    files = Files(directory)
    for name in ("", TAILS, TILE, BLOBS, TMP):
        files.make_directory(name)
    found = find(directory, policy, published_position, judge)
    new_epoch = found.epoch + 1 if epoch is None else epoch
    if new_epoch <= found.epoch:
        raise Refused(f"the newest tail has epoch {found.epoch}")
    _watch_checkpoints(files, found)
    integrator = Integrator(
        files,
        origin=origin,
        signers=signers,
        clock=clock,
        found=found,
    )
    try:
        return LogWriter(files, integrator, found, new_epoch, tail_size)
    except ArchiveError:
        integrator.close()
        raise


def _watch_checkpoints(files: Files, found: Found) -> None:
    """Note where the checkpoints are, the very first one put in its place if it was not yet."""
    if found.unnamed:
        files.replace(CHECKPOINT, found.unnamed)
    for name in (CHECKPOINT, CHECKPOINTS):
        files.watch(name)


class LogWriter:
    """The one writer of an archive; made by `open_log`, which see for threads and recovery.

    After WriteFailed it takes nothing until `open_new_tail` has succeeded; after SyncFailed it
    takes nothing at all.
    """

    def __init__(
        self, files: Files, integrator: Integrator, found: Found, epoch: int, tail_size: int
    ) -> None:
        """Put what was found into a new tail, durably, under the new epoch."""
        self._files = files
        self._integrator = integrator
        self._tail_size = tail_size
        self._lock = Lock()
        self._integrating = Lock()
        self._fresh: list[Fresh] = []
        self._taken = found.stack.size
        """The index of the first entry in `_fresh`."""
        self._failed = self._dead = self._closed = False
        self._keys: set[str] = set()
        first_index = found.stack.size
        self._frontier = found.stack.frontier()
        frames = []
        for frame in found.frames:
            frames.append(encode_frame(epoch, frame.index, frame.kind, frame.leaf, frame.body))
            self._add(frame.leaf)
        self._tail = self._make_tail(epoch, first_index, frames, found.previous)
        self._next_epoch = epoch + 1

    @property
    def size(self) -> int:
        """The number of entries that are durable; the index of the next one."""
        return self._frontier.size

    @property
    def epoch(self) -> int:
        """The epoch of the tail that is written now. Data keys end with it."""
        return self._tail.epoch

    def root(self) -> bytes:
        """Return the root over all entries so far."""
        return self._frontier.root()

    def append(self, entries: Sequence[Entry]) -> int:
        """Append a batch, in one write and one fsync; return the index of its first entry.

        When this returns the batch is durable. Raises Refused (the entries do not begin at `size`,
        or use a key that this tail has not introduced: nothing was written), WriteFailed (nothing
        of the batch counts), SyncFailed (exit 75), Corrupt (somebody else wrote to the tail).
        """
        self._require_alive()
        if self._failed:
            raise WriteFailed("the archive has failed and waits for a new tail")
        first_index, epoch = self._frontier.size, self._tail.epoch
        new_keys = self._check(entries, first_index)
        data = b"".join(
            [
                encode_frame(epoch, entry.index, entry.kind, entry.leaf, entry.body)
                for entry in entries
            ]
        )
        try:
            self._tail.append(data)
        except WriteFailed:
            self._failed = True
            raise
        except SyncFailed:
            self._dead = True
            raise
        self._keys |= new_keys
        self._add(*[entry.leaf for entry in entries])
        if self._tail.length >= self._tail_size:
            self._rotate()
        return first_index

    def require_in_place(self) -> None:
        """Raise Corrupt if the tail or a file of checkpoints was moved or deleted meanwhile.

        So with a tail that was cut; Superseded where there is a checkpoint of a longer log. A few
        calls of stat. What was appended before it returned is in files that a start finds.
        """
        self._tail.require_in_place()
        self._integrator.require_in_place(self._frontier.size)

    def open_new_tail(self, epoch: int | None = None) -> None:
        """Go on in a new tail, as after WriteFailed; what a failed write left is void.

        `epoch` is by default the next one. Raises WriteFailed while there is no room, SyncFailed,
        Refused for an epoch that is not newer, Superseded when another archiver has begun a tail.
        """
        self._require_alive()
        new_epoch = self._next_epoch if epoch is None else epoch
        if new_epoch < self._next_epoch:
            raise Refused(f"the next tail has at least epoch {self._next_epoch}")
        self._failed = True
        old = self._tail
        if self._files.names(TAILS)[-1] != old.name:
            raise Superseded
        try:
            self._tail = self._make_tail(new_epoch, self._frontier.size, [], old.as_previous())
        except SyncFailed:
            self._dead = True
            raise
        self._next_epoch = new_epoch + 1
        self._failed = False
        self._keys.clear()
        old.close()

    def prove_room(self, size: int) -> None:
        """Raise WriteFailed unless there is room for `size` bytes; nothing of them stays."""
        self._files.prove_room(size)

    def integrate(self, published: int) -> Checkpoint | None:
        """Make tiles and bundles of the entries below `published`, then sign a checkpoint of them.

        `published` is how many entries the database knows as published under this archiver's epoch:
        what is durable alone may be void by now, if another archiver has gone on with the log.
        Returns the new checkpoint, None if there was nothing new. Called about once a second.
        Raises WriteFailed (call again later; nothing is lost), SyncFailed (exit 75), Superseded
        (exit 75), Corrupt.
        """
        with self._integrating:
            self._require_alive()
            with self._lock:
                count = max(0, published - self._taken)
                fresh, self._fresh = self._fresh[:count], self._fresh[count:]
                self._taken += len(fresh)
            self._integrator.take(fresh)
            try:
                return self._integrator.run(self._frontier.size)
            except (SyncFailed, Superseded):
                self._dead = True
                raise

    def close(self) -> None:
        """Close the files. Does not integrate: the next start finds everything in the tail."""
        if not self._closed:
            self._closed = True
            self._tail.close()
            self._integrator.close()

    def _require_alive(self) -> None:
        if self._dead:
            raise SyncFailed
        if self._closed:
            raise Refused("the log is closed")

    def _check(self, entries: Sequence[Entry], index: int) -> set[str]:
        """Raise Refused unless the entries may follow; return the keys they introduce."""
        known, new_keys = self._keys, set()
        if not entries:
            raise Refused("an empty batch")
        for entry in entries:
            if entry.index != index:
                raise Refused(f"entry {entry.index} where {index} follows")
            if entry.kind is Kind.KEY:
                new_keys.add(entry.key_id)
            elif entry.kind is not Kind.RECORD:
                raise Refused("only records and keys are appended")
            elif entry.key_id not in known and entry.key_id not in new_keys:
                raise Refused("a record under a key that this tail has not introduced")
            if len(entry.leaf) > MAX_LEAF or len(entry.body) > MAX_BODY:
                raise Refused(f"entry {index} is too long")
            index += 1
        return new_keys

    def _rotate(self) -> None:
        """Follow a full tail; the batch before is durable whatever happens here."""
        with suppress(WriteFailed):  # the next append says so
            self.open_new_tail()

    def _make_tail(
        self, epoch: int, first_index: int, frames: list[bytes], previous: PreviousTail | None
    ) -> TailFile:
        """Make a tail of these frames and its own leaf, and count that leaf."""
        index = self._frontier.size
        leaf = encode_leaf(
            TailLeaf(
                epoch=epoch,
                first_index=first_index,
                previous=UNSET if previous is None else previous,
                root=self._frontier.root().hex(),
            )
        )
        own = encode_frame(epoch, index, Kind.TAIL, leaf, b"")
        tail = TailFile(self._files, epoch, first_index, [b"".join((*frames, own))])
        self._add(leaf)
        return tail

    def _add(self, *leaves: bytes) -> None:
        """Count entries that are durable, or (at the start) about to be with the new tail."""
        fresh = [(leaf, leaf_hash(leaf)) for leaf in leaves]
        append = self._frontier.append
        for _, hashed in fresh:
            append(hashed)
        with self._lock:
            self._fresh += fresh
