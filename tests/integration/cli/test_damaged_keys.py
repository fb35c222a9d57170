"""A key file with a flipped byte is named at start, before anything is sealed or signed with it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, copytree, rmtree

import pytest

from onrecord.app.adopt import adopt_stubs
from onrecord.app.offline import record_keys
from onrecord.app.recording import recording
from onrecord.app.settings.keys import ServerKey
from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.app.settings.paths import DataPaths
from onrecord.cli.checks.database import check_database
from onrecord.cli.checks.key_files import check_keys
from onrecord.cli.exits import explain
from onrecord.cli.installation import make_installation
from onrecord.core.domain.errors import OnRecordError, RefuseToStart
from onrecord.core.store.server_key import known_fingerprint
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.format.errors import ArchiveError
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations, surroundings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    bank = install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])
    populate_conversations(bank, {}, [("anna", "marek")])
    asyncio.run(record_keys(bank.settings))
    return bank


def copy_of(made: Installation, tmp_path: Path) -> Installation:
    data = Path(copytree(made.data, tmp_path / "data"))
    return replace(made, data=data, settings=load(data))


async def start(bank: Installation) -> None:
    async with recording(bank.settings, surroundings()):
        pass


def refusal(bank: Installation) -> tuple[int, str, str]:
    """Return exit code, code and what a start says; (0, "", "") where it starts."""
    try:
        asyncio.run(start(bank))
    except (OnRecordError, ArchiveError) as error:
        status, code, advice = explain(error)
        return status, code, f"{error} {advice}"
    return 0, "", ""


def flip(path: Path, place: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(data)


KEY_FILES: dict[str, Callable[[Installation], Path]] = {
    "policy": lambda bank: bank.settings.paths.policy,
    "ed25519": lambda bank: bank.settings.paths.log_keys / "ed25519.key",
    "ml-dsa-44": lambda bank: bank.settings.paths.log_keys / "ml-dsa-44.key",
    "compliance": lambda bank: bank.settings.paths.compliance_keys / "epoch-1.pub",
    "server": lambda bank: bank.settings.paths.server_key,
    "database": lambda bank: bank.settings.paths.database_key,
}


@pytest.mark.parametrize("name", KEY_FILES)
def test_a_flipped_bit_of_a_key_file_refuses_the_start_and_names_the_file(
    made: Installation, tmp_path: Path, name: str
) -> None:
    bank = copy_of(made, tmp_path)
    path = KEY_FILES[name](bank)
    whole = path.read_bytes()
    assert refusal(bank) == (0, "", "")
    tails = sorted((bank.data / "archive" / "tails").iterdir())
    for place in (len(whole) // 3, len(whole) // 2, -3):
        for bit in (0, 2):
            flip(path, place, bit)
            status, code, said = refusal(bank)
            folder = str(path.parent) if name in ("ed25519", "ml-dsa-44") else str(path)
            assert (status, folder in said) == (78, True), (code, said)
            path.write_bytes(whole)
    assert sorted((bank.data / "archive" / "tails").iterdir()) == tails, "no tail was begun"
    assert refusal(bank) == (0, "", "")


def test_doctor_names_them_too(made: Installation, tmp_path: Path) -> None:
    bank = copy_of(made, tmp_path)
    for name in ("policy", "ed25519", "server"):
        path = KEY_FILES[name](bank)
        whole = path.read_bytes()
        flip(path, len(whole) // 2, 2)
        (found,) = [one for one in check_keys(bank.settings) if one.verdict == "failed"]
        assert str(path.parent) in found.detail
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("name", "damage"),
    # Without a policy nothing is installed there.
    [*((name, "garbage") for name in KEY_FILES), *((name, "gone") for name in [*KEY_FILES][1:])],
)
def test_doctor_goes_on_to_its_last_check_whatever_file_of_a_key_is_damaged(
    made: Installation, tmp_path: Path, name: str, damage: str
) -> None:
    bank = copy_of(made, tmp_path)
    path = KEY_FILES[name](bank)
    path.unlink()
    if damage == "garbage":
        path.write_text("garbage\n")
    done = onrecord(bank.data, "doctor", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, found[-1]["check"]) == (3, "server"), done.stderr


def test_a_secret_from_before_it_had_a_check_is_taken(made: Installation, tmp_path: Path) -> None:
    bank = copy_of(made, tmp_path)
    path = bank.settings.paths.server_key
    path.write_bytes(path.read_bytes()[:32])
    assert refusal(bank) == (0, "", "")


WRONG: dict[str, Callable[[Path], bytes]] = {
    "32 other bytes": lambda folder: bytes(range(32)),
    "another server's": lambda folder: another_server(folder).read_bytes(),
    "another server's, without its check": lambda folder: another_server(folder).read_bytes()[:32],
}


def another_server(folder: Path) -> Path:
    paths = DataPaths(folder / "another")
    make_installation(paths, origin="rig.example/log", opening_key=folder / "another.key")
    return paths.server_key


@pytest.mark.parametrize("name", WRONG)
def test_a_well_formed_server_key_that_is_not_this_servers_is_refused_everywhere(
    made: Installation, tmp_path: Path, name: str
) -> None:
    bank = copy_of(made, tmp_path)
    path = bank.settings.paths.server_key
    whole = path.read_bytes()
    tails = sorted((bank.data / "archive" / "tails").iterdir())
    path.write_bytes(WRONG[name](tmp_path))
    status, code, said = refusal(bank)
    assert (status, code, str(path) in said) == (78, "key_damaged", True), said
    with pytest.raises(RefuseToStart, match=r"server\.key is not the key"):
        adopt_stubs(bank.settings, lambda done, total: None)
    (found,) = [one for one in check_database(bank.settings) if one.verdict == "failed"]
    assert (found.check, str(path) in found.detail) == ("server key", True)
    assert sorted((bank.data / "archive" / "tails").iterdir()) == tails, "no tail was begun"
    path.write_bytes(whole)
    assert refusal(bank) == (0, "", "")
    assert [one for one in check_database(bank.settings) if one.verdict != "ok"] == []


def test_the_first_start_on_a_database_that_knows_no_server_key_keeps_the_one_it_finds(
    made: Installation, tmp_path: Path
) -> None:
    """So does the first one after an upgrade, and after a restore from before the upgrade."""
    bank = copy_of(made, tmp_path)
    path, database = bank.settings.paths.server_key, Database(storage_options(bank.settings))
    with database.writing() as tx:
        tx.run(sql("DELETE FROM server_key"))
    before = path.read_bytes()
    path.write_bytes(bytes(range(32)))
    assert [one for one in check_database(bank.settings) if one.verdict != "ok"] == []
    assert known_fingerprint(database) is None, "the doctor changes nothing"
    assert refusal(bank) == (0, "", "")
    assert known_fingerprint(database) == ServerKey(bytes(range(32))).fingerprint()
    database.close()
    path.write_bytes(before)
    assert refusal(bank)[:2] == (78, "key_damaged")


def test_a_lost_server_key_is_made_again_on_request_alone(
    made: Installation, tmp_path: Path
) -> None:
    bank = copy_of(made, tmp_path)
    path = bank.settings.paths.server_key
    refused = onrecord(bank.data, "keys", "renew-server")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "exists")
    lost = path.rename(tmp_path / "lost.key").read_bytes()
    assert refusal(bank)[:2] == (78, "secret_unreadable")
    assert not path.exists(), "a start makes none"
    renewed = onrecord(bank.data, "keys", "renew-server")
    assert (renewed.returncode, str(path) in renewed.stdout) == (0, True), renewed.stderr
    assert refusal(bank) == (0, "", "")
    path.write_bytes(lost)
    assert refusal(bank)[:2] == (78, "key_damaged")


def test_an_archive_that_is_older_than_the_database_is_called_that(
    made: Installation, tmp_path: Path
) -> None:
    bank = copy_of(made, tmp_path)
    populate_conversations(bank, {"Later": ["anna", "marek"]})
    archive = bank.settings.archive.directory
    newer = Path(copytree(archive, tmp_path / "newer"))
    rmtree(archive)
    copytree(made.settings.archive.directory, archive)
    status, code, _ = refusal(bank)
    assert (status, code) == (78, "archive_behind_journal")
    rmtree(archive)
    copytree(newer, archive)
    assert refusal(bank) == (0, "", "")


def test_control_an_archive_that_lost_its_end_is_damaged(
    made: Installation, tmp_path: Path
) -> None:
    bank = copy_of(made, tmp_path)
    tail = max((bank.settings.archive.directory / "tails").iterdir())
    copy = tmp_path / "tail"
    copyfile(tail, copy)
    tail.chmod(0o600)
    tail.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    assert refusal(bank)[1] == "archive_corrupt"


def test_the_keys_backup_says_what_is_in_no_backup(made: Installation, tmp_path: Path) -> None:
    done = onrecord(made.data, "backup", "keys", str(tmp_path / "keys"))
    assert done.returncode == 0
    for left in (made.settings.paths.settings, made.settings.paths.tls):
        assert str(left) in done.stdout
    assert not list((tmp_path / "keys").rglob("*.toml"))
