"""Make a key store, and give a store what the others have. No other process may write them.

A store that is made appears whole or not at all. A row is copied only if a leaf of the log names it
as it is: nothing that one store says changes another one otherwise.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeAlias

from onrecord_archive.format.errors import CannotOpen, SyncFailed, Unreadable, WriteFailed
from onrecord_archive.format.key_table import (
    CREATE,
    INDEX,
    KEY_IDS,
    connect_read_only,
    every_key_id,
    require_key,
)
from onrecord_archive.format.leaf import KeyLeaf
from onrecord_archive.writer.in_place import left_beside
from onrecord_archive.writer.key_store import DURABLY, connect, put_keys, translated

Named: TypeAlias = Callable[[bytes], KeyLeaf | None]
"""Gives the leaf by which the log introduced a key, None where it has none."""


def make_key_store(
    path: Path, sources: Iterable[Path] = (), named: Named = lambda key_id: None
) -> None:
    """Make the store at `path` (mode 0600) with every key of `sources` that the log names.

    Durable when it returns. Its folder must be there: a folder that is missing is a volume that is
    not mounted. Raises WriteFailed (also where there is a store already, or what one left beside
    it), SyncFailed, Unreadable (which names the source).
    """
    unfinished = path.with_name(f"{path.name}.new")
    try:
        if (left := left_beside(path)) is not None:
            raise WriteFailed(f"{left.name} is another key store's")
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(connect(unfinished)) as connection:
            connection.executescript("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=FULL;")
            connection.execute(CREATE)
            connection.execute(INDEX)
            for source in sources:
                _take(connection, unfinished, source, named)
        os.link(unfinished, path)
        unfinished.unlink()
        _sync_directory(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise translated(error, path) from error


def fill_key_store(path: Path, sources: Iterable[Path], named: Named) -> int:
    """Give the store at `path` the keys that it lacks, a source has and the log names.

    Return how many. A row that is there is never changed. Raises WriteFailed, SyncFailed,
    Unreadable (which names the source), Corrupt (the store has another schema).
    """
    try:
        with closing(connect(path)) as connection:
            connection.executescript(DURABLY)
            return sum(_take(connection, path, source, named) for source in sources)
    except sqlite3.Error as error:
        raise translated(error, path) from error


def _take(connection: sqlite3.Connection, path: Path, source: Path, named: Named) -> int:
    """Copy what `source` has as the log names it and the store at `path` lacks; return how many."""
    there = {key_id for (key_id,) in connection.execute(KEY_IDS)}
    try:
        with closing(connect_read_only(source)) as other:
            lacking = sorted(every_key_id(other) - there)
            return put_keys(connection, _named_keys(other, lacking, named), path)
    except Unreadable as error:
        raise Unreadable(f"{source} cannot be read as a key store") from error


def _named_keys(
    source: sqlite3.Connection, key_ids: Iterable[bytes], named: Named
) -> Iterator[tuple[KeyLeaf, bytes]]:
    """Yield the keys whose rows say what the log's leaf says, with the sealed key it names."""
    for key_id in key_ids:
        leaf = named(key_id)
        if leaf is not None:
            with suppress(CannotOpen):
                yield leaf, require_key(source, leaf)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # as Files.sync: what is on disk is unknown
        raise SyncFailed(f"fsync of {path.name}: {error.strerror}") from error
    finally:
        os.close(descriptor)
