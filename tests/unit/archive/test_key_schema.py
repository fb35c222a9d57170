"""A key store's schema is exactly ours: nothing in its file acts when a key is put there."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord_archive.format.errors import CannotOpen, Corrupt, NotVerified, Unreadable
from onrecord_archive.format.key_table import (
    CREATE,
    connect_read_only,
    every_key_id,
    require_key,
    require_untampered,
)
from onrecord_archive.format.leaf import KeyLeaf
from onrecord_archive.verify.key_stores import KeyStoreChecker
from onrecord_archive.writer.key_fill import Named, fill_key_store, make_key_store
from onrecord_archive.writer.key_store import KeyStore
from tests.unit.archive.building import Workshop
from tests.unit.archive.test_key_fill import FIRST, change, leaves, rows

ACTIONS = (
    "DELETE FROM sealed_key",
    "SELECT raise(IGNORE)",
    "SELECT raise(ABORT, 'no')",
    "UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01'",
    "UPDATE sealed_key SET sealed = zeroblob(1168)",
    (
        "INSERT OR REPLACE INTO sealed_key SELECT zeroblob(16), stream, class, day, epoch,"
        " suite_id, sealed, NULL FROM sealed_key LIMIT 1"
    ),
)
triggers = st.builds(
    "CREATE TRIGGER {} {} {} ON sealed_key {} BEGIN {}; END".format,
    st.sampled_from(["t", "unsealed_key2", "sealed_key_room"]),
    st.sampled_from(["BEFORE", "AFTER"]),
    st.sampled_from(["INSERT", "DELETE", "UPDATE", "UPDATE OF sealed"]),
    st.sampled_from(["", "FOR EACH ROW", "WHEN 1 = 0"]),
    st.sampled_from(ACTIONS),
)
REAL = "ALTER TABLE sealed_key RENAME TO there;"
FOLDED = " ".join(CREATE.replace("IF NOT EXISTS", "").split())
UNINDEXED = "DROP INDEX unsealed_key;"
REMADE = (
    f"{UNINDEXED} {REAL} {{}}; INSERT INTO sealed_key SELECT {{}} FROM there; DROP TABLE there;"
)
others = st.sampled_from(
    [
        f"{REAL} CREATE VIEW sealed_key AS SELECT * FROM there",
        (
            f"{REAL} CREATE VIEW sealed_key AS SELECT rowid, * FROM there; CREATE TRIGGER t"
            " INSTEAD OF INSERT ON sealed_key BEGIN SELECT 1; END"
        ),
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE room (filler BLOB)",
        "CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE INDEX i ON sealed_key (day)",
        "CREATE UNIQUE INDEX i ON sealed_key (stream, class, day)",
        f"{UNINDEXED} CREATE INDEX unsealed_key ON sealed_key (key_id) WHERE sealed IS NOT NULL",
        f"{UNINDEXED} CREATE UNIQUE INDEX unsealed_key ON sealed_key (stream)",
        "ANALYZE",
        "ALTER TABLE sealed_key ADD COLUMN more TEXT",
        "ALTER TABLE sealed_key RENAME COLUMN destroyed_by TO gone_by",
        f"{REAL} ALTER TABLE there RENAME TO SEALED_KEY",
        REMADE.format("CREATE TABLE sealed_key AS SELECT * FROM there WHERE 0", "*"),
        *(
            REMADE.format(FOLDED.replace(old, new), columns)
            for old, new, columns in (
                (" STRICT", "", "*"),
                ("PRIMARY KEY", "PRIMARY KEY ON CONFLICT IGNORE", "*"),
                ("PRIMARY KEY", "PRIMARY KEY ON CONFLICT REPLACE", "*"),
                ("stream TEXT NOT NULL", "stream TEXT NOT NULL UNIQUE ON CONFLICT REPLACE", "*"),
                ("stream TEXT NOT NULL", "stream TEXT", "*"),
                (
                    "destroyed_by BLOB,",
                    "destroyed_by BLOB AS (CASE WHEN sealed IS NULL THEN x'' END),",
                    "key_id, stream, class, day, epoch, suite_id, sealed",
                ),
            )
        ),
    ]
)


def spoil(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA legacy_alter_table=ON; {statements};")


def seen(path: Path) -> None:
    """What a start, the auditor and doctor look at."""
    with closing(connect_read_only(path)) as store:
        require_untampered(store)


def verified(path: Path) -> None:
    with closing(KeyStoreChecker([path])) as checker:
        checker.begin()


@dataclass
class Kept:
    """The stores' folder, the log's leaves by key, and its keys in the order of their ids."""

    root: Path
    named: Named
    keys: list[tuple[KeyLeaf, bytes]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Two closed key stores of a small log."""
    built = Workshop(tmp_path_factory.mktemp("kept"))
    built.write(12, streams=3)
    named = leaves(built)
    built.close()
    with closing(connect_read_only(built.root / "keys.db")) as store:
        found = [leaf for key in sorted(every_key_id(store)) if (leaf := named(key))]
        return Kept(built.root, named, [(leaf, require_key(store, leaf)) for leaf in found])


