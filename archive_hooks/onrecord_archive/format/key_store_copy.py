"""A key store read where nothing can be written: SQLite writes beside what it reads.

So a store on a read-only medium is copied to a private folder, with the log that it may have beside
it (`-wal`), and read there. A copy has sealed keys alone.
"""

from __future__ import annotations

import filecmp
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from onrecord_archive.format.errors import Unreadable
from onrecord_archive.format.key_table import KeyConnection, connect_read_only

_TRIES: Final = 5
_FILE: Final = "keys.db"
_LOG: Final = "-wal"


class _CopyConnection(KeyConnection):
    """A connection to a copy, which ends with it."""

    folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close it, and remove the copy."""
        super().close()
        if self.folder is not None:
            self.folder.cleanup()


def connect_anywhere(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, to the store or to a copy. Raises Unreadable."""
    try:
        return connect_read_only(path)
    except Unreadable:
        folder = private_folder()
        try:
            copy = copy_key_store(path, Path(folder.name))
            connection = connect_read_only(copy, _CopyConnection)
            if isinstance(connection, _CopyConnection):
                connection.folder = folder
        except Unreadable:
            folder.cleanup()
            raise
        return connection


def private_folder() -> TemporaryDirectory[str]:
    """Return a new folder that nobody else reads."""
    return TemporaryDirectory(prefix="onrecord-archive-")


def copy_key_store(source: Path, folder: Path) -> Path:
    """Copy a store and its log into a folder; return the copy.

    A server may write the store meanwhile, and move what is in the log into the file. What was
    copied was there at one moment, if neither has changed when both are read a second time: the log
    was whole before the file was read again. Raises Unreadable.
    """
    copy, log = folder / _FILE, source.with_name(f"{source.name}{_LOG}")
    copied_log = folder / f"{_FILE}{_LOG}"
    try:
        for _ in range(_TRIES):
            shutil.copyfile(source, copy)
            _copy_log(log, copied_log)
            if filecmp.cmp(source, copy, shallow=False) and _is_same(log, copied_log):
                return copy
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error
    raise Unreadable(f"{source} changes while it is copied")


def _copy_log(log: Path, copy: Path) -> None:
    try:
        shutil.copyfile(log, copy)
    except FileNotFoundError:
        copy.unlink(missing_ok=True)


def _is_same(log: Path, copy: Path) -> bool:
    if not copy.exists():
        return not log.exists()
    return log.exists() and filecmp.cmp(log, copy, shallow=False)
