"""What `onrecord demo run` prints: who there is, how to get in, what to know."""

import shlex
from pathlib import Path

from onrecord.cli.demo.cast import ADMINISTRATOR, CAST, Character
from onrecord.cli.demo.certificates import DemoTls
from onrecord.cli.demo.state import Links, State, opening_key
from onrecord.cli.demo.trust import trust_advice
from onrecord.settings.model import Settings


def programme(settings: Settings, state: State, links: Links) -> str:
    """Return the whole text."""
    tls = DemoTls(settings.paths.tls)
    people = "\n".join(_person(person, state, links) for person in CAST)
    admin = ADMINISTRATOR
    return f"""
OnRecord runs: {settings.firm.name}, on this machine only. Its data: {settings.data}

Each link signs in once. The password works as often as you like, at {settings.chat.origin}

{people}

  Also: {admin.name}, administrator: {admin.username} / {state.passwords[admin.username]}

One browser profile is one person: five people need five profiles.
  {command(settings.data)} demo open anna
starts an installed Chromium or Chrome as Anna, with a profile of her own, the certificate trusted.

{trust_advice(tls.ca)}

!! Compliance's opening key lies in {opening_key(settings.paths)}
!! so whoever has this folder reads the archive. In a firm it never lies on the server.

Ctrl-C stops."""


def command(data: Path) -> str:
    """Return how to call this command about this data directory."""
    return (
        "onrecord"
        if data == Path("data").resolve()
        else f"onrecord --data {shlex.quote(str(data))}"
    )


def _person(person: Character, state: State, links: Links) -> str:
    about = f"{person.name}, {person.title}" + (
        f" of {person.org}" if person.kind == "client" else ""
    )
    password = f"{person.username} / {state.passwords[person.username]}"
    return f"  {about:<42} {password}\n      {links[person.username]}"
