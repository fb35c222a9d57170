"""Secrets on disk are their owner's alone, and never replaced by accident."""

import stat
from pathlib import Path

import pytest

from onrecord.app.settings.paths import DataPaths, read_secret, write_private
from onrecord.core.domain.errors import RefuseToStart


def test_every_folder_is_its_owners_alone(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    paths.make()
    paths.make()
    modes = {stat.S_IMODE(folder.stat().st_mode) for folder in paths.folders()}
    assert modes == {0o700}


def test_a_secret_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "database.key"
    write_private(path, b"secret")
    assert read_secret(path) == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "database.key"
    write_private(path, b"first")
    with pytest.raises(FileExistsError):
        write_private(path, b"second")
    assert read_secret(path) == b"first"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "database.key"
    write_private(path, b"secret")
    path.chmod(mode)
    with pytest.raises(RefuseToStart) as caught:
        read_secret(path)
    assert caught.value.code == "secret_exposed"


def test_a_missing_secret_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(RefuseToStart) as caught:
        read_secret(tmp_path / "absent.key")
    assert caught.value.code == "secret_unreadable"
    assert "backup" in caught.value.diagnostics
