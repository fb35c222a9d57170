"""Rereads a published archive block by block: what a background auditor schedules as it likes.

Lighter than the verifier and part of the service: it trusts the checkpoint it is given and looks at
no chain between records. Everything that lies in a block is read again from the disk.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import BadFormat, Corrupt, NotVerified
from onrecord_archive.format.layout import TILE, blob_path, bundle_path, tile_path
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.tiles import TILE_WIDTH, decode_bundle, split_tile
from onrecord_archive.format.tree import leaf_hash, verify_inclusion
from onrecord_archive.reader.archive import Archive, StoredEntry

BLOCK: Final = TILE_WIDTH
"""Entries in a block: those of one full tile; the last block has fewer."""


def count_blocks(size: int) -> int:
    """Return how many blocks a log of `size` entries has."""
    return -(-size // BLOCK)


def check_block(archive: Archive, number: int, head: Checkpoint) -> int:
    """Reread block `number` of what `head` covers; return how many entries it has.

    Frames, leaves, sealed bodies and files, the stored tile and bundle, and their place under the
    root. `archive` should be a new one for each pass: a reader keeps tiles and mapped tails. Raises
    Corrupt with file and, where it is one entry's, index; Unreadable.
    """
    start, end = number * BLOCK, min((number + 1) * BLOCK, head.size)
    entries = [_entry(archive, index) for index in range(start, end)]
    hashes = [leaf_hash(entry.leaf) for entry in entries]
    if len(entries) == BLOCK:
        _compare(archive, number, entries, hashes)
    last = end - 1
    try:
        proof = archive.inclusion_proof(last, head.size)
        verify_inclusion(hashes[-1], last, head.size, proof, head.root)
    except (NotVerified, BadFormat) as error:
        message = f"block {number}, or the tree around it, is not under the root: {error}"
        raise Corrupt(message, file=TILE) from error
    return len(entries)


def _entry(archive: Archive, index: int) -> StoredEntry:
    """Read an entry whole, its sealed body and file included."""
    entry = archive.entry(index)
    try:
        leaf = decode_leaf(entry.leaf)
    except BadFormat as error:
        raise Corrupt(f"no leaf: {error}", index=index) from error
    if isinstance(leaf, RecordLeaf):
        if sha256(entry.body).hexdigest() != leaf.ct:
            raise Corrupt("the sealed body is another than its leaf names", index=index)
        if isinstance(leaf.blob, Blob):
            _check_blob(archive, leaf.blob, index)
    return entry


def _check_blob(archive: Archive, blob: Blob, index: int) -> None:
    digest, size = sha256(), 0
    for piece in archive.blob(blob.ct):
        digest.update(piece)
        size += len(piece)
    if (digest.hexdigest(), size) != (blob.ct, blob.size):
        raise Corrupt("a sealed file is another", file=blob_path(blob.ct), index=index)


def _compare(
    archive: Archive, number: int, entries: list[StoredEntry], hashes: list[bytes]
) -> None:
    """Require the stored tile and bundle of a full block to be those of its entries."""
    stored = (
        (tile_path(0, number), split_tile, hashes),
        (bundle_path(number), decode_bundle, [entry.leaf for entry in entries]),
    )
    for name, parse, expected in stored:
        try:
            found = parse(archive.file(name))
        except BadFormat as error:
            raise Corrupt(f"damaged: {error}", file=name, index=number * BLOCK) from error
        for place, value in enumerate(expected):
            if found[place : place + 1] != [value]:
                raise Corrupt("it differs from the tail", file=name, index=number * BLOCK + place)
        if len(found) != len(expected):
            raise Corrupt("it has more than its entries", file=name, index=number * BLOCK)
