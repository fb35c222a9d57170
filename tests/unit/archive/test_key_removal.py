"""What a key store removes leaves no bytes behind, however SQLite was built."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.writer.key_store import KeyStore
from tests.unit.archive.building import Workshop

PIECE = slice(100, 132)
"""Of a sealed key, so that it is found whole wherever pages end."""
connect = sqlite3.connect


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as its authors build it: what is removed stays in the file until it is written over.

    Debian builds it with secure_delete on, which would hide that nobody asks for it.
    """

    def connect_carelessly(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_carelessly)


def sealed_keys(path: Path) -> list[bytes]:
    with closing(connect(path)) as connection:
        rows = connection.execute("SELECT sealed FROM sealed_key").fetchall()
    return [bytes(sealed)[PIECE] for (sealed,) in rows]


def left_in(path: Path, keys: list[bytes]) -> int:
    """How many of the keys are in the store's file or in its log."""
    files = [each.read_bytes() for each in path.parent.glob(f"{path.name}*")]
    return sum(any(key in data for data in files) for key in keys)


def remove(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM sealed_key")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    workshop = Workshop(tmp_path)
    workshop.write(12, streams=4)
    workshop.close()
    return tmp_path / "keys.db"


@pytest.mark.usefixtures("careless")
def test_a_key_that_is_removed_from_an_open_store_is_overwritten(store: Path) -> None:
    keys = sealed_keys(store)
    assert left_in(store, keys) == len(keys) == 4
    with closing(KeyStore(store)) as opened:
        remove(opened._connection)
    assert left_in(store, keys) == 0


@pytest.mark.usefixtures("careless")
def test_control_without_secure_delete_the_bytes_stay(store: Path) -> None:
    keys = sealed_keys(store)
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        remove(connection)
    assert left_in(store, keys) == len(keys)
