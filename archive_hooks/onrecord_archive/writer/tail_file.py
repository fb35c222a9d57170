"""The tail that is being written: its name, how many bytes of it are good, and their hash."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from onrecord_archive.format.errors import Corrupt, Refused
from onrecord_archive.format.layout import TAILS, tail_name
from onrecord_archive.format.leaf import PreviousTail
from onrecord_archive.writer.in_place import place_at, place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onrecord_archive.writer.files import Files


class TailFile:
    """An open tail segment. A batch counts once `append` has returned.

    `length` is the number of bytes up to the end of the last batch that is durable: what a failed
    write left behind lies after it and is void.
    """

    def __init__(self, files: Files, epoch: int, first_index: int, parts: Sequence[bytes]) -> None:
        """Make the file with its first frames, durably; raises Refused if its name is taken."""
        self._files = files
        self.epoch = epoch
        self.name = tail_name(epoch, first_index)
        try:
            self._descriptor = files.create_open(f"{TAILS}/{self.name}", parts)
        except FileExistsError as error:
            raise Refused(f"tail {self.name} exists: another archiver has this epoch") from error
        self._place = place_of(os.fstat(self._descriptor))
        self._hash = sha256()
        self.length = 0
        self._count(parts)

    def append(self, data: bytes) -> None:
        """Write whole frames and make them durable: one write, one fsync.

        Raises WriteFailed, SyncFailed, or Corrupt where somebody else cut the file or wrote to it:
        what follows there is where no start finds it. After any nothing may be appended here again.
        """
        self.require_in_place()
        if self._files.size(f"{TAILS}/{self.name}") != self.length:
            raise Corrupt("somebody else wrote to it", file=f"{TAILS}/{self.name}")
        self._files.write(self._descriptor, data)
        self._files.sync(self._descriptor)
        self._count((data,))

    def require_in_place(self) -> None:
        """Raise Corrupt if this file was moved, deleted or cut under its writer. Any thread."""
        name = f"{TAILS}/{self.name}"
        if place_at(self._files.root / name) != self._place:
            raise Corrupt("moved away or deleted while it was written", file=name)
        written = self.length  # before the file is asked, which only grows
        if self._files.size(name) < written:
            raise Corrupt("cut while it was written", file=name)

    def as_previous(self) -> PreviousTail:
        """Return what the next tail's leaf says about this one."""
        return PreviousTail(length=self.length, name=self.name, sha256=self._hash.hexdigest())

    def close(self) -> None:
        """Close the descriptor; everything that counts is durable already."""
        os.close(self._descriptor)

    def _count(self, parts: Sequence[bytes]) -> None:
        for part in parts:
            self._hash.update(part)
            self.length += len(part)
