"""What lies on a volume that is not mounted is missed, by name and each time; nothing is made."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.rig.command import Done, onrecord
from tests.rig.installation import Installation, install


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), ["anna"])


@pytest.fixture
def data(made: Installation, tmp_path: Path) -> Path:
    return Path(copytree(made.data, tmp_path / "data"))


def refusal(done: Done) -> tuple[int, str]:
    return done.returncode, done.stderr.partition(":")[0]


@pytest.mark.parametrize("mount_point", [True, False])
def test_an_archive_that_is_not_mounted(data: Path, mount_point: bool) -> None:
    archive = data / "archive"
    archive.rename(data / "away")
    if mount_point:
        archive.mkdir()
    for _ in range(2):
        done = onrecord(data, "serve")
        assert refusal(done) == (78, "archive_missing")
        assert "Is its volume mounted?" in done.stderr
    assert (list(archive.iterdir()) == []) if mount_point else (not archive.exists())


def test_an_archive_whose_folders_alone_are_there(data: Path) -> None:
    (data / "archive").rename(data / "away")
    (data / "archive" / "tails").mkdir(parents=True)
    assert refusal(onrecord(data, "serve")) == (78, "archive_missing")


@pytest.mark.parametrize("folder", [True, False])
def test_a_database_that_is_not_mounted(data: Path, folder: bool) -> None:
    (data / "db").rename(data / "away")
    if folder:
        (data / "db").mkdir()
    for _ in range(2):
        assert refusal(onrecord(data, "serve")) == (78, "database_missing")
    assert (list((data / "db").iterdir()) == []) if folder else (not (data / "db").exists())
    if not folder:
        assert refusal(onrecord(data, "migrate")) == (78, "database_missing")


def test_control_with_everything_in_place_a_start_goes_on_to_its_certificate(data: Path) -> None:
    (data / "tls" / "server.key").unlink()
    done = onrecord(data, "serve")
    assert done.returncode == 78
    assert "\ncertificate_unreadable: " in done.stderr
