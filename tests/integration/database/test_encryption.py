"""The embedded database is encrypted at rest, and says when it was changed."""

import os
from pathlib import Path
from shutil import copytree

import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Damaged
from onrecord.core.store.rebuild import rebuild
from onrecord.database.database import Database
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.schema import check_schema
from tests.integration.databases import migrated_options
from tests.integration.world import World

CANARY = "canary-7c1d9f"
PAGE = 4096


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which 300 messages with the canary were said; closed, WAL and all."""
    folder = tmp_path_factory.mktemp("filled")
    options = migrated_options(folder)
    database = Database(options)
    world = World(database)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, title=CANARY)
    for n in range(300):
        world.say(anna, stream, f"{CANARY} {n}")
    (folder / "wal-while-open").write_bytes((folder / "onrecord.db-wal").read_bytes())
    database.close()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """The same for one test, which may do what it likes to it."""
    return Path(copytree(filled, tmp_path / "filled"))


def options_of(folder: Path) -> StorageOptions:
    """The options of the database in a folder."""
    return StorageOptions(SqlcipherOptions(folder / "onrecord.db", folder / "database.key"))


def test_no_text_is_in_the_files(folder: Path) -> None:
    for name in ("onrecord.db", "wal-while-open"):
        data = (folder / name).read_bytes()
        assert len(data) > 100 * PAGE
        assert CANARY.encode() not in data
        assert b"CREATE TABLE" not in data
        assert not data.startswith(b"SQLite format 3")


def test_another_key_does_not_open_it(folder: Path) -> None:
    (folder / "database.key").write_bytes(os.urandom(32))
    with pytest.raises(Damaged) as raised:
        check_schema(Database(options_of(folder)))
    assert raised.value.code == "database_damaged"
    assert "onrecord restore" in raised.value.diagnostics


def test_a_damaged_first_page_refuses_the_start(folder: Path) -> None:
    flip(folder / "onrecord.db", 100)
    with pytest.raises(Damaged) as raised:
        check_schema(Database(options_of(folder)))
    assert raised.value.code == "database_damaged"


def test_a_flipped_byte_is_damage_when_its_page_is_read(folder: Path) -> None:
    path = folder / "onrecord.db"
    for page in range(1, path.stat().st_size // PAGE):
        flip(path, page * PAGE + 1000)
    database = Database(options_of(folder))
    with pytest.raises(Damaged, match="damaged"):
        rebuild(database, PROJECTORS, lambda done, of: None)
    database.close()


def test_reading_a_flipped_byte_is_damage_too(folder: Path) -> None:
    path = folder / "onrecord.db"
    for page in range(1, path.stat().st_size // PAGE):
        flip(path, page * PAGE + 1000)
    database = Database(options_of(folder))
    with pytest.raises(Damaged, match="damaged"):
        check_schema(database)
    database.close()


def test_the_same_file_unchanged_is_read(folder: Path) -> None:
    """The control."""
    database = Database(options_of(folder))
    check_schema(database)
    assert rebuild(database, PROJECTORS, lambda done, of: None) == 301
    database.close()


def flip(path: Path, offset: int) -> None:
    """Change one bit."""
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1]))
