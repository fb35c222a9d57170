"""The frames of a tail segment: where each record's leaf and sealed body lie.

    magic "ORF1" | epoch u64 | index u64 | kind u8 | length u32 | bytes | SHA-256 of all before it

All numbers are big-endian; `bytes` is the leaf's length (u16), the leaf, and the sealed body, which
is empty for key and tail leaves. Nothing in a frame is free: epoch and index follow from the tail,
kind and length from the leaf and body, and the hash from everything.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.leaf import MAX_LEAF

MAGIC: Final = b"ORF1"
HEADER: Final = struct.Struct(">4sQQBI")
HASH_SIZE: Final = 32
MAX_BODY: Final = 16 * 1024 * 1024
"""Longest sealed body in bytes: far above a record, far below what a damaged length can claim."""
_LEAF_LENGTH: Final = struct.Struct(">H")


class Kind(IntEnum):
    """What a frame's leaf is; the byte on disk."""

    RECORD = 1
    KEY = 2
    TAIL = 3


KIND_NAMES: Final = {Kind.RECORD: "record", Kind.KEY: "key", Kind.TAIL: "tail"}
_KINDS: Final = {int(kind): kind for kind in Kind}


_CLAIMED: Final = 16
"""Frames behind a bad one are hashed once; a magic within one, once in 2^32 bytes, once more."""


class BadFrame(ArchiveError):
    """A frame is damaged or torn.

    `offset` is where it begins in its file, `index` the archive_index that it should have.
    """

    def __init__(self, message: str, *, offset: int, index: int) -> None:
        """Keep the frame's place next to the message."""
        super().__init__(message)
        self.offset = offset
        self.index = index


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry as it lies in a tail: bytes `start` up to `end` of the file."""

    index: int
    kind: Kind
    leaf: bytes
    body: bytes
    start: int
    end: int


def encode_frame(epoch: int, index: int, kind: int, leaf: bytes, body: bytes) -> bytes:
    """Return the bytes of one frame; sizes are the caller's to keep (MAX_LEAF, MAX_BODY)."""
    size = len(leaf)
    header = HEADER.pack(MAGIC, epoch, index, kind, 2 + size + len(body))
    data = b"".join((header, _LEAF_LENGTH.pack(size), leaf, body))
    return data + sha256(data).digest()


def decode_frame(data: memoryview, offset: int, *, epoch: int, index: int) -> Frame:
    """Return the frame at `offset`, which must have this epoch and index.

    Raises BadFrame for every byte that is not as it must be.
    """

    def bad(reason: str) -> BadFrame:
        return BadFrame(reason, offset=offset, index=index)

    if offset + HEADER.size > len(data):
        raise bad("the frame's header is cut")
    magic, its_epoch, its_index, kind_byte, length = HEADER.unpack_from(data, offset)
    if magic != MAGIC:
        raise bad("no frame begins here")
    if its_epoch != epoch:
        raise bad(f"the frame has epoch {its_epoch}, its tail {epoch}")
    if its_index != index:
        raise bad(f"the frame has index {its_index}")
    if length > 2 + MAX_LEAF + MAX_BODY or length < 2:
        raise bad(f"the frame claims {length} bytes")
    body_at = offset + HEADER.size
    hash_at = body_at + length
    end = hash_at + HASH_SIZE
    if end > len(data):
        raise bad("the frame is cut")
    if sha256(data[offset:hash_at]).digest() != data[hash_at:end]:
        raise bad("the frame's hash does not match")
    kind = _KINDS.get(kind_byte)
    if kind is None:
        raise bad(f"the frame has kind {kind_byte}")
    (leaf_size,) = _LEAF_LENGTH.unpack_from(data, body_at)
    if leaf_size > min(length - 2, MAX_LEAF):
        raise bad(f"the frame's leaf claims {leaf_size} bytes")
    split = body_at + 2 + leaf_size
    if kind is not Kind.RECORD and split != hash_at:
        raise bad("a body where there is none")
    leaf = bytes(data[body_at + 2 : split])
    return Frame(index, kind, leaf, bytes(data[split:hash_at]), offset, end)


def scan(data: memoryview, *, epoch: int, first_index: int) -> Iterator[Frame]:
    """Yield the frames in order; raises BadFrame at the first that is not whole and as expected."""
    offset, index = 0, first_index
    while offset < len(data):
        frame = decode_frame(data, offset, epoch=epoch, index=index)
        yield frame
        offset, index = frame.end, index + 1


def read_frames(
    data: memoryview, *, epoch: int, first_index: int
) -> tuple[list[Frame], BadFrame | None]:
    """Return the good frames from the beginning on, and what is wrong after them, if anything."""
    frames: list[Frame] = []
    try:
        for frame in scan(data, epoch=epoch, first_index=first_index):
            frames.append(frame)  # noqa: PERF402  # those before a bad one count
    except BadFrame as error:
        return frames, error
    return frames, None


def frames_behind(data: memoryview, offset: int, *, epoch: int, index: int) -> tuple[Frame, ...]:
    """Return the whole frames of this epoch, with a higher index, that begin after `offset`.

    A write that was cut short has none behind it; one whose pages reached the disk in another
    order, or damage, may have. Raises BadFrame where so many frames are claimed there, one within
    another, that it would not end: no write leaves that.
    """
    whole = bytes(data[offset:])
    found: list[Frame] = []
    claimed, most = 0, _CLAIMED * len(whole)
    at = whole.find(MAGIC, 1)
    while at >= 0:
        claimed += _claimed(data, offset + at)
        if claimed > most:
            message = "more frames are claimed behind it than a write leaves"
            raise BadFrame(message, offset=offset, index=index)
        frame = _frame_at(data, offset + at, epoch, index)
        if frame is not None:
            found.append(frame)
        at = whole.find(MAGIC, at + 1 if frame is None else frame.end - offset)
    return tuple(found)


def _claimed(data: memoryview, offset: int) -> int:
    """Return how many bytes would be hashed for the frame that a magic at *offset* claims."""
    left = len(data) - offset
    length = HEADER.unpack_from(data, offset)[4] if left >= HEADER.size else 0
    return length if length <= left else 0


def _frame_at(data: memoryview, offset: int, epoch: int, above: int) -> Frame | None:
    if offset + HEADER.size > len(data):
        return None
    its_index = HEADER.unpack_from(data, offset)[2]
    if its_index <= above:
        return None
    try:
        return decode_frame(data, offset, epoch=epoch, index=its_index)
    except BadFrame:
        return None
