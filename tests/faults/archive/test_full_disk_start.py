"""A start on a full disk says so, leaves with 69 and loses nothing; with room again it goes on."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from onrecord.app import recording as composing
from onrecord.app.events import TABLES
from onrecord.app.settings.options import storage_options
from onrecord.core.store.journal import JournalStore
from onrecord.database.database import Database
from onrecord_archive.format.errors import WriteFailed
from onrecord_archive.format.layout import TAILS
from tests.faults.archive.test_full_disk import fill
from tests.faults.load import Writer, more_promises, writing
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running

NOT_NOW = 69


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Installation]:
    """A bank whose whole data directory lies on a small volume."""
    data = tmp_path / "data"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(data)], check=True)
    yield small_bank(tmp_path, replica=False)
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def run(made: Installation, name: str) -> subprocess.CompletedProcess[str]:
    onrecord = Path(sys.executable).with_name("onrecord")
    command = [str(onrecord), "--data", str(made.data), name]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)


async def write(writers: list[Writer]) -> None:
    async with writing(writers):
        await more_promises(writers, 20)


def test_it_leaves_with_69_and_one_sentence_and_goes_on_with_room_again(
    made: Installation,
) -> None:
    writers = people(made)
    with running(made):
        asyncio.run(write(writers))
    ballast = fill(made.data)
    for _ in range(2):
        ended = run(made, "serve")
        assert ended.returncode == NOT_NOW, ended.stderr
        assert ended.stderr.startswith("storage_full: "), ended.stderr
        assert "Free space" in ended.stderr
    ballast.unlink()
    server = ServerProcess(made)
    for writer in writers:
        writer.writing = True
    asyncio.run(write(writers))
    assert finish(made, writers, server) >= 40


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Installation]:
    """A bank whose archive alone lies on a small volume."""
    volume = tmp_path / "volume"
    volume.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(volume)], check=True)
    yield install(tmp_path, ["anna"], toml=f'[archive]\ndirectory = "{volume / "archive"}"\n')
    subprocess.run(["umount", "--lazy", str(volume)], check=True)


def begun(made: Installation) -> tuple[int, list[str]]:
    """The newest epoch and every tail."""
    with closing(Database(storage_options(made.settings))) as database:
        epoch = JournalStore(database, TABLES).state().epoch
    return epoch, sorted(os.listdir(made.settings.archive.directory / TAILS))


def test_an_archive_alone_without_room_for_a_batch_is_told_the_same_way(
    apart: Installation,
) -> None:
    """Each command that opens the log proves the room before it takes an epoch."""
    with running(apart):
        pass
    ballast, before = fill(apart.settings.archive.directory), begun(apart)
    for command in ("serve", "serve", "adopt"):
        ended = run(apart, command)
        assert ended.returncode == NOT_NOW, ended.stderr
        assert ended.stderr.startswith("archive_unavailable: no room"), ended.stderr
        assert len(ended.stderr.splitlines()) == 2, "one sentence, and what to do"
        assert begun(apart) == before
    ballast.unlink()
    assert ServerProcess(apart).stop() == 0


def test_control_without_the_proof_each_start_takes_an_epoch(
    apart: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "prove_room", lambda *_: None)
    ballast, (epoch, _) = fill(apart.settings.archive.directory), begun(apart)
    for more in (1, 2):
        with pytest.raises(WriteFailed):
            populate_conversations(apart, {})
        assert begun(apart)[0] == epoch + more
    ballast.unlink()
