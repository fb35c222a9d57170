"""A key store that is missing, empty, older or new: what start, readiness, doctor and fill do."""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from onrecord.app.logged_keys import LoggedKeys
from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.cli.checks.key_stores import check_key_stores
from onrecord.cli.checks.server import check_server
from onrecord.core.store.key_use import KeyUse
from onrecord.database.database import Database
from onrecord_archive.format.errors import Unreadable
from onrecord_archive.reader.opener import Opener
from onrecord_archive.writer.key_fill import make_key_store
from tests.rig.client import client
from tests.rig.command import Done, onrecord
from tests.rig.inside import inside, ready
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    bank = install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])
    populate_conversations(bank, {}, [("anna", "marek")])
    return bank


@pytest.fixture
def bank(made: Installation, tmp_path: Path) -> Installation:
    """Return a copy of the bank, whose second key store is named and not made yet."""
    data = Path(copytree(made.data, tmp_path / "data"))
    (tmp_path / "second").mkdir()
    with (data / "onrecord.toml").open("a") as file:
        file.write(f'[keys]\ncopies = ["{tmp_path}/second/keys.db"]\n')
    return replace(made, data=data, settings=load(data))


def first(bank: Installation) -> Path:
    return bank.settings.keys.store


def second(bank: Installation) -> Path:
    return bank.settings.keys.copies[0]


def filled(bank: Installation) -> Installation:
    done = onrecord(bank.data, "keys", "fill")
    assert done.returncode == 0, done.stderr
    return bank


def code(done: Done) -> tuple[int, str]:
    return done.returncode, done.stderr.partition(":")[0]


def verdicts(bank: Installation) -> list[str]:
    return [finding.verdict for finding in check_key_stores(load(bank.data))]


def opened(bank: Installation, store: Path) -> bool:
    """Whether every record opens with this store."""
    keys = ("--opening-key", str(bank.opening_key), "--key-store", str(store))
    report = json.loads(onrecord(bank.data, "verify", *keys, "--json").stdout)
    return bool(report["result"] == "verified" and report["opened"] == report["records"] > 0)


def ids(store: Path) -> list[bytes]:
    with closing(sqlite3.connect(store)) as connection:
        return [key for (key,) in connection.execute("SELECT key_id FROM sealed_key")]


def sealed(store: Path) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return set(connection.execute("SELECT * FROM sealed_key"))


def sql(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)


def found(bank: Installation) -> tuple[str, str | None]:
    """What `onrecord verify` says, without any opening key."""
    report = json.loads(onrecord(bank.data, "verify", "--json").stdout)
    return report["result"], report.get("code")


def forget(store: Path, *keys: bytes) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.executemany("DELETE FROM sealed_key WHERE key_id = ?", [(key,) for key in keys])


def test_a_store_that_is_moved_away_is_missed_and_none_is_made(bank: Installation) -> None:
    filled(bank)
    first(bank).rename(bank.data / "away.db")
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_missing")
    assert not first(bank).exists()
    assert onrecord(bank.data, "doctor").returncode == 3
    (bank.data / "away.db").rename(first(bank))
    with running(bank):
        pass


def test_a_new_store_is_made_by_fill_alone_and_opens_every_record(bank: Installation) -> None:
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_missing")
    assert (second(bank).exists(), verdicts(bank)) == (False, ["failed"])
    filled(bank)
    assert opened(bank, second(bank))
    assert verdicts(bank) == ["ok"]
    with running(bank):
        refused = onrecord(bank.data, "keys", "fill")
        assert (refused.returncode, refused.stderr.partition(":")[0]) == (69, "in_use")
    assert ids(first(bank)) == ids(second(bank))
    assert len(ids(first(bank))) > 1


def test_the_folder_of_an_unmounted_volume_is_not_made(bank: Installation) -> None:
    second(bank).parent.rmdir()
    refused = onrecord(bank.data, "keys", "fill")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "key_store_missing")
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_missing")
    assert not second(bank).parent.exists()


def test_an_empty_or_older_store_gets_at_start_what_the_other_has(bank: Installation) -> None:
    filled(bank)
    whole = ids(first(bank))
    for lost in (whole, whole[-1:], whole[:1]):
        forget(first(bank), *lost)
        assert verdicts(bank) == ["failed"]
        populate_conversations(bank, {})
        assert set(whole) <= set(ids(first(bank)))
        assert verdicts(bank) == ["ok"]
    assert opened(bank, first(bank))


