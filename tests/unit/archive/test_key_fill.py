"""What a key store gets from another: the keys that the log names, as it names them; no more."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onrecord_archive.format.errors import ArchiveError, CannotOpen, NotVerified, WriteFailed
from onrecord_archive.format.key_table import (
    INDEX,
    connect_read_only,
    count_keys,
    every_key_id,
    first_lacking,
    read_sealed_key,
    require_untampered,
)
from onrecord_archive.format.leaf import KeyLeaf, decode_leaf
from onrecord_archive.verify.key_stores import KeyStoreChecker
from onrecord_archive.writer.key_fill import Named, fill_key_store, make_key_store
from onrecord_archive.writer.key_store import KeyStore
from tests.unit.archive.building import Workshop

ROWS = "SELECT * FROM sealed_key ORDER BY key_id"
FIRST = "WHERE key_id = (SELECT min(key_id) FROM sealed_key)"


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


def leaves(workshop: Workshop) -> Named:
    """The log's key leaves, by key."""
    found = {}
    for index in range(workshop.log.size):
        leaf = decode_leaf(workshop.reader().leaf(index))
        if isinstance(leaf, KeyLeaf):
            found[bytes.fromhex(leaf.key_id)] = leaf
    assert found
    return found.get


def test_a_new_store_has_every_key_of_the_others(workshop: Workshop) -> None:
    first, new = workshop.root / "keys.db", workshop.root / "new.db"
    make_key_store(new, [first], leaves(workshop))
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
    named = leaves(workshop)
    filled = [fill_key_store(first, [second], named), fill_key_store(second, [first], named)]
    assert filled == [1, 1]
    assert rows(first) == rows(second) == whole
    assert fill_key_store(first, [second], named) == 0


def test_a_row_that_no_leaf_names_is_not_copied(workshop: Workshop) -> None:
    """As a crash leaves it between the key stores and the log."""
    first, second = workshop.root / "keys.db", workshop.root / "copy" / "keys.db"
    before = rows(second)
    change(
        first,
        "INSERT INTO sealed_key SELECT zeroblob(16), stream, class, day, epoch, suite_id, sealed,"
        f" destroyed_by FROM sealed_key {FIRST}",
    )
    assert fill_key_store(second, [first], leaves(workshop)) == 0
    make_key_store(workshop.root / "new.db", [first], leaves(workshop))
    assert rows(second) == rows(workshop.root / "new.db") == before


Mutation = Callable[[Path, int], None]


def _sql(statement: str) -> Mutation:
    def mutate(path: Path, number: int) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            ids = [key for (key,) in connection.execute("SELECT key_id FROM sealed_key")]
            if ids:
                with connection:
                    connection.execute(statement, {"key": ids[number % len(ids)], "n": number})

    return mutate


def _rebuilt(path: Path, number: int) -> None:
    """The same rows in a table that takes anything, with one odd value."""
    column = ("stream", "class", "day", "epoch", "suite_id", "sealed", "key_id")[number % 7]
    value = ("'x'", "x'00'", "1.5", "NULL", "zeroblob(1168)")[number % 5]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE loose AS SELECT * FROM sealed_key; DROP TABLE sealed_key;"
            "ALTER TABLE loose RENAME TO sealed_key;"
            f"UPDATE sealed_key SET {column} = {value} WHERE rowid % 2 = {number % 2};"
        )


def _flipped(path: Path, number: int) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[number % len(data)] ^= 1 << number % 8
    path.write_bytes(data)


def _cut(path: Path, number: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: number % (len(data) + 1)])


MUTATIONS: dict[str, Mutation] = {
    "sealed": _sql(
        "UPDATE sealed_key SET sealed = NULL, destroyed_by = zeroblob(16) WHERE key_id = :key"
    ),
    "every sealed": _sql("UPDATE sealed_key SET sealed = NULL, destroyed_by = randomblob(16)"),
    "another": _sql("UPDATE sealed_key SET sealed = randomblob(1168) WHERE key_id = :key"),
    "stream": _sql("UPDATE sealed_key SET stream = stream || 'x' WHERE key_id = :key"),
    "class": _sql("UPDATE sealed_key SET class = 'other' WHERE key_id = :key"),
    "day": _sql("UPDATE sealed_key SET day = '2020-01-01' WHERE key_id = :key"),
    "epoch": _sql("UPDATE sealed_key SET epoch = epoch + :n % 3 WHERE key_id = :key"),
    "suite": _sql("UPDATE sealed_key SET suite_id = '1-1-1' WHERE key_id = :key"),
    "removed": _sql("DELETE FROM sealed_key WHERE key_id = :key"),
    "renamed": _sql("UPDATE sealed_key SET key_id = randomblob(16) WHERE key_id = :key"),
    "moved": _sql("UPDATE sealed_key SET rowid = rowid + 9000000000 WHERE key_id = :key"),
    "trigger": _sql(
        "CREATE TRIGGER IF NOT EXISTS t AFTER INSERT ON sealed_key BEGIN"
        " UPDATE sealed_key SET sealed = NULL, destroyed_by = 'x'; END"
    ),
    "view": _sql("ALTER TABLE sealed_key RENAME TO there"),
    "rebuilt": _rebuilt,
    "flipped": _flipped,
    "cut": _cut,
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Named]:
    """Two closed key stores, and the log's leaves."""
    built = Workshop(tmp_path_factory.mktemp("kept"))
    built.write(24, streams=6)
    named = leaves(built)
    built.close()
    return built.root, named


