"""Importing a module does nothing: no files, sockets, threads, processes or environment."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.rules import import_effects
from tests.architecture.rules.source import PACKAGES, modules, parsed
from tests.architecture.rules.syntax import imported

# Alembic runs it as a script, with its context at hand.
SCRIPTS = frozenset({"onrecord.database.migrations.env"})


def effects(folders: Iterable[Path], names: Iterable[str], libraries: Iterable[str] = ()) -> str:
    """A line for each thing that a module does when it is imported; empty if none does any."""
    done = subprocess.run(
        [sys.executable, import_effects.__file__, *map(str, folders)],
        input="\n".join([*libraries, "--", *names]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def libraries() -> list[str]:
    """Everything installed that our packages import, so that its own effects are over before."""
    found: set[str] = set()
    for _, path in modules():
        found |= {name for _, name in imported(parsed(path)) if name.split(".")[0] not in PACKAGES}
    return sorted(name for name in found if is_module(name))


def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def test_importing_a_module_has_no_effect() -> None:
    names = [name for name, _ in modules() if name.split(".")[-1] != "__main__"]
    names = [name for name in names if name not in SCRIPTS]
    found = effects((folder.parent for folder in PACKAGES.values()), names, libraries())
    assert not found, f"\n{found}"


PLANTED = {
    "open('left_behind', 'w')": "{}.py: opens 'left_behind' to write",
    "from pathlib import Path\nPath('left_behind').mkdir()": "{}.py: os.mkdir",
    "import socket\nsocket.socket()": "{}.py: socket.",
    "import threading\nthreading.Thread(target=dict).start()": "{}.py: starts a thread",
    "import subprocess\nsubprocess.run(['true'])": "{}.py: subprocess.Popen",
    "import os\nx = os.environ['PATH']": "{}.py: reads $PATH",
    "import os\nx = os.getenv('PATH')": "{}.py: reads $PATH",
    "from os import environ\nx = environ.get('NOT_SET', '')": "{}.py: reads $NOT_SET",
    "import sqlite3\nsqlite3.connect(':memory:')": "{}.py: sqlite3.connect",
    "raise ValueError": "{}: Traceback",
    "import planted_too": "planted_too.py: os.mkdir",
}


def test_control_each_effect_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process, as the packages are: it says of each module what that did."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "planted_too.py").write_text("import os\nos.mkdir('left')", encoding="utf-8")
    for number, source in enumerate(PLANTED):
        (tmp_path / f"planted_{number}.py").write_text(source, encoding="utf-8")
    names = [f"planted_{number}" for number in range(len(PLANTED))]
    found = effects([tmp_path], names)
    told = [effect.format(name) for name, effect in zip(names, PLANTED.values(), strict=True)]
    assert [effect for effect in told if effect not in found] == [], found


def test_control_reading_and_defining_is_no_effect(tmp_path: Path) -> None:
    sound = "import json, os, socket\nx = open(__file__).read()\ndef f(): return os.environ['X']\n"
    (tmp_path / "sound.py").write_text(sound, encoding="utf-8")
    assert not effects([tmp_path], ["sound"])
