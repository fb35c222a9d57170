"""onrecord demo: run it, open it as somebody, list who there is."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.exits import OPERATOR
from onrecord.cli.place import Place, place_of
from onrecord.core.domain.errors import NotFound
from onrecord.demo.cast import EVERYBODY, Character

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings

PORT = 8443
demo_app = App(
    help="Try OnRecord on this machine, with people to be.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@demo_app.command()
def run(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            help="The chat's port; console and files take the next two. Writes the settings"
            " file anew: hooks and all else that you added to it are gone.",
            min=1024,
            max=65533,
            show_default="8443, or what it was",
        ),
    ] = None,
) -> None:
    """Start a small bank to try OnRecord with. Everything lies in the data directory.

    The first start makes keys, certificates, the database, the people and some conversations. The
    server is started again when it ends with 75 or is killed. Ctrl-C drains and stops it.
    """
    from onrecord.app.settings.paths import DataPaths
    from onrecord.demo.state import demand_demo

    place = place_of(context)
    demand_demo(DataPaths(place.data))
    _write_settings(place, port)
    _demand_ports(place)
    status, reason = asyncio.run(_supervise(place))
    if status == OPERATOR:
        print(reason, file=sys.stderr)
    raise typer.Exit(status)


@demo_app.command("open")
def open_as(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="anna, marek, julia, tom, ewa or adam.")],
) -> None:
    """Open an installed Chromium or Chrome as somebody, with a profile of its own.

    The profile lies in the data directory and trusts the demo's certificate, no other.

    Example: onrecord demo open anna
    """
    from onrecord.demo.browser import browser_command, find_browser, start_browser
    from onrecord.demo.certificates import DemoTls, key_pin

    characters = {person.username: person for person in EVERYBODY}
    if name not in characters:
        names = ", ".join(characters)
        raise NotFound("no_such_person", f"There is no {name} in the demo, but: {names}.")
    settings = place_of(context).installed()
    browser = find_browser()
    url = asyncio.run(_fresh_link(settings, characters[name]))
    pin = key_pin(DemoTls(settings.paths.tls).certificate)
    profile = settings.data / "browsers" / name
    start_browser(browser_command(browser, profile=profile, pin=pin, url=url))


@demo_app.command("list")
def list_people(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a person.")] = False,
) -> None:
    """List the people with their passwords."""
    from onrecord.demo.state import load_state

    passwords = load_state(place_of(context).installed().paths).passwords
    for person in EVERYBODY:
        row = {
            "username": person.username,
            "password": passwords[person.username],
            "name": person.name,
            "role": person.role,
            "org": person.org,
        }
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{row['username']:<8}{row['password']:<22}{row['role']:<15}{row['name']}")


@demo_app.command(hidden=True)
def serve(context: typer.Context) -> None:
    """Set the stage and serve; what `run` supervises."""
    from onrecord.cli.serve import run_server
    from onrecord.demo.stage import let_in, set_stage

    settings = place_of(context).settings()
    state = set_stage(settings)
    raise typer.Exit(run_server(settings, prepare=lambda root: let_in(root, settings, state)))


async def _fresh_link(settings: Settings, character: Character) -> str:
    """Ask the running server for a link by break-glass, which a demo allows.

    Raises RefuseToStart (`not_a_demo`), Unavailable.
    """
    from onrecord.cli.reach.api import at_socket
    from onrecord.demo.stage import HERE
    from onrecord.demo.state import demand_demo
    from onrecord.features.people.bodies import MadeLink
    from onrecord.http.internal.bodies import BreakGlassLink

    demand_demo(settings.paths)
    asked = BreakGlassLink(character.username, HERE.reason, HERE.user, character.place)
    async with at_socket(settings.paths.internal) as api:
        return (await api.post("/break-glass/link", asked, MadeLink)).url


def _write_settings(place: Place, port: int | None) -> None:
    """Write the demo's settings file, unless there is one and no port is asked for."""
    from onrecord.app.settings.paths import DataPaths
    from onrecord.demo.settings_file import settings_text

    path = DataPaths(place.data).settings
    if place.config is None and (port is not None or not path.exists()):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(settings_text(port or PORT), encoding="utf-8")


def _demand_ports(place: Place) -> None:
    """Raise RefuseToStart where a port cannot be had: nobody waits for it here."""
    from onrecord.app.serve import tcp_places
    from onrecord.core.domain.errors import RefuseToStart
    from onrecord.http.listeners import bound

    places = tcp_places(place.settings())
    try:
        with bound(places):
            pass
    except RefuseToStart:
        print("Other ports: onrecord demo run --port 9443", file=sys.stderr)
        raise


async def _supervise(place: Place) -> tuple[int, str]:
    """Run the server until it ends; return its status, and why it ended."""
    from onrecord.cli.supervisor import UNTOLD, Supervisor
    from onrecord.demo.letters import show_letters
    from onrecord.demo.settings_file import LETTERS

    announced = asyncio.Event()

    async def ready() -> None:
        settings = place.settings()
        await _play_once(settings)
        _announce(settings)
        announced.set()

    async def show() -> None:
        """Show letters from then on: those of the conversations that are played are nobody's."""
        await announced.wait()
        await show_letters(place.data / LETTERS, _say)

    command = place.command("demo", "serve")
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(show())
        supervisor = Supervisor(command, ready=ready, say=_say)
        status = await supervisor.run()
        showing.cancel()
    return status, supervisor.reason or UNTOLD


async def _play_once(settings: Settings) -> None:
    """Play the conversations on the first start. One that was cut short is not played again."""
    from onrecord.demo.state import load_state, save_state

    state = load_state(settings.paths)
    if state.talked:
        return
    from onrecord.demo.player import Player
    from onrecord.demo.settings_file import LETTERS
    from onrecord.demo.talk import TALKS

    state.talked = True
    save_state(settings.paths, state)
    letters = settings.data / LETTERS
    await Player(settings.chat, state.passwords, letters).play(TALKS)


def _announce(settings: Settings) -> None:
    from onrecord.demo.browser import find_browser
    from onrecord.demo.programme import programme
    from onrecord.demo.state import load_links, load_state

    try:
        browser = bool(find_browser())
    except NotFound:
        browser = False
    state, links = load_state(settings.paths), load_links(settings.paths)
    print(programme(settings, state, links, browser=browser), flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
