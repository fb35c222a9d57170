"""Turns published entries into tiles, entry bundles and signed checkpoints.

Another archiver may have gone on with the log while this process was stopped, at any line here.
What it signs then is still true: the other one has every entry that was published. So nothing that
it writes harms the other: tiles and bundles are those that the other makes, `checkpoint` the other
puts back, and of `checkpoints`, which grows by a whole note a write, the order says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from onrecord_archive.format.checkpoint import Checkpoint, Signed
from onrecord_archive.format.errors import Corrupt, NotVerified, Superseded, WriteFailed
from onrecord_archive.format.layout import CHECKPOINT, CHECKPOINTS, bundle_path, tile_path
from onrecord_archive.format.note import split_notes
from onrecord_archive.format.signer import Signer, sign_checkpoint, signers_policy
from onrecord_archive.format.tiles import TILE_WIDTH, encode_bundle
from onrecord_archive.writer.files import PRIVATE, Files
from onrecord_archive.writer.recovery import Found

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time now, aware."""
Fresh: TypeAlias = tuple[bytes, bytes]
"""A durable entry's leaf and its RFC 6962 hash."""


class Integrator:
    """Publishes in this order: bundles and tiles, then `checkpoint`, then `checkpoints`.

    Of the very first checkpoint `checkpoints` comes before, whole, so that it is never without any
    where there is a `checkpoint`. Each step can be repeated: after WriteFailed the next `run` goes
    on where this one stopped. Not thread-safe but for `require_in_place`.
    """

    def __init__(
        self,
        files: Files,
        *,
        origin: str,
        signers: Sequence[Signer],
        clock: Clock,
        found: Found,
    ) -> None:
        """Begin with what a start found, at `found.stack.size`, a tile's edge."""
        self._files = files
        self._origin = origin
        self._signers = signers
        self._policy = signers_policy(signers)
        self._clock = clock
        self._stack = found.stack
        self._frontier = found.stack.frontier()
        self._newest = found.newest
        self._owed = found.owed
        self._cut_at = 0
        """How long `checkpoints` was when a part of what is owed had been written; 0: none was."""
        self._leaves: list[bytes] = []
        self._unwritten: list[tuple[str, bytes]] = []
        self._history: int | None = None
        self._history_size = files.size(CHECKPOINTS)
        """How long `checkpoints` is at least: a superseded archiver's late one may follow."""

    def take(self, fresh: Sequence[Fresh]) -> None:
        """Add entries that are durable in a tail, in order."""
        for leaf, hashed in fresh:
            self._leaves.append(leaf)
            self._frontier.append(hashed)
            full = self._stack.append(hashed)
            if full:
                number = self._stack.size // TILE_WIDTH - 1
                self._unwritten.append((bundle_path(number), encode_bundle(self._leaves)))
                self._leaves.clear()
            self._unwritten += [(tile_path(level, n), tile) for level, n, tile in full]

    def run(self, log_size: int) -> Checkpoint | None:
        """Publish what was taken; return the new checkpoint, None if there is nothing new.

        `log_size` is how many entries the log has, published or not. Raises WriteFailed (nothing is
        lost, call again), SyncFailed, Superseded, Corrupt.
        """
        self._require_history()
        self._put_back(log_size)
        self._write_tiles()
        size = self._frontier.size
        if self._newest is not None and size <= self._newest.head.size:
            return None
        head = Checkpoint(self._origin, size, self._frontier.root())
        text = sign_checkpoint(head, self._signers, int(self._clock().timestamp()))
        fresh = Signed(head, text)
        newest = self._newest or self._begin_history(fresh)
        if size > newest.head.size:
            self._files.replace(CHECKPOINT, text)
            newest, self._owed = fresh, text
        self._newest = newest
        self.settle()
        return head

    def _begin_history(self, fresh: Signed) -> Signed:
        """Begin `checkpoints` with the log's very first one, or take up what somebody began.

        That is this archiver before a write failed, or a superseded one that signed late. Returns
        the newest that is in it.
        """
        newest = fresh
        try:
            self._files.begin(CHECKPOINTS, fresh.text, mode=PRIVATE)
        except FileExistsError:
            self._files.watch(CHECKPOINTS, anew=True)
            self._files.sync_file(CHECKPOINTS)
            newest = self._newest_in_history()
            if newest.head.size > fresh.head.size:
                raise Superseded from None
        self._files.replace(CHECKPOINT, newest.text)
        self._history_size = self._files.size(CHECKPOINTS)
        return newest

    def _newest_in_history(self) -> Signed:
        notes, _ = split_notes(self._files.read(CHECKPOINTS))
        try:
            signed = [self._policy.open_signed(note) for note in notes]
            return max(signed, key=lambda each: each.head.size)
        except (NotVerified, ValueError) as error:
            message = "somebody else made it while the log was open"
            raise Corrupt(message, file=CHECKPOINTS) from error

    def settle(self) -> None:
        """Append to `checkpoints` what it lacks of the newest checkpoint, durably.

        In one write: a superseded archiver may append as well. Where there was room for a part
        alone the rest follows, unless the file has grown meanwhile: then somebody else did it.
        """
        if not self._owed:
            return
        if self._history is None:
            self._history = self._files.open_to_append(CHECKPOINTS)
        if self._cut_at and self._files.size(CHECKPOINTS) != self._cut_at:
            raise Superseded
        count = self._files.write_some(self._history, self._owed)
        self._owed = self._owed[count:]
        if self._owed:
            self._cut_at = self._files.size(CHECKPOINTS)
            raise WriteFailed(f"write: only a part of what {CHECKPOINTS} lacks")
        self._cut_at = 0
        self._files.sync(self._history)
        self._history_size = self._files.size(CHECKPOINTS)

    def require_in_place(self, size: int) -> None:
        """Raise Corrupt if a file of checkpoints is not at its path, or is somebody else's.

        `size` is how many entries the log has. A checkpoint of the log that is not the newest is no
        harm: `run` puts that one back. Raises Superseded where there is one of a longer log. Any
        thread may ask.
        """
        if self._newest is not None:
            self._files.require_in_place(CHECKPOINTS)
            self._other_checkpoint(self._newest, size)

    def _put_back(self, size: int) -> None:
        """Put the newest checkpoint back where a superseded archiver put its own late.

        That one is appended to `checkpoints`, if only once more: somebody may hold it.
        """
        if self._newest is None:
            return
        self.settle()
        other = self._other_checkpoint(self._newest, size)
        if other is None:
            return
        self._owed = other.text
        self.settle()
        if other.head.size > self._newest.head.size:
            self._newest = other
            self._files.watch(CHECKPOINT, anew=True)
        else:
            self._files.replace(CHECKPOINT, self._newest.text)

    def _other_checkpoint(self, newest: Signed, size: int) -> Signed | None:
        """Return the head that `checkpoint` has, if it is not the newest one."""
        if self._files.is_in_place(CHECKPOINT):
            return None
        message = "moved away, replaced or deleted while the log was open"
        try:
            found = self._policy.open_signed((self._files.root / CHECKPOINT).read_bytes())
        except (OSError, NotVerified) as error:
            raise Corrupt(message, file=CHECKPOINT) from error
        if self._files.is_in_place(CHECKPOINT) or found.head == newest.head:
            return None
        if found.head.size > size:
            raise Superseded
        if found.head.size == newest.head.size:
            raise Corrupt(message, file=CHECKPOINT)
        return found

    def _require_history(self) -> None:
        """Raise Corrupt if `checkpoints` was cut: somebody holds what it had."""
        if self._files.size(CHECKPOINTS) < self._history_size:
            raise Corrupt("cut while the log was open", file=CHECKPOINTS)

    def close(self) -> None:
        """Close the descriptor that appends to `checkpoints`."""
        if self._history is not None:
            os.close(self._history)

    def _write_tiles(self) -> None:
        """Write full bundles and tiles, then make their names durable, a directory once."""
        if not self._unwritten:
            return
        for name, data in self._unwritten:
            try:
                self._files.create(name, data, sync_directory=False)
            except FileExistsError:
                self._accept(name, data)
        for directory in dict.fromkeys(name.rpartition("/")[0] for name, _ in self._unwritten):
            self._files.sync_directory(directory)
        self._unwritten.clear()

    def _accept(self, name: str, data: bytes) -> None:
        """Take over a file that a process wrote before it could sign; raises Corrupt."""
        if self._files.read(name) != data:
            raise Corrupt("a published file has other bytes than the log", file=name)
        self._files.sync_file(name)