def test_a_key_that_no_store_has_is_refused_until_it_is_restored_or_said_to_be_lost(
    bank: Installation,
) -> None:
    copyfile(filled(bank).settings.keys.store, bank.data / "backup.db")
    for store in (first(bank), second(bank)):
        store.unlink()
        make_key_store(store)
    refused = onrecord(bank.data, "serve")
    assert code(refused) == (78, "key_store_incomplete")
    for store in (first(bank), second(bank)):
        store.unlink()
    done = onrecord(bank.data, "keys", "fill")
    assert (done.returncode, done.stderr.partition(":")[0]) == (78, "key_store_incomplete")
    assert verdicts(bank) == ["failed", "failed"]
    make_key_store(first(bank))
    toml = bank.data / "onrecord.toml"
    before = toml.read_text()
    setting = refused.stderr.rpartition("keys.")[2].strip()
    toml.write_text(before + setting + "\n")
    filled(bank)
    with running(bank):
        pass
    assert verdicts(bank) == ["warning"]
    toml.write_text(before)
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_incomplete")
    first(bank).unlink()
    copyfile(bank.data / "backup.db", first(bank))
    filled(bank)
    with running(bank):
        pass
    assert opened(bank, second(bank))


def test_a_file_that_is_no_key_store_is_refused(bank: Installation) -> None:
    second(bank).write_bytes(b"")
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_damaged")
    refused = onrecord(bank.data, "keys", "fill")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "key_store_damaged")


DESTROYED = "UPDATE sealed_key SET sealed = NULL, destroyed_by = zeroblob(16)"
ONE = "WHERE rowid = (SELECT max(rowid) FROM sealed_key)"


@pytest.mark.parametrize("which", ["", ONE])
def test_a_row_without_its_sealed_key_is_tampering_and_stays_in_its_store(
    bank: Installation, which: str
) -> None:
    """Whatever `destroyed_by` says, and where the two differ, so that a start compares them."""
    filled(bank)
    whole = sealed(second(bank))
    sql(first(bank), f"{DESTROYED} {which}")
    sql(second(bank), "INSERT INTO sealed_key VALUES (x'01', '', '', '', 1, '', x'00', NULL)")
    for command in (("serve",), ("keys", "fill")):
        assert code(onrecord(bank.data, *command)) == (78, "key_store_tampered")
        assert whole < sealed(second(bank))
    assert "failed" in verdicts(bank)
    assert found(bank) == ("not verified", "key_store")
    first(bank).rename(bank.data / "evidence.db")
    filled(bank)
    assert sealed(first(bank)) == whole
    assert (verdicts(bank), found(bank)) == (["ok"], ("verified", None))


def test_a_row_that_is_another_than_the_log_names_is_found_and_is_copied_nowhere(
    bank: Installation,
) -> None:
    filled(bank)
    whole = sealed(second(bank))
    sql(first(bank), f"UPDATE sealed_key SET day = '2020-01-01' {ONE}")
    assert (verdicts(bank), found(bank)) == (["failed"], ("not verified", "key_store"))
    second(bank).unlink()
    assert code(onrecord(bank.data, "keys", "fill")) == (78, "key_store_incomplete")
    assert sealed(second(bank)) < whole


TRIGGER = "CREATE TRIGGER t AFTER INSERT ON sealed_key BEGIN DELETE FROM sealed_key; END"
VIEW = ("ALTER TABLE sealed_key RENAME TO t", "CREATE VIEW sealed_key AS SELECT * FROM t")


@pytest.mark.parametrize("change", [(TRIGGER,), VIEW])
def test_another_schema_is_tampering_wherever_one_looks(
    bank: Installation, change: tuple[str, ...]
) -> None:
    filled(bank)
    whole = sealed(second(bank))
    for statement in change:
        sql(first(bank), statement)
    forget(second(bank), ids(second(bank))[0])
    left = sealed(second(bank))
    for command in (("serve",), ("keys", "fill")):
        assert code(onrecord(bank.data, *command)) == (78, "key_store_tampered")
        assert (sealed(first(bank)), sealed(second(bank))) == (whole, left)
    assert "failed" in verdicts(bank)
    assert found(bank) == ("not verified", "key_store")


