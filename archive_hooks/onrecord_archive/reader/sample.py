"""A random sample, opened with compliance's key: public keys do not show that bodies open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, islice

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import ArchiveError, Unreadable
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.tree import leaf_hash, verify_inclusion
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener

TRIES = 50
"""Draws for each record wanted: keys, tails and doubles are drawn in vain."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The archive_index of each record that was drawn, and of those that did not open."""

    drawn: tuple[int, ...]
    failed: tuple[int, ...]


def draws(seed: bytes, size: int) -> Iterator[int]:
    """Yield indices below `size` without end; whoever has the seed draws the same.

    The n-th is SHA-256(seed || n as 8 bytes, big-endian), as a number, modulo `size`.
    """
    for number in count():
        digest = sha256(seed + number.to_bytes(8, "big")).digest()
        yield int.from_bytes(digest, "big") % size


def open_sample(
    archive: Archive,
    opener: Opener,
    head: Checkpoint,
    *,
    seed: bytes,
    wanted: int,
    advance: Callable[[int, int], None],
) -> Sampled:
    """Draw and open records under a verified `head`; raises Unreadable if storage is silent.

    `advance` hears of each record: how many are done, and of how many.

    A record fails that is not under the head's root, is damaged, or does not open to what its leaf
    commits to. Fewer than `wanted` are drawn where there are not so many.
    """
    drawn: dict[int, bool] = {}
    for index in islice(draws(seed, head.size), wanted * TRIES) if head.size else ():
        if index in drawn:
            continue
        found = _opens(archive, opener, head, index)
        if found is not None:
            drawn[index] = found
            advance(len(drawn), wanted)
        if len(drawn) == wanted:
            break
    return Sampled(tuple(sorted(drawn)), _failed(drawn))


def _failed(drawn: dict[int, bool]) -> tuple[int, ...]:
    return tuple(sorted(index for index, good in drawn.items() if not good))


def _opens(archive: Archive, opener: Opener, head: Checkpoint, index: int) -> bool | None:
    """Whether a record opens; None: it is no record."""
    try:
        leaf = archive.leaf(index)
        proof: Sequence[bytes] = archive.inclusion_proof(index, head.size)
        verify_inclusion(leaf_hash(leaf), index, head.size, list(proof), head.root)
        if not isinstance(decode_leaf(leaf), RecordLeaf):
            return None
        opener.open_entry(archive, index)
    except Unreadable:
        raise
    except ArchiveError:
        return False
    return True
