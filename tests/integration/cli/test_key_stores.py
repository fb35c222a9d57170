"""A key store that is missing, empty, older or new: what start, readiness, doctor and fill do."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile, copytree

import httpx2
import pytest

from onrecord.cli.checks.key_stores import check_key_stores
from onrecord.settings.load import load
from onrecord_archive.writer.key_fill import make_key_store
from tests.rig.command import Done, onrecord
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running


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
    return Installation(data, made.opening_key, made.ca, load(data))


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
        assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "in_use")
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


def test_a_running_server_misses_a_store_and_a_key(bank: Installation) -> None:
    filled(bank)
    with running(bank):
        assert ready(bank) == "ok"
        first(bank).rename(bank.data / "away.db")
        assert ready(bank) == "key_store_unavailable"
        copyfile(second(bank), first(bank))
        assert ready(bank) == "key_store_unavailable"
        (bank.data / "away.db").replace(first(bank))
        assert ready(bank) == "ok"
        forget(second(bank), ids(second(bank))[0])
        assert ready(bank) == "key_store_incomplete"


def ready(bank: Installation) -> str:
    transport = httpx2.HTTPTransport(uds=str(bank.settings.paths.internal))
    with httpx2.Client(transport=transport, trust_env=False, timeout=PATIENCE) as internal:
        checks: dict[str, str] = internal.get("http://internal/ready").json()["checks"]
    return checks["key_stores"]
