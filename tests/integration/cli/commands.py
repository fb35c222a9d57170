"""The installation that tests of commands begin with."""

from pathlib import Path

from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD


def init(data: Path, *more: str) -> Done:
    """Make an installation whose administrator is Adam."""
    who = ("--administrator", "Adam Wójcik", "--username", "adam")
    about = ("--firm", 'Bank "Śląski"', "--log-name", "bank.example/log")
    return onrecord(data, "init", *who, *about, *more, stdin=PASSWORD + "\n")
