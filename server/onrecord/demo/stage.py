"""Set the stage: everything that a start of the demo needs before anybody is let in."""

from datetime import UTC, datetime
from pathlib import Path

import onrecord.database
from onrecord.app.root import Root
from onrecord.app.settings.lock import owning
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.cli.installation import is_installed, make_installation
from onrecord.demo.cast import EVERYBODY, Character
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.demo.state import (
    Links,
    State,
    demand_demo,
    load_state,
    opening_key,
    save_links,
    save_state,
)
from onrecord.features.people.break_glass import BreakGlass, Shell
from onrecord.features.people.firm import Firm
from onrecord.features.people.people import NewPerson, People
from onrecord.features.sign_in.values import Person

ORIGIN = "localhost/onrecord-demo"
"""The name of the demo's log."""
HERE = Shell("demo", "A demo: one press for each person that you try it as.")
"""How the demo's own entries came onto the record."""


def set_stage(settings: Settings) -> State:
    """Make folders, keys, certificates and database where they are missing. Raises RefuseToStart.

    It may be interrupted at any point and begun again.
    """
    paths = settings.paths
    paths.make()
    with owning(paths.lock):
        ensure_certificates(DemoTls(paths.tls), datetime.now(UTC))
        state = load_state(paths)
        save_state(paths, state)
        if not is_installed(paths):
            opening_key(paths).unlink(missing_ok=True)
            make_installation(paths, origin=ORIGIN, opening_key=opening_key(paths))
        newest = _newest_migration()
        if state.schema != newest:
            _migrate(settings)
            state.schema = newest
            save_state(paths, state)
    return state


async def let_in(root: Root, settings: Settings, state: State) -> None:
    """Add the people who are missing and make fresh one-time links. Raises Refusal.

    Whose account was ended gets none. Links are break-glass, which only a demo's data directory
    allows here.
    """
    demand_demo(settings.paths)
    links: Links = {}
    origins = {"chat": settings.chat.origin, "console": settings.console.origin}
    here = {person.username: person for person in await root[People].all()}
    for character in EVERYBODY:
        person = here.get(character.username) or await _added(root, character, state)
        if not person.active:
            continue
        if person.awaits is not None:  # from a version that gave it before they had signed in
            await root[BreakGlass].role(HERE, person.id, person.awaits)
        link = await root[BreakGlass].first_link(HERE, person.id, character.place)
        links[character.username] = origins[character.place] + link.path
    save_links(settings.paths, links)
    state.firm = root[Firm].profile().name
    save_state(settings.paths, state)


async def _added(root: Root, character: Character, state: State) -> Person:
    new = NewPerson(
        name=character.name,
        kind=character.kind,
        org=character.org,
        role=character.role,
        username=character.username,
        title=character.title,
        mail=character.mail,
    )
    password = state.passwords[character.username]
    return await root[BreakGlass].add(HERE, new, password=password)


def _newest_migration() -> str:
    folder = Path(onrecord.database.__path__[0]) / "migrations" / "versions"
    return max(path.name for path in folder.glob("[0-9]*.py"))


def _migrate(settings: Settings) -> None:
    from onrecord.app.migrate import migrate

    migrate(storage_options(settings))
