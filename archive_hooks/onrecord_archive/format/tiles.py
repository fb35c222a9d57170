"""C2SP tlog-tiles: full tiles of 256 hashes, full bundles of 256 entries."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.tree import HASH_SIZE, Frontier, Node, perfect_root

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 256
TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE
_LENGTH: Final = struct.Struct(">H")


def full_tiles(size: int) -> Iterator[tuple[int, int]]:
    """Yield (level, count) for each level that has full tiles in a tree of `size` leaves."""
    level, count = 0, size // TILE_WIDTH
    while count:
        yield level, count
        level, count = level + 1, count // TILE_WIDTH


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each leaf behind its length (u16, big-endian)."""
    return b"".join(part for leaf in leaves for part in (_LENGTH.pack(len(leaf)), leaf))


def decode_bundle(data: bytes) -> list[bytes]:
    """Return the leaves of an entry bundle; raises BadFormat if it does not end with one."""
    leaves, offset = [], 0
    while offset < len(data):
        if offset + _LENGTH.size > len(data):
            raise BadFormat("an entry bundle that is cut")
        start = offset + _LENGTH.size
        offset = start + int(_LENGTH.unpack_from(data, offset)[0])
        if offset > len(data):
            raise BadFormat("an entry bundle that is cut")
        leaves.append(data[start:offset])
    return leaves


def split_tile(data: bytes) -> list[bytes]:
    """Return the 256 hashes of a full tile; raises BadFormat for another length."""
    if len(data) != TILE_BYTES:
        raise BadFormat(f"a tile of {len(data)} bytes")
    return [data[i : i + HASH_SIZE] for i in range(0, TILE_BYTES, HASH_SIZE)]


class TileStack:
    """Grows the tiles of a log: takes leaf hashes, gives each tile when it is full.

    Holds the hashes of the one partial tile of each level. Not thread-safe.
    """

    __slots__ = ("_levels", "_size")

    def __init__(self, size: int = 0, levels: Sequence[Sequence[bytes]] = ()) -> None:
        """Begin at `size` leaves with the hashes of each level's partial tile."""
        self._size = size
        self._levels = [list(level) for level in levels]

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    def frontier(self) -> Frontier:
        """Return the tree's frontier: each partial tile split into perfect subtrees."""
        nodes: list[bytes] = []
        for row in reversed(self._levels):
            start = 0
            for bit in range(TILE_HEIGHT - 1, -1, -1):
                if len(row) >> bit & 1:
                    nodes.append(perfect_root(row[start : start + (1 << bit)]))
                    start += 1 << bit
        return Frontier(self._size, nodes)

    def append(self, hashed_leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf; return (level, n, tile) for each tile that it fills, lowest first."""
        self._size += 1
        node, level = hashed_leaf, 0
        full: list[tuple[int, int, bytes]] = []
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(node)
            if len(row) < TILE_WIDTH:
                return full
            number = (self._size >> (TILE_HEIGHT * (level + 1))) - 1
            full.append((level, number, b"".join(row)))
            node = perfect_root(row)
            row.clear()
            level += 1


def load_stack(size: int, tile: Callable[[int, int], bytes]) -> TileStack:
    """Return the stack of a tree of `size` leaves, a multiple of 256, from its stored full tiles.

    Reads at most 255 tiles a level.
    """
    if size % TILE_WIDTH:
        raise BadFormat("a stack is loaded at a tile's edge")
    levels: list[list[bytes]] = [[]]
    count = size // TILE_WIDTH
    for level in range(len(list(full_tiles(size)))):
        first = count - count % TILE_WIDTH
        levels.append([perfect_root(split_tile(tile(level, n))) for n in range(first, count)])
        count //= TILE_WIDTH
    return TileStack(size, levels)


def tile_node(tile: Callable[[int, int], Sequence[bytes]]) -> Node:
    """Return a `Node` that computes hashes from tiles.

    `tile(level, n)` gives the hashes of a tile, full or partial, in memory or from storage.
    """

    def node(level: int, n: int) -> bytes:
        row, below = divmod(level, TILE_HEIGHT)
        start = n << below
        hashes = tile(row, start // TILE_WIDTH)
        offset = start % TILE_WIDTH
        part = hashes[offset : offset + (1 << below)]
        if len(part) != 1 << below:
            raise BadFormat(f"level {level} has no node {n}")
        return perfect_root(part)

    return node
