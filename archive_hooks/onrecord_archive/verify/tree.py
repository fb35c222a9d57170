"""Verifier, step 5: the tree over all leaves, against every tile, bundle and signed root."""

from __future__ import annotations

from pathlib import Path

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.layout import TILE, bundle_path, tile_path
from onrecord_archive.format.tiles import TILE_WIDTH, TileStack, encode_bundle, full_tiles
from onrecord_archive.format.tree import HASH_SIZE, Frontier, leaf_hash


class StoredHashes:
    """The leaf hashes in the stored tiles, which are asked for in order."""

    def __init__(self, root: Path, files: set[str]) -> None:
        """Read the tiles of `root` that are among its `files`."""
        self._root = root
        self._files = files
        self._number = -1
        self._tile: bytes | None = None

    def compare(self, index: int, leaf: bytes) -> None:
        """Raise NotVerified (tile) if the stored tile has another hash for this leaf."""
        number, place = divmod(index, TILE_WIDTH)
        name = tile_path(0, number)
        if number != self._number:
            self._tile = (self._root / name).read_bytes() if name in self._files else None
            self._number = number
        if self._tile is None:
            return
        if self._tile[place * HASH_SIZE : (place + 1) * HASH_SIZE] != leaf_hash(leaf):
            message = "tail and tile have different leaves"
            raise NotVerified("tile", message, file=name, index=index)


class TreeChecker:
    """Takes the leaves in order and compares what is stored for them as soon as it is due."""

    def __init__(self, root: Path, files: set[str], signed: dict[int, bytes]) -> None:
        """Compare with the files of `root` and with the root signed for each size."""
        self._root = root
        self._files = files
        self._signed = signed
        self._frontier = Frontier()
        self._stack = TileStack()
        self._hashes = bytearray()
        self._stored = StoredHashes(root, files)
        self._bundle: bytes | None = None
        self._bundle_end = 0
        self._good = 0
        self._check_root()

    @property
    def size(self) -> int:
        """The number of leaves so far."""
        return self._frontier.size

    def root(self) -> bytes:
        """Return the root over them."""
        return self._frontier.root()

    def compare_leaf(self, leaf: bytes) -> None:
        """Compare the next leaf with the stored tile and bundle, before what follows from it.

        Raises NotVerified: tile, bundle; missing_file if a checkpoint needs one that is not there.
        """
        number, place = divmod(self.size, TILE_WIDTH)
        name = bundle_path(number)
        if place == 0:
            until = self.size + TILE_WIDTH
            self._read(tile_path(0, number), self.size, until)
            self._bundle, self._bundle_end = self._read(name, self.size, until), 0
        self._stored.compare(self.size, leaf)
        if self._bundle is None:
            return
        part, start = encode_bundle([leaf]), self._bundle_end
        self._bundle_end += len(part)
        stored = self._bundle[start : None if place == TILE_WIDTH - 1 else self._bundle_end]
        if stored != part:
            raise NotVerified("bundle", "another entry", file=name, index=self.size)

    def add(self, leaf: bytes) -> None:
        """Add the next leaf. Raises NotVerified: tile, root, missing_file."""
        hashed = leaf_hash(leaf)
        self._hashes += hashed
        self._frontier.append(hashed)
        for level, n, tile in self._stack.append(hashed):
            self._compare_tile(level, n, tile)
        self._check_root()

    def is_leaf(self, index: int, leaf: bytes) -> bool:
        """Tell whether `leaf` is the one at `index`, which was added before."""
        at = index * HASH_SIZE
        return self._hashes[at : at + HASH_SIZE] == leaf_hash(leaf)

    def accounted(self) -> set[str]:
        """Return the names of all tiles and bundles that a tree of this size can have."""
        names = {bundle_path(n) for n in range(self.size // TILE_WIDTH)}
        for level, count in full_tiles(self.size):
            names |= {tile_path(level, n) for n in range(count)}
        return names

    def _check_root(self) -> None:
        signed = self._signed.get(self.size)
        if signed is not None:
            if signed != self._frontier.root():
                raise NotVerified(
                    "root",
                    f"the entries from {self._good} up to {self.size} do not give the signed root",
                    file=TILE,
                    index=self._good,
                )
            self._good = self.size

    def _compare_tile(self, level: int, n: int, tile: bytes) -> None:
        width = TILE_WIDTH**level
        name, first = tile_path(level, n), n * TILE_WIDTH * width
        stored = self._read(name, first, self.size)
        if stored is None or stored == tile:
            return
        place = next((i for i, (a, b) in enumerate(zip(stored, tile, strict=False)) if a != b), -1)
        number = TILE_WIDTH - 1 if place < 0 else place // HASH_SIZE
        raise NotVerified("tile", "another hash", file=name, index=first + number * width)

    def _read(self, name: str, index: int, until: int) -> bytes | None:
        """Return a stored file of entries below `until`; None if no checkpoint needs it yet."""
        if name in self._files:
            return (self._root / name).read_bytes()
        if until <= max(self._signed, default=0):
            raise NotVerified("missing_file", "the file is missing", file=name, index=index)
        return None