@pytest.fixture
def place(kept: Kept, tmp_path: Path) -> Path:
    return Path(copytree(kept.root, tmp_path / "stores"))


@settings(max_examples=60, deadline=None)
@given(st.one_of(triggers, others))
def test_any_other_schema_is_found_and_nothing_is_put_there(kept: Kept, statements: str) -> None:
    root = Path(mkdtemp(dir=kept.root.parent)) / "stores"
    copytree(kept.root, root)
    first, second = root / "keys.db", root / "copy" / "keys.db"
    whole = rows(second)
    change(first, f"DELETE FROM sealed_key {FIRST}")
    with closing(KeyStore(first)) as opened:
        spoil(first, statements)
        before = first.with_name("keys.db-wal").read_bytes()
        with pytest.raises(CannotOpen):
            seen(first)
        with pytest.raises(NotVerified) as caught:
            verified(first)
        assert (caught.value.code, caught.value.file) == ("key_store", str(first))
        with pytest.raises(Corrupt):
            opened.add(kept.keys[:1])
        with pytest.raises(Corrupt):
            opened.prove_room(100)
        with pytest.raises(Corrupt):
            fill_key_store(first, [second], kept.named)
        assert first.with_name("keys.db-wal").read_bytes() == before
    with pytest.raises(Corrupt):
        KeyStore(first)
    assert rows(second) == whole
    rmtree(root.parent)


def test_control_our_own_schema_passes_with_its_index_and_without(kept: Kept, place: Path) -> None:
    path, whole = place / "keys.db", rows(place / "keys.db")
    seen(path)
    spoil(path, UNINDEXED)
    seen(path)
    verified(path)
    change(path, f"DELETE FROM sealed_key {FIRST}")
    with closing(KeyStore(path)) as opened:
        opened.prove_room(100)
        opened.add(kept.keys[:1])
        seen(path)
    assert rows(path) == whole
    verified(path)


def test_a_file_without_a_key_store_could_not_be_read(place: Path) -> None:
    for path in (place / "keys.db", place / "empty.db"):
        spoil(path, "DROP TABLE IF EXISTS sealed_key")
        with pytest.raises(Unreadable):
            seen(path)
        with pytest.raises(Unreadable):
            verified(path)


def test_a_key_that_is_not_there_after_its_commit_is_not_used(kept: Kept, place: Path) -> None:
    """Whatever took it: here a trigger of the connection alone, which no schema shows."""
    path = place / "new.db"
    make_key_store(path)
    for statement in ("DELETE FROM sealed_key", "UPDATE sealed_key SET day = '2020-01-01'"):
        with closing(KeyStore(path)) as opened:
            opened._connection.executescript(
                f"CREATE TEMP TRIGGER t AFTER INSERT ON main.sealed_key BEGIN {statement}; END"
            )
            with pytest.raises(Corrupt) as caught:
                opened.add(kept.keys[:1])
            assert caught.value.file == str(path)
        change(path, "DELETE FROM sealed_key")


def opened(path: Path) -> int:
    """How many descriptors of this process a file has."""
    names = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sum(str(name) == str(path) for name in names)


def test_a_store_that_cannot_be_read_leaves_none_open(kept: Kept, tmp_path: Path) -> None:
    store = tmp_path / "keys.db"
    store.write_bytes((kept.root / "keys.db").read_bytes())
    with closing(KeyStoreChecker([store])):
        assert opened(store) == 1
    with pytest.raises(Unreadable) as raised:
        KeyStoreChecker([store, tmp_path / "none.db"])
    assert opened(store) == 0, raised
