"""Which Python the Makefile takes: Debian's, where it can make environments and is new enough."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def chosen(debians: Path, *arguments: str) -> str:
    """The Python that the Makefile would make its environment with."""
    command = ["make", "--no-print-directory", "--eval=chosen: ; @echo $(PYTHON)", "chosen"]
    around = {name: os.environ[name] for name in ("HOME", "PATH")}
    return subprocess.run(
        [*command, f"DEBIANS={debians}", *arguments],
        cwd=ROOT,
        env=around,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def an_interpreter(folder: Path, first: str = "") -> Path:
    """One that takes `-c`, and runs something of its own first."""
    path = folder / "python3"
    path.write_text(f"#!{sys.executable}\nimport sys\n{first}\nexec(sys.argv[2])\n")
    path.chmod(0o755)
    return path


def test_debians_is_taken_before_the_first_on_path(tmp_path: Path) -> None:
    fit = an_interpreter(tmp_path)
    assert chosen(fit) == str(fit)


@pytest.mark.parametrize(
    "lack", ["sys.version_info = (3, 10, 12)", "sys.modules['ensurepip'] = None"]
)
def test_one_that_is_too_old_or_makes_no_environments_is_not(tmp_path: Path, lack: str) -> None:
    assert chosen(an_interpreter(tmp_path, lack)) == "python3"


def test_nor_is_one_that_is_not_there(tmp_path: Path) -> None:
    assert chosen(tmp_path / "python3") == "python3"


def test_who_names_one_gets_it(tmp_path: Path) -> None:
    assert chosen(an_interpreter(tmp_path), "PYTHON=python3.11") == "python3.11"
