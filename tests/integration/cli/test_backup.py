"""What was backed up can be restored, and what would use a number twice does not start."""

import json
from pathlib import Path

import pytest

from onrecord.app.settings.load import load
from tests.rig.command import onrecord, verified
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "marek", "julia"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    return made


def backed_up(bank: Installation, folder: Path) -> Path:
    """Back everything up beside the running server."""
    folder.mkdir()
    with running(bank):
        for what in ("database", "archive", "keys"):
            done = onrecord(bank.data, "backup", what, str(folder / what), "--json")
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)[what] == str(folder / what)
    return folder


def size_of(archive: Path, bank: Installation) -> int:
    policy = str(bank.settings.paths.policy)
    return int(json.loads(verified(bank.data, str(archive), "--policy", policy, "--json"))["size"])


def test_everything_comes_back_from_the_three_copies(bank: Installation, tmp_path: Path) -> None:
    copies = backed_up(bank, tmp_path / "copies")
    new = tmp_path / "new"
    new.mkdir()
    (new / "onrecord.toml").write_bytes((bank.data / "onrecord.toml").read_bytes())
    for what in ("keys", "database", "archive"):
        done = onrecord(new, "restore", what, str(copies / what))
        assert done.returncode == 0, done.stderr
    restored = Installation(new, bank.opening_key, bank.ca, load(new))
    (new / "tls").rmdir()
    (bank.data / "tls").rename(new / "tls")
    with running(restored):
        pass
    opening = ("--opening-key", str(bank.opening_key))
    store = ("--key-store", str(restored.settings.keys.store))
    verified(new, *opening, *store)


def test_a_copy_of_the_archive_is_continued(bank: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert onrecord(bank.data, "backup", "archive", str(copy)).returncode == 0
    before = size_of(copy, bank)
    populate_conversations(bank, {"Another": ["anna", "julia"]})
    assert onrecord(bank.data, "backup", "archive", str(copy)).returncode == 0
    assert size_of(copy, bank) == size_of(bank.settings.archive.directory, bank) > before


def test_the_copies_of_database_and_archive_hold_no_key(bank: Installation, tmp_path: Path) -> None:
    copies = backed_up(bank, tmp_path / "copies")
    secrets = [path.read_bytes() for path in (copies / "keys").rglob("*.key")]
    assert len(secrets) == 4
    others = [
        path.read_bytes()
        for path in (copies / "database", *(copies / "archive").rglob("*"))
        if path.is_file()
    ]
    assert not any(secret in content for secret in secrets for content in others)
    assert not (copies / "database").read_bytes().startswith(b"SQLite format 3")


def test_an_older_database_is_behind_the_archive_and_does_not_start(
    bank: Installation, tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    assert onrecord(bank.data, "backup", "database", str(older)).returncode == 0
    populate_conversations(bank, {"Another": ["anna", "julia"]})
    database = bank.settings.paths.database
    for path in database.parent.iterdir():
        path.unlink()
    assert onrecord(bank.data, "restore", "database", str(older)).returncode == 0
    refused = onrecord(bank.data, "serve")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "journal_behind_archive")


def test_nothing_is_ever_replaced(bank: Installation, tmp_path: Path) -> None:
    copies = backed_up(bank, tmp_path / "copies")
    for what in ("database", "archive", "keys"):
        refused = onrecord(bank.data, "restore", what, str(copies / what))
        assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "exists")
    for what in ("database", "keys"):
        refused = onrecord(bank.data, "backup", what, str(copies / what))
        assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "exists")


def test_a_damaged_copy_of_the_archive_is_not_restored(bank: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    onrecord(bank.data, "backup", "archive", str(copy))
    tail = next((copy / "tails").iterdir())
    content = bytearray(tail.read_bytes())
    content[len(content) // 3] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(content)
    archive = bank.settings.archive.directory
    archive.rename(tmp_path / "lost")
    assert onrecord(bank.data, "restore", "archive", str(copy)).returncode == 3
    assert not archive.exists()