@pytest.mark.parametrize("change", [TRIGGER, f"{DESTROYED} {ONE}"])
def test_a_running_server_ends_when_a_key_store_is_tampered_with(
    bank: Installation, change: str
) -> None:
    """Also where nothing is sent that would need a new key."""
    filled(bank)
    server = ServerProcess(bank)
    sql(second(bank), change)
    assert server.process.wait(PATIENCE) == 78
    server.kill()
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_tampered")


def test_a_key_of_a_record_that_was_not_published_yet_is_filled_too(bank: Installation) -> None:
    """The log is ahead of the database's position, as after a crash: the leaf is what counts."""
    filled(bank)
    whole = sealed(second(bank))
    log = LoggedKeys(bank.settings.archive.directory, Database(storage_options(bank.settings)))
    published = log._published.keys
    vars(log)["_published"] = KeyUse({}, 0)
    assert {key for key in published if log(key) is not None} == set(published) != set()
    assert sealed(second(bank)) == whole


def test_a_running_server_misses_a_store_and_a_key(bank: Installation) -> None:
    filled(bank)
    with running(bank):
        agreed(bank, "ok")
        first(bank).rename(bank.data / "away.db")
        agreed(bank, "key_store_unavailable")
        copyfile(second(bank), first(bank))
        agreed(bank, "key_store_unavailable")
        (bank.data / "away.db").replace(first(bank))
        agreed(bank, "ok")
        whole = second(bank).read_bytes()
        overwrite(second(bank), len(whole) * b"?")
        agreed(bank, "key_store_damaged")
        overwrite(second(bank), whole)
        agreed(bank, "ok")
        forget(second(bank), ids(second(bank))[0])
        agreed(bank, "ok (key_store_incomplete)")
        assert check_server(bank.settings).verdict == "warning"


def test_a_running_server_ends_when_a_wal_is_deleted_and_no_key_is_lost(bank: Installation) -> None:
    """Keys that only the WAL has come into the file as the store is closed."""
    filled(bank)
    server = ServerProcess(bank)
    wal = first(bank).with_name(f"{first(bank).name}-wal")
    asyncio.run(say(bank))
    wal.unlink()
    assert server.process.wait(PATIENCE) == 78
    server.kill()
    assert opened(bank, first(bank))
    with running(bank):
        agreed(bank, "ok")
    assert opened(bank, first(bank))
    assert opened(bank, second(bank))


async def say(bank: Installation) -> None:
    """Have a message recorded, under a data key of its own."""
    async with client(bank, "anna") as anna:
        await anna.sent(bank.direct("anna", "marek"), "under a new key")


def test_a_running_server_records_nothing_while_a_store_is_away(bank: Installation) -> None:
    filled(bank)
    with running(bank):
        first(bank).rename(bank.data / "away.db")
        closed(bank)
        (bank.data / "away.db").replace(first(bank))
        agreed(bank, "ok")


def closed(bank: Installation) -> None:
    """Wait until recording is closed, without a message that needs a new key."""
    deadline = time.monotonic() + PATIENCE
    while (found := ready(bank, "archive")) != (503, "archive_unavailable"):
        assert time.monotonic() < deadline, f"readiness says {found}"
        time.sleep(0.1)


def overwrite(store: Path, data: bytes) -> None:
    """Change a file's bytes; it is never empty."""
    with store.open("r+b") as file:
        file.write(data)


def agreed(bank: Installation, said: str) -> None:
    """Wait until readiness says this of the key stores; the metric and a new page agree."""
    deadline = time.monotonic() + PATIENCE
    on = said.startswith("ok")
    while (found := ready(bank, "key_stores")) != (200 if on else 503, said):
        assert time.monotonic() < deadline, f"readiness says {found}"
        time.sleep(0.1)
    assert f"onrecord_recording {float(on)}" in inside(bank, "/metrics").text
    assert asyncio.run(told(bank)) == ("on" if on else "unavailable")


async def told(bank: Installation) -> str:
    """What a page that connects now hears of recording."""
    async with client(bank, "anna") as anna:
        return str((await anna.frame("welcome"))["recording"])


ENDLESS = """ALTER TABLE sealed_key RENAME TO others;
    CREATE VIEW sealed_key AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r)
    SELECT others.* FROM others, r WHERE i < 0"""


def test_nothing_is_read_through_what_is_no_table_of_ours(bank: Installation) -> None:
    filled(bank)
    with closing(sqlite3.connect(second(bank))) as connection:
        connection.executescript(ENDLESS)
    assert "failed" in verdicts(bank)
    with pytest.raises(Unreadable, match="not as a key store has it"):
        Opener([], second(bank))


