"""`onrecord hooks new`: what it writes passes the kit, and runs once it is installed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from onrecord.cli.hook_scaffold import rendered
from onrecord_archive.testing import HookConformance
from tests.rig.command import onrecord
from tools.example_hook import FOLDER, stale

CLAUSES = sum(name.startswith("test_") for name in dir(HookConformance))


Done = subprocess.CompletedProcess[str]


def python(folder: Path, *arguments: str, path: Path | None = None) -> Done:
    """Run Python there, as an author does."""
    environment = {**os.environ, "PYTHONPATH": str(path or "")}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def kit(folder: Path) -> str:
    """Run the tests of a hook's folder, and return how they ended."""
    done = python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    return done.stdout.splitlines()[-1]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    done = onrecord(tmp_path, "hooks", "new", "filing", "--into", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "filing"


def test_what_it_writes_passes_the_kit_and_is_typed(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == sorted(rendered("filing"))
    assert re.fullmatch(rf"{CLAUSES} passed in .*", kit(made))
    typed = python(made, "-m", "mypy", "--strict", "--cache-dir", os.devnull, ".")
    assert typed.stdout.startswith("Success")


def test_a_relative_folder_is_refused(made: Path) -> None:
    opening = "from filing import open_filing; open_filing({'folder': 'records'})"
    assert "must be an absolute path" in python(made, "-c", opening).stderr


def test_control_the_kit_is_red_once_the_hook_forgets_what_it_wrote(made: Path) -> None:
    hook = made / "filing.py"
    hook.write_text(hook.read_text().replace("part.rename(", "part.unlink() or print("))
    assert "failed" in kit(made)


def test_the_example_is_what_the_command_writes_and_passes_the_kit(tmp_path: Path) -> None:
    assert stale() == [], "run make reference"
    copy = Path(copytree(FOLDER, tmp_path / "filing"))
    assert re.fullmatch(rf"{CLAUSES} passed in .*", kit(copy))


@pytest.mark.parametrize("name", sorted(rendered("filing")))
def test_control_a_changed_example_is_stale(tmp_path: Path, name: str) -> None:
    copy = Path(copytree(FOLDER, tmp_path / "filing"))
    (copy / name).write_text("changed")
    assert stale(copy) == [name]


def test_an_installed_example_is_opened_by_its_kind(tmp_path: Path) -> None:
    there = tmp_path / "installed"
    uv = (sys.executable, "-m", "uv", "--quiet", "--no-config", "pip", "install")
    subprocess.run(
        [*uv, "--no-build-isolation", "--offline", "--target", str(there), str(FOLDER)],
        check=True,
    )
    opening = f"""
from onrecord_archive.registry import installed, open_hook
hook = open_hook("archive", "filing", {{"folder": {str(tmp_path)!r}}})
print(type(hook).__module__, "filing" in installed(), "replica" in installed())
"""
    done = python(tmp_path, "-c", opening, path=there)
    assert (done.stdout, done.stderr) == ("filing True True\n", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Filing", "Filing can't be the name of a hook"),
        ("class", "class can't be the name of a hook"),
        ("../up", "../up can't be the name of a hook"),
        ("replica", "A hook of the kind replica is installed already"),
        ("json", "There is a module json already"),
        ("taken", "taken is there already. Choose another name"),
    ],
)
def test_a_name_that_cannot_be_one_writes_nothing(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "taken").mkdir()
    done = onrecord(tmp_path, "hooks", "new", name, "--into", str(tmp_path))
    assert done.returncode == 1
    assert "bad_hook_name: " in done.stderr
    assert said in done.stderr
    assert list(tmp_path.rglob("*")) == [tmp_path / "taken"]
