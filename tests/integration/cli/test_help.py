"""`onrecord --help` is quick and worth reading."""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from onrecord.cli.main import app

ONRECORD = Path(sys.executable).with_name("onrecord")
LIMIT = 0.4
HEAVY = ("sqlalchemy", "alembic", "pydantic_settings", "httpx2", "structlog", "cryptography")


@pytest.mark.proofs("figure")
def test_help_takes_less_than_400_ms() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([ONRECORD, "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    seconds()  # the first run may compile
    best = seconds()
    for _ in range(4):
        best = best if best < LIMIT else min(best, seconds())
    print(f"--help takes {best:.3f} s of {LIMIT}")
    assert best < 3 * LIMIT, f"{best:.3f} s: something heavy is imported at the top of onrecord.cli"


def test_nothing_heavy_is_imported_for_help() -> None:
    code = "import sys, onrecord.cli.main; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert set(HEAVY).isdisjoint(loaded.stdout.split())
    assert "typer" in loaded.stdout.split()


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command that a person sees, with its words."""
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))
    elif not command.hidden:
        yield " ".join(path), command


COMMANDS = dict(commands(typer.main.get_command(app)))
PLAIN = {"demo run", "demo list", "logout", "rebuild", "settings show", "settings reference"}
PLAIN |= {"doctor", "keys list"}
"""Their usage line is the example."""


def example(text: str) -> list[str]:
    """The words after "Example: onrecord"; raises ValueError where there is none."""
    found = re.search(r"Example: onrecord (.*?)(\n\n|\Z)", text, re.DOTALL)
    if found is None:
        raise ValueError("the help has no example")
    return shlex.split(found[1].replace("\n", " "))


def parse(words: list[str]) -> None:
    """Raise typer's UsageError unless these words are a command with options that it has."""
    if words[0] == "--data":
        words = words[2:]
    command: Any = typer.main.get_command(app)
    while isinstance(command, TyperGroup):
        name, *words = words
        command = command.commands[name]
    command.make_parser(typer.Context(command)).parse_args(list(words))


@pytest.mark.parametrize("words", sorted(COMMANDS.keys() - PLAIN))
def test_help_has_an_example_that_parses(words: str) -> None:
    shown = example(COMMANDS[words].help or "")
    assert " ".join(shown).removeprefix("--data /srv/onrecord ").startswith(words)
    parse(shown)


def test_an_example_with_an_option_that_is_gone_is_found() -> None:
    with pytest.raises(Exception, match="No such option: --surname"):
        parse(["people", "add", "anna", "--surname", "Kowalska"])
    with pytest.raises(ValueError, match="no example"):
        example("Add somebody.")
