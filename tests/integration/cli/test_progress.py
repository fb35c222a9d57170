"""Long work shows at a terminal how far it is, and nowhere else."""

import os
import pty
from contextlib import redirect_stderr, suppress
from pathlib import Path

import pytest

from onrecord.cli.main import app
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        pass
    return made


def shown(data: Path, *arguments: str) -> str:
    """What a command writes to stderr where that is a terminal; it succeeds."""
    reading, writing = pty.openpty()
    with os.fdopen(reading, "rb", buffering=0) as screen:
        with open(writing, "w", encoding="utf-8") as stderr, redirect_stderr(stderr):
            status = app(["--data", str(data), *arguments], standalone_mode=False)
        said = b""
        with suppress(OSError):  # so a terminal says that its other end has closed
            while piece := screen.read(65_536):
                said += piece
    assert not status, said.decode()
    return said.decode()


def test_verify_tells_how_many_entries_are_done(bank: Installation) -> None:
    assert " entries (" in shown(bank.data, "verify")
    assert onrecord(bank.data, "verify").stderr == ""


def test_what_copies_and_restores_shows_a_bar(bank: Installation, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "onrecord.toml").write_bytes((bank.data / "onrecord.toml").read_bytes())
    for what in ("keys", "database", "archive"):
        copy = str(tmp_path / what)
        copied = shown(bank.data, "backup", what, copy)
        assert what == "keys" or f"Copying the {what}" in copied
        restored = shown(new, "restore", what, copy)
        assert what == "keys" or f"Restoring the {what}" in restored
        assert what != "archive" or "Verifying the copy" in restored


def test_migrate_shows_a_bar(bank: Installation) -> None:
    assert "Migrating the database" in shown(bank.data, "migrate")
