"""Whether a file that is written is still the one at its path.

A file that was moved or deleted takes every write and fsync, and nobody finds it afterwards. A
second name changes nothing: backups that copy by hard links give it one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""Device and inode."""


def place_of(found: os.stat_result) -> Place:
    """Return which file this is."""
    return found.st_dev, found.st_ino


def place_at(path: Path) -> Place | None:
    """Return which file is at a path, None where there is none or it cannot be seen.

    Its link count says nothing here: it is 0 where the file was found, and another one took its
    place before it was asked (by rename(2), as the next checkpoint does).
    """
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return place_of(found)


def left_beside(path: Path) -> Path | None:
    """Return what SQLite would put into a new file at this path, None where there is nothing.

    It takes a WAL or a journal for the file's own by its name alone, whatever file it was of. One
    that is empty, which a reader leaves, says nothing; nor does an index (`-shm`).
    """
    for each in (path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-journal")):
        try:
            if each.lstat().st_size:
                return each
        except FileNotFoundError:
            continue
    return None


class SqlitePlaces:
    """Which files an SQLite connection in WAL mode has open: the database and its WAL.

    The WAL is deleted with the last connection alone: while one is open it stays the same file.
    Any thread may ask.
    """

    def __init__(self, path: Path) -> None:
        """Note which file is at `path` now; its WAL is noted when it is first seen."""
        real = path.resolve()
        self.wal = real.with_name(f"{real.name}-wal")
        self._placed = {each: place_at(each) for each in (path, real)}
        self._watched = (*self._placed, self.wal)

    def missing(self) -> Path | None:
        """Return the first file that is not at its path any more, None when both are.

        Asked after the connection read or wrote something, which makes the WAL.
        """
        for each in self._watched:
            found = place_at(each)
            if found is None or found != self._placed.setdefault(each, found):
                return each
        return None
