"""A data directory has one owner, and a dead one owns nothing."""

import subprocess
import sys
from errno import EBADF
from pathlib import Path
from shutil import copyfile

import pytest

from onrecord.domain.errors import RefuseToStart
from onrecord.settings.lock import name_of_lock, only_writer, owning

OWNER = """
import sys
from pathlib import Path
from onrecord.settings.lock import owning

with owning(Path(sys.argv[1])):
    print("owning", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "run" / "lock"


def test_it_is_free_again_afterwards(lock: Path) -> None:
    for _ in range(2):
        with owning(lock):
            pass


def test_a_second_owner_is_refused_and_told_who_has_it(lock: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"owning\n"
        with pytest.raises(RefuseToStart, match=f"pid {process.pid}") as caught, owning(lock):
            pass
        assert caught.value.code == "in_use"
        process.kill()
    with owning(lock):
        pass


def test_a_lock_has_one_name_and_no_copy_has_it(lock: Path, tmp_path: Path) -> None:
    with owning(lock):
        assert name_of_lock(lock) == name_of_lock(lock)
        copy = Path(copyfile(lock, tmp_path / "copy"))
        assert name_of_lock(copy) != name_of_lock(lock)


def test_where_the_boot_has_no_name_every_lock_has_another(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.settings.lock.BOOT", lock.parent / "missing")
    with owning(lock):
        assert name_of_lock(lock) != name_of_lock(lock)


def test_an_archive_has_one_writer(tmp_path: Path) -> None:
    for _ in range(2):
        with only_writer(tmp_path):
            with pytest.raises(RefuseToStart) as caught, only_writer(tmp_path):
                pass
            assert caught.value.code == "archive_in_use"


def test_where_directories_cannot_be_locked_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(descriptor: int, operation: int) -> None:
        raise OSError(EBADF, "Bad file descriptor")

    monkeypatch.setattr("onrecord.settings.lock.fcntl.flock", unsupported)
    with only_writer(tmp_path):
        pass
