"""The command `onrecord`: every command is registered here, and imports what it needs when run."""

from functools import cache
from pathlib import Path
from typing import Annotated, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from onrecord.cli.adopt import adopt
from onrecord.cli.app import App
from onrecord.cli.backup import backup_app
from onrecord.cli.break_glass import break_glass_app
from onrecord.cli.call import call
from onrecord.cli.complaints import complaints_app
from onrecord.cli.compliance import cases_app, conversations, export, transcript
from onrecord.cli.doctor import doctor
from onrecord.cli.exits import Commands
from onrecord.cli.firm import firm_app
from onrecord.cli.healthcheck import healthcheck
from onrecord.cli.hooks import hooks_app
from onrecord.cli.hours import hours_app
from onrecord.cli.init import init
from onrecord.cli.keys import keys_app
from onrecord.cli.login import login, logout
from onrecord.cli.migrate import migrate
from onrecord.cli.notices import notices_app
from onrecord.cli.people import people_app
from onrecord.cli.place import DEFAULT_DATA, Place
from onrecord.cli.rebuild import rebuild
from onrecord.cli.restore import restore_app
from onrecord.cli.sample import sample
from onrecord.cli.search import search
from onrecord.cli.serve import serve
from onrecord.cli.settings import settings_app
from onrecord.cli.supervise import supervise
from onrecord.cli.tokens import tokens_app
from onrecord.cli.verify import verify
from onrecord.cli.waiting import waiting
from onrecord.demo.commands import demo_app

ABOUT = """Business chat in which every word is archived before anyone reads it.

Try it:       **onrecord demo run**, then open one of the links that it prints.

Install it:   **onrecord init**, edit DATA/onrecord.toml, then **onrecord serve**.

Each command has its own --help with examples. One data directory is one installation: --data names
it, the settings in it are explained by **onrecord settings reference**.
"""
CODES = """**Exit codes:** 0 done, 1 refused, 2 wrong command line, 3 something was found (doctor),
69 not now, 75 start again, 78 an operator must act first, 130 interrupted. An error is a
stable code, a sentence and what to do; with --json, one object on stderr."""

app = App(
    name="onrecord",
    cls=Commands,
    help=ABOUT,
    epilog=CODES,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # typer's own signature
    if value:
        from importlib.metadata import version

        print(f"onrecord {version('onrecord')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Option(
            envvar="ONRECORD_DATA",
            help="The data directory.",
            show_default="./data",
            readable=False,  # told by its code, not as a wrong command line
        ),
    ] = DEFAULT_DATA,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="ONRECORD_CONFIG", help="The settings file.", show_default="DATA/onrecord.toml"
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print and leave.")
    ] = False,
) -> None:
    """Keep what every command needs; typer prints ABOUT instead of this."""
    del version
    context.obj = Place(data, config)


app.add_typer(demo_app, name="demo", rich_help_panel="Try it")
app.command(rich_help_panel="Look")(doctor)
app.command(rich_help_panel="Look")(healthcheck)
app.command(rich_help_panel="Look")(verify)
app.add_typer(settings_app, name="settings", rich_help_panel="Look")
app.command(rich_help_panel="Run an installation")(init)
app.command(rich_help_panel="Run an installation")(serve)
app.command(rich_help_panel="Run an installation")(supervise)
app.command(rich_help_panel="Run an installation")(migrate)
app.command(rich_help_panel="Run an installation")(rebuild)
app.add_typer(keys_app, name="keys", rich_help_panel="Run an installation")
app.add_typer(backup_app, name="backup", rich_help_panel="Run an installation")
app.add_typer(restore_app, name="restore", rich_help_panel="Run an installation")
app.command(rich_help_panel="Run an installation")(adopt)
app.add_typer(break_glass_app, name="break-glass", rich_help_panel="Run an installation")
app.add_typer(hooks_app, name="hooks", rich_help_panel="Run an installation")
app.add_typer(people_app, name="people", rich_help_panel="People")
app.add_typer(firm_app, name="firm", rich_help_panel="People")
app.add_typer(notices_app, name="notices", rich_help_panel="People")
app.add_typer(hours_app, name="hours", rich_help_panel="People")
app.command(rich_help_panel="People")(waiting)
app.add_typer(tokens_app, name="tokens", rich_help_panel="People")
app.command("api", rich_help_panel="Compliance")(call)
app.command(rich_help_panel="Compliance")(login)
app.command(rich_help_panel="Compliance")(logout)
app.add_typer(cases_app, name="cases", rich_help_panel="Compliance")
app.add_typer(complaints_app, name="complaints", rich_help_panel="Compliance")
app.command(rich_help_panel="Compliance")(conversations)
app.command(rich_help_panel="Compliance")(search)
app.command(rich_help_panel="Compliance")(transcript)
app.command(rich_help_panel="Compliance")(export)
app.command(rich_help_panel="Compliance")(sample)


@cache
def command() -> TyperGroup:
    """Return the command with all its subcommands, which takes longer than to run a small one."""
    return cast("TyperGroup", get_command(app))


def main() -> None:
    """Run what the command line asks for, and leave with its exit code."""
    command()(prog_name="onrecord")
