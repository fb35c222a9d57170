"""Reads an archive directory: entries, proofs and files; needs no key and changes nothing.

It trusts the directory as far as each frame's hash; whoever doubts it runs the verifier.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from onrecord_archive.format.checkpoint import Checkpoint, parse_checkpoint_text
from onrecord_archive.format.errors import BadFormat, Corrupt, Unreadable
from onrecord_archive.format.layout import CHECKPOINT, blob_path, tile_path
from onrecord_archive.format.note import parse_note
from onrecord_archive.format.proof import TlogProof
from onrecord_archive.format.tail import KIND_NAMES
from onrecord_archive.format.tiles import TILE_WIDTH, split_tile, tile_node
from onrecord_archive.format.tree import (
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    perfect_root,
)
from onrecord_archive.reader.segments import Segments

_PIECE: Final = 1 << 20
_CACHED_TILES: Final = 1024
_CACHED_NODES: Final = 16384
_CACHED_SIZES: Final = 2
"""Trees whose nodes are remembered: many proofs are asked for against one checkpoint."""


class StoredEntry(Struct, frozen=True):
    """One entry as it lies in the archive; `kind` is record, key or tail, `body` sealed."""

    index: int
    kind: str
    leaf: bytes
    body: bytes


class Archive:
    """A read-only view of an archive, which may be growing meanwhile. Thread-safe.

    Up to `size` everything is published. The tails may hold more: those entries can be read too,
    and whether they are durable only the writer knows (LogWriter.size).
    """

    def __init__(self, directory: Path) -> None:
        """Read from `directory`; nothing is opened yet."""
        self.directory = directory
        self._segments = Segments(directory)
        self._full_tile = lru_cache(_CACHED_TILES)(self._read_tile)
        self._node = lru_cache(_CACHED_SIZES)(self._make_node)

    def checkpoint(self) -> bytes:
        """Return the newest signed checkpoint as it stands; raises Unreadable if there is none."""
        return self.file(CHECKPOINT)

    def head(self) -> Checkpoint:
        """Return what the newest checkpoint says, without verifying its signatures."""
        return _head(self.checkpoint())

    @property
    def size(self) -> int:
        """The number of entries that the newest checkpoint covers; 0 if there is none yet.

        Raises Unreadable if the directory is not there or does not answer, Corrupt.
        """
        try:
            names = os.listdir(self.directory)
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from error
        return self.head().size if CHECKPOINT in names else 0

    def entry(self, index: int) -> StoredEntry:
        """Return one entry; raises Refused if there is none, Corrupt, Unreadable."""
        frame = self._segments.frame(index)
        return StoredEntry(index, KIND_NAMES[frame.kind], frame.leaf, frame.body)

    def leaf(self, index: int) -> bytes:
        """Return the leaf's bytes; raises as `entry`."""
        return self._segments.frame(index).leaf

    def body(self, index: int) -> bytes:
        """Return the sealed body, empty for key and tail leaves; raises as `entry`."""
        return self._segments.frame(index).body

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[StoredEntry]:
        """Yield the entries from `start` up to `end`, by default the checkpoint's size."""
        for index in range(start, self.size if end is None else end):
            yield self.entry(index)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the proof that entry `index` is in the tree of `size`; raises BadFormat."""
        return inclusion_proof(index, size, self._node(size))

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `new` extends that of `old`; raises BadFormat."""
        return consistency_proof(old, new, self._node(new))

    def tlog_proof(self, index: int, checkpoint: bytes | None = None) -> TlogProof:
        """Return the proof of one entry against `checkpoint`, by default the newest."""
        if checkpoint is None:
            signed = self.checkpoint()
            size = _head(signed).size
        else:
            signed = checkpoint
            size = parse_checkpoint_text(parse_note(signed).text).size
        return TlogProof(index, tuple(self.inclusion_proof(index, size)), signed)

    def blob(self, ct: str) -> Iterator[bytes]:
        """Yield the sealed file with SHA-256 `ct` (hex) in pieces; raises Unreadable."""
        path = self.directory / blob_path(ct)
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from error

    def open_blob(self, ct: str, size: int) -> BinaryIO:
        """Open the sealed file with SHA-256 `ct` (hex) and so many bytes, to read parts of it.

        Raises Unreadable if it is not there, Corrupt if it has another length. What it holds shows
        when it is opened (blob.read_range).
        """
        name = blob_path(ct)
        try:
            file = (self.directory / name).open("rb")
            found = os.fstat(file.fileno()).st_size
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from error
        if found != size:
            file.close()
            raise Corrupt("a sealed file has another length", file=name, index=None)
        return file

    def _make_node(self, size: int) -> Node:
        """Return the nodes of the tree of `size`; what it has computed it remembers."""

        @lru_cache(_CACHED_TILES)
        def tile(level: int, n: int) -> Sequence[bytes]:
            width = TILE_WIDTH ** (level + 1)
            if (n + 1) * width <= size and (self.directory / tile_path(level, n)).exists():
                return self._full_tile(level, n)
            if level == 0:
                end = min((n + 1) * TILE_WIDTH, size)
                return [leaf_hash(self.leaf(i)) for i in range(n * TILE_WIDTH, end)]
            first = n * TILE_WIDTH
            count = min(size // TILE_WIDTH**level - first, TILE_WIDTH)
            return [perfect_root(tile(level - 1, first + i)) for i in range(count)]

        return lru_cache(_CACHED_NODES)(tile_node(tile))

    def _read_tile(self, level: int, n: int) -> list[bytes]:
        name = tile_path(level, n)
        try:
            return split_tile(self.file(name))
        except BadFormat as error:
            raise Corrupt(f"damaged: {error}", file=name, index=n * TILE_WIDTH) from error

    def file(self, name: str) -> bytes:
        """Return a whole file of the archive by its name (layout); raises Unreadable."""
        try:
            return (self.directory / name).read_bytes()
        except OSError as error:
            raise Unreadable(f"{name}: {error.strerror}") from error


def _head(signed: bytes) -> Checkpoint:
    try:
        return parse_checkpoint_text(parse_note(signed).text)
    except BadFormat as error:
        raise Corrupt(f"no checkpoint: {error}", file=CHECKPOINT) from error
