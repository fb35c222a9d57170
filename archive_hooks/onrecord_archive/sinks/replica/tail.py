"""The copy's tails: begin one, go on with the newest, read frames back."""

from __future__ import annotations

import os
from pathlib import Path

from onrecord_archive.format.errors import BadFormat, Corrupt, WriteFailed
from onrecord_archive.format.layout import TAILS, parse_tail_name, tail_name
from onrecord_archive.format.tail import BadFrame, Frame, scan
from onrecord_archive.writer.files import READ_ONLY, Files


class Tail:
    """A tail that is written. A batch counts once `append` has returned."""

    def __init__(self, files: Files, descriptor: int, epoch: int) -> None:
        """Go on at the end of an open file."""
        self._files = files
        self._descriptor = descriptor
        self.epoch = epoch

    @classmethod
    def begin(cls, files: Files, epoch: int, first_index: int, data: bytes) -> Tail:
        """Make the tail with its first frames, whole and durably. Raises as Files does."""
        name = f"{TAILS}/{tail_name(epoch, first_index)}"
        return cls(files, files.create_open(name, (data,)), epoch)

    def append(self, data: bytes) -> None:
        """Write whole frames and make them durable. Raises WriteFailed, SyncFailed."""
        self._files.write(self._descriptor, data)
        self._files.sync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def continue_newest(files: Files) -> Tail | None:
    """Return the newest tail, rewritten to its good frames; None where there is none.

    The file is replaced whole, so that what it holds is durable whatever happened to it before.
    `find` has made sure that nothing is left out but what lies above the copy's checkpoint, from a
    bad frame on; it comes again.
    """
    names = tail_names(files.root)
    if not names:
        return None
    epoch, first_index = parse_tail_name(names[-1])
    name = f"{TAILS}/{names[-1]}"
    data = (files.root / name).read_bytes()
    end = 0
    try:
        for frame in scan(memoryview(data), epoch=epoch, first_index=first_index):
            end = frame.end
    except BadFrame:
        data = data[:end]
    return Tail(files, _rewrite(files, name, data), epoch)


def _rewrite(files: Files, name: str, data: bytes) -> int:
    """Put a new file with `data` in the place of `name`; return a descriptor that appends to it."""
    temporary, descriptor = files.open_temporary(name)
    try:
        files.write(descriptor, data)
        os.fchmod(descriptor, READ_ONLY)
        files.sync(descriptor)
        try:
            os.rename(files.root / temporary, files.root / name)
        except OSError as error:
            raise WriteFailed(f"no rename to {name}: {error.strerror}") from error
        files.sync_directory(TAILS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def tail_names(root: Path) -> list[str]:
    """Return the names of the tails, oldest first; raises Corrupt for a name that is none."""
    names = sorted(path.name for path in (root / TAILS).iterdir())
    for name in names:
        try:
            parse_tail_name(name)
        except BadFormat as error:
            raise Corrupt("no tail has such a name", file=f"{TAILS}/{name}") from error
    return names


def frames_between(root: Path, first: int, end: int) -> list[Frame]:
    """Return the frames from index `first` to before `end`, each from the newest tail with it.

    Raises Corrupt if one is missing or damaged.
    """
    found: dict[int, Frame] = {}
    for name in reversed(tail_names(root)):
        epoch, first_index = parse_tail_name(name)
        data = memoryview((root / TAILS / name).read_bytes())
        try:
            for frame in scan(data, epoch=epoch, first_index=first_index):
                if first <= frame.index < end:
                    found.setdefault(frame.index, frame)
        except BadFrame as error:
            raise Corrupt(f"damaged: {error}", file=f"{TAILS}/{name}", index=error.index) from error
        if first_index <= first:
            break
    if len(found) != end - first:
        raise Corrupt("entries are missing in the copy's tails", file=TAILS, index=first)
    return [found[index] for index in range(first, end)]
