"""The directory that a hook writes: there already, locked for this process, and still the same."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from onrecord_archive.format.errors import ArchiveError, Unreadable


class InUse(ArchiveError):
    """Another process writes this directory."""


class Folder:
    """An existing directory, locked until `close`. Belongs to one thread at a time."""

    def __init__(self, root: Path) -> None:
        """Lock the directory. Raises Unreadable if it is not there, InUse."""
        self._root = root
        try:
            self._lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise Unreadable(f"{root}: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise InUse from error

    def require_same(self) -> None:
        """Raise Unreadable if the volume was unmounted or exchanged under the open files."""
        mine = os.fstat(self._lock)
        try:
            there = self._root.stat()
        except OSError as error:
            raise Unreadable(f"{self._root}: {error.strerror}") from error
        if (mine.st_dev, mine.st_ino) != (there.st_dev, there.st_ino):
            raise Unreadable(f"{self._root} is another directory than before")

    def close(self) -> None:
        """Let go of the directory."""
        os.close(self._lock)
