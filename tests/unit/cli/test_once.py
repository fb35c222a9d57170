"""An option that takes one value is refused when it is given twice, at every command."""

import io
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from onrecord.cli.main import command

TWICE = "is given twice"


def options(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    """Yield every option that commands get: how it is typed, its command, itself."""
    for each in group.params:
        if each.param_type_name == "option" and each.expose_value and not each.is_eager:
            name = max(each.opts, key=len)
            yield " ".join((*path, name)), group, each
    for name, below in getattr(group, "commands", {}).items():
        yield from options(below, (*path, name))


ALL = [pytest.param(each, option, id=typed) for typed, each, option in options(command())]


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is asked for meet the end of the input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def said(each: Any, arguments: list[str]) -> str:
    """Return what is said of a command line that is wrong, an empty string of a good one."""
    try:
        each.make_context("onrecord", arguments)
    except (typer.Exit, typer.Abort):  # Abort: it goes on to ask for a password
        return ""
    except Exception as error:
        if not hasattr(error, "format_message"):  # of another kind than a usage error
            raise
        return str(error.format_message())
    return ""


def given(option: Any) -> list[str]:
    """Return an option as it is typed once."""
    name = max(option.opts, key=len)
    return [name] if option.is_flag else [name, "1"]


@pytest.mark.parametrize(("each", "option"), ALL)
def test_an_option_is_given_once_or_repeats(each: Any, option: Any) -> None:
    twice = said(each, given(option) * 2)
    assert TWICE not in said(each, given(option))
    if option.multiple:
        assert TWICE not in twice
    else:
        assert twice.startswith(f"{given(option)[0]} {TWICE}"), twice


def test_both_kinds_are_there() -> None:
    kinds = {bool(option.multiple) for _, _, option in options(command())}
    assert kinds == {True, False}


def test_a_short_name_and_a_switched_off_flag_count_too() -> None:
    for typed, each, option in options(command()):
        if option.secondary_opts:
            both = [option.opts[0], option.secondary_opts[0]]
            assert TWICE in said(each, both), typed


def test_control_a_command_of_typers_own_lets_the_last_one_win() -> None:
    app = typer.Typer()

    @app.command()
    def show(person: str = "") -> None:
        print(person)

    assert CliRunner().invoke(app, ["--person", "a", "--person", "b"]).output == "b\n"
