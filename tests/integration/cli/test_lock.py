"""A data directory has one owner, and a dead one owns nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from errno import EBADF
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest

from onrecord.app.settings.lock import name_of_lock, only_writer, owning
from onrecord.core.domain.errors import RefuseToStart, Unavailable

OWNER = """
import sys
from pathlib import Path
from onrecord.app.settings.lock import owning

with owning(Path(sys.argv[1])):
    print("owning", flush=True)
    sys.stdin.read()
"""


OUTSIDER = """
import os, sys
from onrecord.cli.main import command

os.setresuid(20001, 20001, 20001)
command()(["--data", sys.argv[1], "doctor"])
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


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A volume of its own, of one page and a few names."""
    place = tmp_path / "small"
    place.mkdir()
    mount(place, "size=4k,nr_inodes=3")
    yield place
    subprocess.run(["umount", place], check=True)


def mount(place: Path, options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    subprocess.run(command, check=True)


def test_a_volume_that_cannot_be_written_is_told(small: Path) -> None:
    mount(small, "remount,ro")
    with pytest.raises(RefuseToStart, match="cannot write in") as caught:
        owning(small / "data" / "run" / "lock").__enter__()
    assert caught.value.code == "data_not_writable"


def no_names_left(small: Path) -> None:
    for name in ("one", "two"):
        (small / name).touch()


def no_pages_left(small: Path) -> None:
    (small / "one").write_bytes(bytes(4096))


@pytest.mark.parametrize("fill", [no_names_left, no_pages_left])
def test_a_volume_without_room_for_the_lock_is_tried_again(
    small: Path, fill: Callable[[Path], None]
) -> None:
    fill(small)
    with pytest.raises(Unavailable) as caught:
        owning(small / "lock" if fill is no_pages_left else small / "run" / "lock").__enter__()
    assert caught.value.code == "storage_full"


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that root alone may enter, with a data directory in it."""
    with TemporaryDirectory() as name:
        (Path(name) / "data").mkdir(mode=0o700)
        yield Path(name)


def told_outsider(data: Path) -> str:
    command = [sys.executable, "-c", OUTSIDER, str(data)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 78, done.stderr
    return done.stderr.partition("\n")[0]


def test_a_folder_of_somebody_else_is_told_by_whose_it_is(closed: Path) -> None:
    data = closed / "data"
    above = f"uid 20001 cannot reach {data}: a folder above it is closed."
    assert told_outsider(data) == f"wrong_user: {above}"
    closed.chmod(0o755)
    belongs = f"{data} belongs to root, and uid 20001 cannot read it."
    assert told_outsider(data) == f"wrong_user: {belongs}"


def test_a_file_that_may_not_be_opened_is_told_by_its_name(closed: Path) -> None:
    closed.chmod(0o755)
    (closed / "data").chmod(0o755)
    (closed / "data" / "onrecord.toml").write_text("")
    (closed / "data" / "keys").mkdir(mode=0o700)
    told = told_outsider(closed / "data")
    assert told.startswith("permission_denied: uid 20001 may not use ")
    assert str(closed / "data" / "keys" / "policy") in told


def test_a_lock_has_one_name_and_no_copy_has_it(lock: Path, tmp_path: Path) -> None:
    with owning(lock):
        assert name_of_lock(lock) == name_of_lock(lock)
        copy = Path(copyfile(lock, tmp_path / "copy"))
        assert name_of_lock(copy) != name_of_lock(lock)


def test_where_the_boot_has_no_name_every_lock_has_another(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.app.settings.lock.BOOT", lock.parent / "missing")
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

    monkeypatch.setattr("onrecord.app.settings.lock.fcntl.flock", unsupported)
    with only_writer(tmp_path):
        pass
