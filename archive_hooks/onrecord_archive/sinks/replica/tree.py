"""The copy's tree: tiles and bundles by every log's rules, the first archive's signatures."""

from __future__ import annotations

import os
from collections.abc import Sequence

from onrecord_archive.format.checkpoint import Signed
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.layout import CHECKPOINT, CHECKPOINTS, bundle_path, tile_path
from onrecord_archive.format.tiles import TILE_WIDTH, TileStack, encode_bundle, split_tile
from onrecord_archive.format.tree import Frontier, leaf_hash
from onrecord_archive.writer.files import PRIVATE, Files
from onrecord_archive.writer.recovery import Found


class ReplicaTree:
    """Takes leaves that are durable in a tail; every call is in order. Not thread-safe."""

    def __init__(self, files: Files, found: Found) -> None:
        """Begin with what `recovery.find` found; write what is missing of its tiles."""
        self._files = files
        self._stack: TileStack = found.stack
        self._frontier = found.stack.frontier()
        self._signed = found.newest.head.size if found.newest else 0
        self._leaves: list[bytes] = []
        self._unwritten: list[tuple[str, bytes]] = []
        if found.unnamed:
            files.replace(CHECKPOINT, found.unnamed)
        if found.owed:
            self._append_history(found.owed)
        self.take([frame.leaf for frame in found.frames])
        self.write_tiles()

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._frontier.size

    def frontier(self) -> Frontier:
        """Return a copy of the right edge."""
        return self._frontier.copy()

    def leaf_hash(self, index: int) -> bytes:
        """Return the hash of a leaf below `size`; raises Corrupt, OSError."""
        edge = self.size - self.size % TILE_WIDTH
        if index >= edge:
            return leaf_hash(self._leaves[index - edge])
        name = tile_path(0, index // TILE_WIDTH)
        return split_tile((self._files.root / name).read_bytes())[index % TILE_WIDTH]

    def take(self, leaves: Sequence[bytes]) -> None:
        """Add leaves; the tiles that they fill are written by `write_tiles`."""
        for leaf in leaves:
            hashed = leaf_hash(leaf)
            self._leaves.append(leaf)
            self._frontier.append(hashed)
            full = self._stack.append(hashed)
            if full:
                number = self._stack.size // TILE_WIDTH - 1
                self._unwritten.append((bundle_path(number), encode_bundle(self._leaves)))
                self._leaves.clear()
            self._unwritten += [(tile_path(level, n), tile) for level, n, tile in full]

    def write_tiles(self) -> None:
        """Write what is full, durably. Raises WriteFailed, SyncFailed, Corrupt."""
        for name, data in self._unwritten:
            try:
                self._files.create(name, data)
            except FileExistsError as error:
                if (self._files.root / name).read_bytes() != data:
                    raise Corrupt("a tile has other bytes than the log", file=name) from error
                self._files.sync_file(name)
        self._unwritten.clear()

    def publish(self, note: bytes, signed: Signed) -> None:
        """Take over a verified checkpoint of exactly this tree, unless it has one of this size.

        `note` is the checkpoint as it came, signatures of unknown keys included.
        """
        if signed.head.size == self._signed:
            return
        if self._signed:
            self._files.replace(CHECKPOINT, note)
            self._append_history(signed.text)
        else:
            self._files.replace(CHECKPOINTS, signed.text, mode=PRIVATE)
            self._files.replace(CHECKPOINT, note)
        self._signed = signed.head.size

    def _append_history(self, data: bytes) -> None:
        descriptor = self._files.open_to_append(CHECKPOINTS)
        try:
            self._files.write(descriptor, data)
            self._files.sync(descriptor)
        finally:
            os.close(descriptor)
