"""A key store is copied as it was at one moment, whatever is written to it meanwhile."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from onrecord_archive.format.errors import Unreadable
from onrecord_archive.format.key_store_copy import copy_key_store
from onrecord_archive.format.key_table import connect_read_only, every_key_id
from tests.unit.archive.building import Workshop

Copy = Callable[[Path, Path], object]


def when_copied(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], object]) -> None:
    """Do something whenever a file was copied."""
    copyfile, count = shutil.copyfile, 0

    def copied(source: Path, target: Path) -> object:
        nonlocal count
        done = copyfile(source, target)
        count += 1
        act(count)
        return done

    monkeypatch.setattr(shutil, "copyfile", copied)


def checkpoint(path: Path) -> None:
    """Move what is in the log into the file, as SQLite does by itself, and begin the log anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writing:
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_copy_has_all_keys_although_the_log_moved_into_the_file_meanwhile(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.write(12, streams=12)
    store = workshop.root / "keys.db"
    with closing(connect_read_only(store)) as reading:
        there = every_key_id(reading)
    assert store.with_name("keys.db-wal").stat().st_size
    when_copied(monkeypatch, lambda count: checkpoint(store) if count == 1 else None)
    folder = tmp_path / "copied"
    folder.mkdir()
    with closing(connect_read_only(copy_key_store(store, folder))) as reading:
        assert every_key_id(reading) == there
    assert len(there) >= 12


def test_a_store_that_never_rests_is_not_copied(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.write(1)
    when_copied(monkeypatch, lambda count: workshop.write(1, streams=100 + count))
    folder = tmp_path / "copied"
    folder.mkdir()
    monkeypatch.setattr("filecmp.cmp", lambda *_, **__: False)
    with pytest.raises(Unreadable, match="changes while it is copied"):
        copy_key_store(workshop.root / "keys.db", folder)
