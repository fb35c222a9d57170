"""Finds the frame of an index in the tails of an archive, which may be growing meanwhile."""

from __future__ import annotations

import mmap
import time
from array import array
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final

from onrecord_archive.format.errors import BadFormat, Corrupt, Refused, Unreadable
from onrecord_archive.format.layout import TAILS, parse_tail_name
from onrecord_archive.format.tail import HASH_SIZE, HEADER, MAGIC, BadFrame, Frame, decode_frame

_OPEN_TAILS: Final = 32
_TICK: Final = 100_000_000
"""Nanoseconds that a file system's clock may be coarse by."""


class Segment:
    """One tail, mapped into memory, with the offset of each of its frames."""

    def __init__(self, path: Path, epoch: int, first_index: int) -> None:
        """Map the file as it is now."""
        self.path = path
        self.epoch = epoch
        self.first_index = first_index
        self._offsets = array("Q", [0])
        self._data = memoryview(b"")

    def frame(self, index: int) -> Frame | None:
        """Return the frame of `index`, None if the file does not reach it; raises Corrupt."""
        number = index - self.first_index
        if number >= len(self._offsets) - 1 and not self._extend(number):
            return None
        try:
            return decode_frame(self._data, self._offsets[number], epoch=self.epoch, index=index)
        except BadFrame as error:
            raise Corrupt(
                f"damaged: {error}", file=f"{TAILS}/{self.path.name}", index=index
            ) from error

    def _extend(self, number: int) -> bool:
        """Map the file again and note where its frames begin; tell whether `number` is there."""
        with self.path.open("rb") as file:
            if file.seek(0, 2) == 0:
                return False
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        offsets, offset = self._offsets, self._offsets[-1]
        while offset + HEADER.size <= len(data):
            magic, _, _, _, length = HEADER.unpack_from(data, offset)
            offset += HEADER.size + length + HASH_SIZE
            if magic != MAGIC or offset > len(data):
                break
            offsets.append(offset)
        self._data = data
        return number < len(offsets) - 1


class Segments:
    """All tails of an archive. Thread-safe."""

    def __init__(self, directory: Path) -> None:
        """Look into `directory` at the first question."""
        self._tails = directory / TAILS
        self._lock = Lock()
        self._places: list[tuple[int, int, str]] = []
        self._stamp: int | None = None
        self._open: OrderedDict[str, Segment] = OrderedDict()

    def frame(self, index: int) -> Frame:
        """Return the frame of `index`: that of the newest tail which begins at or below it.

        Raises Refused if no tail reaches it, Corrupt, Unreadable.
        """
        with self._lock:
            try:
                self._list()
                frame = self._find(index)
            except OSError as error:
                raise Unreadable(f"{error.filename}: {error.strerror}") from error
        if frame is None:
            raise Refused(f"the archive has no entry {index}")
        return frame

    def _find(self, index: int) -> Frame | None:
        for epoch, first_index, name in reversed(self._places):
            if first_index <= index:
                return self._segment(epoch, first_index, name).frame(index)
        return None

    def _segment(self, epoch: int, first_index: int, name: str) -> Segment:
        segment = self._open.pop(name, None) or Segment(self._tails / name, epoch, first_index)
        self._open[name] = segment
        if len(self._open) > _OPEN_TAILS:
            self._open.popitem(last=False)
        return segment

    def _list(self) -> None:
        """Note which tails there are, if that may have changed: a new one supersedes frames."""
        stamp = self._tails.stat().st_mtime_ns
        if stamp == self._stamp:
            return
        now = time.time_ns()
        places = []
        for path in self._tails.iterdir():
            try:
                places.append((*parse_tail_name(path.name), path.name))
            except BadFormat as error:
                raise Corrupt("no tail has such a name", file=f"{TAILS}/{path.name}") from error
        self._places = sorted(places)
        # A change within the same tick of the clock would not show: look again next time.
        self._stamp = stamp if abs(now - stamp) > _TICK else None
