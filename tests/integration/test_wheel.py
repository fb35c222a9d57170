"""What is installed elsewhere is what lies here."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(folder)], cwd=ROOT, check=True)
    return ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_both_packages_and_both_clients(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    assert {"onrecord/cli/main.py", "onrecord_archive/record.py", "onrecord/py.typed"} <= names
    for client in ("chat", "console"):
        assert f"onrecord/edge/static/{client}/index.html" in names


def test_the_wheel_holds_nothing_else(wheel: ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "onrecord",
        "onrecord_archive",
    }


def test_the_wheel_names_the_command_and_the_licence(wheel: ZipFile) -> None:
    entry_points = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    metadata = next(name for name in wheel.namelist() if name.endswith("METADATA"))
    assert b"onrecord = onrecord.cli.main:main" in wheel.read(entry_points)
    assert b"License-Expression: Apache-2.0" in wheel.read(metadata)
