"""What a replica has, read back from its tails without opening it to write.

So a copy with a damaged entry still says which ones are whole. Files are read and not mapped: a
mapped file that is cut meanwhile, or whose disk fails, would end the process.
"""

from __future__ import annotations

import os
from array import array
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from onrecord_archive.contract import Listed, listing
from onrecord_archive.format.errors import BadFormat, Unreadable
from onrecord_archive.format.layout import TAILS, blob_path, parse_tail_name
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.tail import HASH_SIZE, HEADER, MAGIC, BadFrame, Frame, decode_frame

_PIECE = 1 << 20


class CopyListing:
    """Belongs to one thread at a time; every method blocks. It knows the frames of one tail."""

    def __init__(self, root: Path) -> None:
        """Look into the copy at `root` at the first question."""
        self._root = root
        self._name = ""
        self._offsets = array("Q", [0])

    def listed(self, first: int, end: int) -> list[Listed]:
        """Return the entries from `first` to before `end` that are whole. Raises Unreadable."""
        tails = self._tails()
        found = []
        for index in range(first, end):
            begun = [tail for tail in tails if tail[1] <= index]
            frame = self._frame(*begun[-1], index) if begun else None
            if frame is not None:
                found.append(listing(index, frame.leaf, frame.body, self._blob_hash(frame.leaf)))
        return found

    def _tails(self) -> list[tuple[int, int, str]]:
        """Return (epoch, first index, name) of each tail; what has another name is none."""
        try:
            names = os.listdir(self._root / TAILS)
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from error
        tails = []
        for name in names:
            with suppress(BadFormat):
                tails.append((*parse_tail_name(name), name))
        return sorted(tails)

    def _frame(self, epoch: int, first: int, name: str, index: int) -> Frame | None:
        """Return an entry's frame, None where it is not whole or cannot be read."""
        if name != self._name:
            self._name, self._offsets = name, array("Q", [0])
        try:
            descriptor = os.open(self._root / TAILS / name, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            while len(self._offsets) <= index - first + 1:
                self._offsets.append(_end_of(descriptor, self._offsets[-1]))
            start, end = self._offsets[index - first : index - first + 2]
            data = memoryview(os.pread(descriptor, end - start, start))
            return decode_frame(data, 0, epoch=epoch, index=index)
        except (OSError, BadFrame):
            return None
        finally:
            os.close(descriptor)

    def _blob_hash(self, leaf: bytes) -> bytes | None:
        """Return SHA-256 of the file that a leaf names, as it lies here; None without one."""
        decoded = decode_leaf(leaf)
        if not isinstance(decoded, RecordLeaf) or not isinstance(decoded.blob, Blob):
            return None
        return hash_of(self._root / blob_path(decoded.blob.ct))


def hash_of(path: Path) -> bytes | None:
    """Return SHA-256 of a file, None if it is not there or cannot be read. Blocks."""
    hashed = sha256()
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            while piece := file.read(_PIECE):
                hashed.update(piece)
    except OSError:
        return None
    return hashed.digest()


def _end_of(descriptor: int, offset: int) -> int:
    """Return where the frame at `offset` ends. Raises BadFrame."""
    header = os.pread(descriptor, HEADER.size, offset)
    if len(header) < HEADER.size or header[: len(MAGIC)] != MAGIC:
        raise BadFrame("no frame begins here", offset=offset, index=0)
    return offset + HEADER.size + int(HEADER.unpack(header)[4]) + HASH_SIZE
