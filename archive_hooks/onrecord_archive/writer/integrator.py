"""Turns durable entries into what is published: tiles, entry bundles, signed checkpoints."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from onrecord_archive.checkpoint import Checkpoint
from onrecord_archive.errors import Corrupt
from onrecord_archive.layout import CHECKPOINT, CHECKPOINTS, bundle_path, tile_path
from onrecord_archive.signer import Signer, sign_checkpoint
from onrecord_archive.tiles import TILE_WIDTH, TileStack, encode_bundle
from onrecord_archive.writer.files import PRIVATE, Files

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time now, aware."""
Fresh: TypeAlias = tuple[bytes, bytes]
"""A durable entry's leaf and its RFC 6962 hash."""


class Integrator:
    """Publishes in this order: bundles and tiles, then `checkpoint`, then `checkpoints`.

    Of the very first checkpoint `checkpoints` comes before, whole, so that it is never without any
    where there is a `checkpoint`. Each step can be repeated: after WriteFailed the next `run` goes
    on where this one stopped. Not thread-safe.
    """

    def __init__(
        self,
        files: Files,
        *,
        origin: str,
        signers: Sequence[Signer],
        clock: Clock,
        stack: TileStack,
        signed_size: int,
        owed: bytes,
    ) -> None:
        """Begin at `stack.size`, a tile's edge; `owed` is what `checkpoints` still lacks."""
        self._files = files
        self._origin = origin
        self._signers = signers
        self._clock = clock
        self._stack = stack
        self._frontier = stack.frontier()
        self._signed_size = signed_size
        self._owed = owed
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

    def run(self) -> Checkpoint | None:
        """Publish what was taken; return the new checkpoint, None if there is nothing new.

        Raises WriteFailed (nothing is lost, call again), SyncFailed, Corrupt.
        """
        self._require_history()
        self._write_tiles()
        self.settle()
        size = self._frontier.size
        if size == self._signed_size:
            return None
        checkpoint = Checkpoint(self._origin, size, self._frontier.root())
        text = sign_checkpoint(checkpoint, self._signers, int(self._clock().timestamp()))
        if self._signed_size:
            self._files.replace(CHECKPOINT, text)
            self._owed = text
        else:
            begin_history(self._files, text)
            self._history_size = len(text)
        self._signed_size = size
        self.settle()
        return checkpoint

    def settle(self) -> None:
        """Append to `checkpoints` what it lacks of the newest checkpoint, durably."""
        if not self._owed:
            return
        if self._history is None:
            self._history = self._files.open_to_append(CHECKPOINTS)
        while self._owed:
            count = self._files.write_some(self._history, self._owed)
            self._owed = self._owed[count:]
        self._files.sync(self._history)
        self._history_size = self._files.size(CHECKPOINTS)

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


def begin_history(files: Files, note: bytes) -> None:
    """Publish a log's very first checkpoint; may be repeated. Raises WriteFailed, SyncFailed."""
    files.replace(CHECKPOINTS, note, mode=PRIVATE)
    files.replace(CHECKPOINT, note)
