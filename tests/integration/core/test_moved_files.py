"""A file that is moved or deleted under a running server: nothing is acknowledged into it."""

import asyncio
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from onrecord.app.ending import Ending
from onrecord.app.recording import Recording, Surroundings, recording
from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.core.domain.errors import Fenced, RefuseToStart
from onrecord.database.database import Database
from onrecord_archive.format.errors import Corrupt
from tests.rig.installation import Installation, create_conversation, install, surroundings
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.tenure import another_takes_over


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])


@pytest.fixture
def bank(made: Installation, tmp_path: Path) -> Installation:
    data = Path(copytree(made.data, tmp_path / "data"))
    return replace(made, data=data, settings=load(data))


def tail(bank: Installation) -> Path:
    return max((bank.settings.archive.directory / "tails").iterdir())


def checkpoint(bank: Installation) -> Path:
    return bank.settings.archive.directory / "checkpoint"


def database(bank: Installation) -> Path:
    return bank.settings.paths.database


def wal(bank: Installation) -> Path:
    path = bank.settings.paths.database
    return path.with_name(f"{path.name}-wal")


def moved(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}.away"))


def exchanged(path: Path) -> None:
    """Another file with the same bytes."""
    copy = path.parent.parent / "copy"
    copyfile(path, copy)
    copy.replace(path)


def altered(path: Path) -> None:
    """Another file, which is not signed as it stands."""
    copy = path.parent.parent / "copy"
    copy.write_bytes(path.read_bytes().replace(b"\n", b"0\n", 2))
    copy.replace(path)


def emptied(path: Path) -> None:
    """As `> FILE` leaves it."""
    path.chmod(0o600)
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size - 1)


def longer(path: Path) -> None:
    path.chmod(0o600)
    with path.open("ab") as file:
        file.write(b"\0")


def linked(path: Path) -> None:
    """As a backup by hard links leaves it."""
    os.link(path, path.parent.parent / f"{path.name}.link")


FILES: dict[str, Callable[[Installation], Path]] = {
    "tail": tail,
    "checkpoint": checkpoint,
    "database": database,
    "wal": wal,
}
CASES = [
    *((name, change) for name in FILES for change in (moved, Path.unlink)),
    *(("tail", change) for change in (exchanged, emptied, cut, longer)),
    ("checkpoint", altered),
    ("database", exchanged),
]


class Watched:
    """A recording whose end a test sees."""

    def __init__(self, bank: Installation) -> None:
        self.bank = bank
        self.ending = Ending()
        self.ended = asyncio.Event()
        self.ending.stop = self.ended.set
        self.said = 0

    async def say(self, rec: Recording) -> None:
        """Record something, and return once it is acknowledged."""
        self.said += 1
        await create_conversation(rec, self.bank, ["anna", "marek"], f"Group {self.said}")

    def surroundings(self) -> Surroundings:
        return replace(surroundings(), on_fatal=self.ending.fail)


async def outcome(
    bank: Installation, name: str, change: Callable[[Path], None], *, idle: bool = False
) -> tuple[int, Exception | None, int]:
    """Change a file after two acknowledged records: exit code, error, acknowledged afterwards."""
    watched = Watched(bank)
    acknowledged = 0
    async with asyncio.timeout(PATIENCE), recording(bank.settings, watched.surroundings()) as rec:
        archive = rec.archiving.archive
        for _ in range(2):
            await watched.say(rec)
            await asyncio.to_thread(archive.integrate, archive.size)
        change(FILES[name](bank))
        for _ in range(0 if idle else 3):
            async with asyncio.TaskGroup() as tasks:
                saying = tasks.create_task(watched.say(rec))
                ended = tasks.create_task(watched.ended.wait())
                await asyncio.wait([saying, ended], return_when=asyncio.FIRST_COMPLETED)
                acknowledged += saying.done()
                saying.cancel()
                ended.cancel()
        if idle:
            await watched.ended.wait()
    return watched.ending.exit_code, watched.ending.error, acknowledged


@pytest.mark.parametrize(("name", "change"), CASES)
def test_nothing_is_acknowledged_into_a_file_that_is_not_in_its_place(
    bank: Installation, name: str, change: Callable[[Path], None]
) -> None:
    status, error, acknowledged = asyncio.run(outcome(bank, name, change))
    assert (status, acknowledged) == (78, 0)
    if name in ("tail", "checkpoint"):
        assert isinstance(error, Corrupt)
        assert error.file == ("checkpoint" if name == "checkpoint" else f"tails/{error.file[6:]}")
    else:
        assert isinstance(error, RefuseToStart)
        assert error.code == "database_missing"


def test_an_idle_server_notices_it_as_well(bank: Installation) -> None:
    status, error, _ = asyncio.run(outcome(bank, "tail", Path.unlink, idle=True))
    assert status == 78
    assert isinstance(error, Corrupt)


def test_where_another_archiver_put_its_checkpoint_this_one_ends_as_fenced(
    bank: Installation,
) -> None:
    def take_over(path: Path) -> None:
        with closing(Database(storage_options(bank.settings))) as database:
            another_takes_over(database)
        exchanged(path)

    status, error, acknowledged = asyncio.run(outcome(bank, "checkpoint", take_over))
    assert (status, acknowledged) == (75, 0)
    assert isinstance(error, Fenced)


def test_a_checkpoint_of_this_log_in_the_place_of_the_newest_is_no_harm(
    bank: Installation,
) -> None:
    assert asyncio.run(outcome(bank, "checkpoint", exchanged)) == (0, None, 3)


def test_control_a_backup_by_hard_links_is_honest(bank: Installation) -> None:
    def every(_: Path) -> None:
        for file in FILES.values():
            linked(file(bank))

    assert asyncio.run(outcome(bank, "tail", every)) == (0, None, 3)