def the_same(store: Path, copy: Path) -> None:
    """Leave the settings to name one file twice."""
    copy.symlink_to(store)


@pytest.mark.parametrize("link", [the_same, os.link])
def test_one_file_is_no_two_stores(bank: Installation, link: Callable[[Path, Path], None]) -> None:
    link(first(bank), second(bank))
    assert code(onrecord(bank.data, "serve")) == (78, "key_store_twice")
    assert code(onrecord(bank.data, "keys", "fill")) == (78, "key_store_twice")
    assert "failed" in verdicts(bank)


def test_one_path_is_no_two_stores(bank: Installation) -> None:
    toml = bank.data / "onrecord.toml"
    text = toml.read_text()
    toml.write_text(text.replace(f'["{second(bank)}"]', f'["{second(bank)}", "{second(bank)}"]'))
    assert code(onrecord(bank.data, "keys", "fill")) == (78, "key_store_twice")
    assert not second(bank).exists()


def log_of(change: str, store: Path) -> bytes:
    """Return the WAL that a store leaves which was changed and then killed."""
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(change)
        connection.commit()
        return beside(store, "-wal").read_bytes()


def beside(store: Path, suffix: str) -> Path:
    return store.with_name(f"{store.name}{suffix}")


UNSEALED = "UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01'"
ANOTHER = """INSERT INTO sealed_key SELECT randomblob(16), stream, class, day, epoch, suite_id,
    sealed, NULL FROM sealed_key LIMIT 1"""


def test_a_store_is_not_made_beside_what_another_one_left(
    bank: Installation, tmp_path: Path
) -> None:
    left = log_of(UNSEALED, Path(copyfile(first(bank), tmp_path / "other.db")))
    beside(second(bank), "-wal").write_bytes(left)
    assert code(onrecord(bank.data, "keys", "fill")) == (1, "exists")
    assert not second(bank).exists()
    beside(second(bank), "-wal").unlink()
    assert opened(filled(bank), second(bank))


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_keys_are_not_restored_beside_what_another_store_left(
    made: Installation, tmp_path: Path, suffix: str
) -> None:
    copy, new = tmp_path / "copy", tmp_path / "new"
    assert onrecord(made.data, "backup", "keys", str(copy)).returncode == 0
    (new / "keys").mkdir(parents=True)
    (new / "onrecord.toml").write_bytes((made.data / "onrecord.toml").read_bytes())
    beside(new / "keys" / "store.db", suffix).write_bytes(b"left")
    assert code(onrecord(new, "restore", "keys", str(copy))) == (1, "exists")
    beside(new / "keys" / "store.db", suffix).unlink()
    assert onrecord(new, "restore", "keys", str(copy)).returncode == 0
    assert sealed(new / "keys" / "store.db") == sealed(first(made))


@pytest.mark.parametrize("change", [UNSEALED, "CREATE TABLE other (x)"])
def test_a_store_that_was_tampered_with_is_no_backup(
    bank: Installation, tmp_path: Path, change: str
) -> None:
    sql(first(bank), change)
    done = onrecord(bank.data, "backup", "keys", str(tmp_path / "copy"))
    assert code(done) == (78, "key_store_tampered")
    assert not (tmp_path / "copy").exists()


def test_the_backup_of_an_emptied_store_fails_and_its_wal_stays(
    bank: Installation, tmp_path: Path
) -> None:
    left = log_of(ANOTHER, first(bank))
    beside(first(bank), "-wal").write_bytes(left)
    first(bank).write_bytes(b"")
    done = onrecord(bank.data, "backup", "keys", str(tmp_path / "copy"))
    assert code(done) == (78, "key_store_damaged")
    assert beside(first(bank), "-wal").read_bytes() == left


@pytest.mark.parametrize("name", ["100%41", "keys #1", "what?"])
def test_a_backup_has_the_keys_whatever_the_folder_is_called(
    made: Installation, tmp_path: Path, name: str
) -> None:
    data = Path(copytree(made.data, tmp_path / name))
    assert onrecord(data, "backup", "keys", str(tmp_path / "copy")).returncode == 0
    assert sealed(tmp_path / "copy" / "store.db") == sealed(first(made))
    assert {path.name for path in tmp_path.iterdir()} == {name, "copy"}
