"""Sealed files: chunks of 64 KiB, each under AES-256-GCM with its own tag.

Chunk i has nonce = i as 11 bytes big-endian || 01 if it is the last, else 00; aad = the blob id's
16 bytes. An empty file is one empty last chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord_archive.format.errors import CannotOpen

CHUNK: Final = 64 * 1024
"""Plain bytes in every chunk but the last."""
TAG_SIZE: Final = 16


def seal_chunks(key: bytes, blob_id: bytes, data: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sealed chunks of a file that comes in pieces of any size.

    `key` is 32 random bytes used for this file alone.
    """
    cipher = AESGCM(key)
    pending = bytearray()
    number = 0
    for piece in data:
        pending += piece
        while len(pending) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(pending[:CHUNK]), blob_id)
            del pending[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(pending), blob_id)


def open_chunks(key: bytes, blob_id: bytes, sealed: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the plain chunks of a sealed file that comes in pieces of any size.

    Raises CannotOpen where a chunk does not open, and at the end when the last one is missing:
    nothing that was yielded may be shown before the end is reached.
    """
    cipher = AESGCM(key)
    pending = bytearray()
    number = 0
    for piece in sealed:
        pending += piece
        while len(pending) > CHUNK + TAG_SIZE:
            yield _open(cipher, number, bytes(pending[: CHUNK + TAG_SIZE]), blob_id, last=False)
            del pending[: CHUNK + TAG_SIZE]
            number += 1
    yield _open(cipher, number, bytes(pending), blob_id, last=True)


def read_range(
    key: bytes, blob_id: bytes, sealed: BinaryIO, size: int, part: tuple[int, int]
) -> Iterator[bytes]:
    """Yield a part of a sealed file of `size` sealed bytes: from a first plain byte to a last one.

    Only the chunks that the part lies in are read; each is shown to be the file's and in its place.
    Raises CannotOpen where one does not open, and where the file has not so many bytes.
    """
    first, last = part
    chunks = max(1, -(-size // (CHUNK + TAG_SIZE)))
    if size < TAG_SIZE or not 0 <= first <= last + 1 <= size - chunks * TAG_SIZE:
        raise CannotOpen("the file has no such part")
    cipher = AESGCM(key)
    for number in range(first // CHUNK, max(first, last) // CHUNK + 1):
        sealed.seek(number * (CHUNK + TAG_SIZE))
        chunk = sealed.read(CHUNK + TAG_SIZE)
        plain = _open(cipher, number, chunk, blob_id, last=number == chunks - 1)
        start = number * CHUNK
        yield plain[max(first - start, 0) : last + 1 - start]


def sealed_size(size: int) -> int:
    """Return how many sealed bytes a file of `size` bytes has."""
    chunks = max(1, -(-size // CHUNK))
    return size + chunks * TAG_SIZE


def _open(cipher: AESGCM, number: int, chunk: bytes, blob_id: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), chunk, blob_id)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"chunk {number} of the file does not open") from error


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