@settings(max_examples=50, deadline=None)
@example(mutations=[("flipped", 593_703)], lacks=0)  # the schema is no UTF-8 any more
@given(
    mutations=st.lists(
        st.tuples(st.sampled_from(sorted(MUTATIONS)), st.integers(0, 2**20)), min_size=1, max_size=3
    ),
    lacks=st.integers(0, 3),
)
def test_whatever_is_done_to_one_store_another_only_gains_rows_that_the_log_names(
    kept: tuple[Path, Named], mutations: list[tuple[str, int]], lacks: int
) -> None:
    root, named = Path(mkdtemp(dir=kept[0].parent)) / "stores", kept[1]
    copytree(kept[0], root)
    first, second = root / "keys.db", root / "copy" / "keys.db"
    whole = rows(second)
    for key_id, *_ in whole[:lacks]:
        change(second, "DELETE FROM sealed_key WHERE key_id = ?", key_id)
    before = rows(second)
    for name, number in mutations:
        with suppress(sqlite3.Error, UnicodeDecodeError):
            MUTATIONS[name](first, number)
    mutated = first.read_bytes()
    with suppress(ArchiveError):
        fill_key_store(second, [first], named)
    assert first.read_bytes() == mutated, "a source is only read"
    after = rows(second)
    assert set(before) <= set(after) <= set(whole)
    with suppress(ArchiveError):
        make_key_store(root / "new.db", [first], named)
        assert set(rows(root / "new.db")) <= set(whole)
    # What was changed may be filled itself; that is no way into the other one either.
    with suppress(ArchiveError):
        fill_key_store(first, [second], named)
    assert rows(second) == after
    rmtree(root.parent)


def test_control_a_store_that_lacks_keys_gains_them_from_an_untouched_one(
    kept: tuple[Path, Named], tmp_path: Path
) -> None:
    root, named = Path(copytree(kept[0], tmp_path / "stores")), kept[1]
    first, second = root / "keys.db", root / "copy" / "keys.db"
    whole = rows(second)
    change(second, "DELETE FROM sealed_key")
    assert fill_key_store(second, [first], named) == len(whole) == 6
    assert rows(second) == whole


@pytest.mark.parametrize("indexed", [True, False])
def test_a_row_without_its_sealed_key_is_found_whatever_it_says(
    workshop: Workshop, *, indexed: bool
) -> None:
    path = workshop.root / "keys.db"
    if not indexed:
        change(path, "DROP INDEX unsealed_key")
    with closing(connect_read_only(path)) as store:
        require_untampered(store)
    change(path, f"UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01' {FIRST}")
    with closing(connect_read_only(path)) as store:
        lost = min(every_key_id(store))
        with pytest.raises(CannotOpen):
            require_untampered(store)
        with pytest.raises(CannotOpen):
            read_sealed_key(store, lost.hex())
        assert first_lacking(store, every_key_id(store)) == lost


def hide_from_the_index(path: Path) -> None:
    """Take a row's sealed key away while SQLite does not know of the index, which keeps silent."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA writable_schema = 1")
        (found,) = base.execute("SELECT * FROM sqlite_master WHERE name = 'unsealed_key'")
        base.execute("DELETE FROM sqlite_master WHERE name = 'unsealed_key'")
    change(path, f"UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01' {FIRST}")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA writable_schema = 1")
        base.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", found)


def test_a_checker_reads_the_rows_and_not_what_an_index_says_of_them(workshop: Workshop) -> None:
    path = workshop.root / "keys.db"
    workshop.close()
    hide_from_the_index(path)
    with closing(connect_read_only(path)) as store:
        require_untampered(store)  # as a start does, in no time; it asks for each key besides
        with pytest.raises(CannotOpen):
            require_untampered(store, read_rows=True)
    with closing(KeyStoreChecker([path])) as checker, pytest.raises(NotVerified):
        checker.begin()


def test_a_store_without_the_index_gets_it_when_it_is_opened(workshop: Workshop) -> None:
    path = workshop.root / "keys.db"
    change(path, "DROP INDEX unsealed_key")
    KeyStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql > ''"
        )
        assert [sql.split() for (sql,) in found] == [
            INDEX.replace("IF NOT EXISTS ", "").split(),
        ]


def test_a_store_says_how_many_keys_it_has_and_which_it_lacks(workshop: Workshop) -> None:
    with closing(connect_read_only(workshop.root / "keys.db")) as store:
        ids = every_key_id(store)
        assert count_keys(store) == len(ids) == len(rows(workshop.root / "keys.db"))
        assert first_lacking(store, ids) is None
        assert first_lacking(store, [*ids, bytes(16)]) == bytes(16)
