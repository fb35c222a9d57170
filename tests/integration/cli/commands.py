"""Run commands in this process (quick) or as a process of their own (the whole truth)."""

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from onrecord.cli.main import app

ONRECORD = Path(sys.executable).with_name("onrecord")
PASSWORD = "correct horse battery staple"

Done = subprocess.CompletedProcess[str]


def onrecord(data: Path, *arguments: str, stdin: str = "") -> Result:
    """Run one command about a data directory in this process."""
    return CliRunner().invoke(app, ["--data", str(data), *arguments], input=stdin)


def process(data: Path, *arguments: str) -> Done:
    """Run one command as a process, in the folder that the data directory lies in."""
    command = [str(ONRECORD), "--data", str(data), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=data.parent)


def init(data: Path, *more: str) -> Result:
    """Make an installation whose administrator is Adam."""
    who = ("--administrator", "Adam Wójcik", "--username", "adam")
    about = ("--firm", 'Bank "Śląski"', "--log-name", "bank.example/log")
    return onrecord(data, "init", *who, *about, *more, stdin=PASSWORD + "\n")
