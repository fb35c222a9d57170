"""A key store that is made has every key of the others; a destroyed one stays destroyed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from onrecord_archive.errors import WriteFailed
from onrecord_archive.key_table import connect_read_only, count_keys, every_key_id, first_lacking
from onrecord_archive.writer.key_fill import fill_key_store, make_key_store
from onrecord_archive.writer.key_store import KeyStore
from tests.unit.archive.building import Workshop

ROWS = "SELECT * FROM sealed_key ORDER BY key_id"


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    built = Workshop(tmp_path)
    built.write(12)
    yield built
    built.close()


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(ROWS).fetchall()


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def test_a_new_store_has_every_key_of_the_others(workshop: Workshop) -> None:
    first, new = workshop.root / "keys.db", workshop.root / "new.db"
    make_key_store(new, [first])
    assert rows(new) == rows(first) != []
    assert new.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in workshop.root.glob("new.db*")) == ["new.db"]
    KeyStore(new).close()


def test_a_store_is_not_made_over_another_nor_its_folder(workshop: Workshop) -> None:
    before = rows(workshop.root / "keys.db")
    for name in ("keys.db", "unmounted/keys.db"):
        with pytest.raises(WriteFailed):
            make_key_store(workshop.root / name)
    assert rows(workshop.root / "keys.db") == before
    assert not (workshop.root / "unmounted").exists()


def test_what_one_store_lacks_it_gets_from_any(workshop: Workshop) -> None:
    first, second = workshop.root / "keys.db", workshop.root / "copy" / "keys.db"
    whole = rows(first)
    change(first, "DELETE FROM sealed_key WHERE key_id = ?", whole[0][0])
    change(second, "DELETE FROM sealed_key WHERE key_id = ?", whole[-1][0])
    assert [fill_key_store(first, [second]), fill_key_store(second, [first])] == [1, 1]
    assert rows(first) == rows(second) == whole
    assert fill_key_store(first, [second]) == 0


def test_a_destroyed_key_is_not_brought_back(workshop: Workshop) -> None:
    first, second = workshop.root / "keys.db", workshop.root / "copy" / "keys.db"
    destroyed = rows(first)[0][0]
    change(
        first,
        "UPDATE sealed_key SET sealed = NULL, destroyed_by = ? WHERE key_id = ?",
        b"by",
        destroyed,
    )
    assert [fill_key_store(first, [second]), fill_key_store(second, [first])] == [0, 1]
    assert rows(second) == rows(first)
    new = workshop.root / "new.db"
    make_key_store(new, [second])
    assert rows(new) == rows(first)


def test_a_store_says_how_many_keys_it_has_and_which_it_lacks(workshop: Workshop) -> None:
    with closing(connect_read_only(workshop.root / "keys.db")) as store:
        ids = every_key_id(store)
        assert count_keys(store) == len(ids) == len(rows(workshop.root / "keys.db"))
        assert first_lacking(store, ids) is None
        assert first_lacking(store, [*ids, bytes(16)]) == bytes(16)
