"""What `onrecord demo run` prints: who there is, how to get in, what to know."""

import shlex
import shutil
import sys
from pathlib import Path

from onrecord.app.settings.model import Settings
from onrecord.cli.place import DEFAULT_DATA
from onrecord.demo.cast import ADMINISTRATOR, CAST, Character
from onrecord.demo.certificates import DemoTls
from onrecord.demo.state import Links, State, opening_key
from onrecord.demo.trust import trust_advice

OPENS = """\
To have a profile at once, type this in another terminal:

  {command} demo open anna

It starts an installed Chromium or Chrome as Anna, with a profile of its own that trusts the demo's
certificate, no other.

"""


def programme(settings: Settings, state: State, links: Links, *, browser: bool) -> str:
    """Return the whole text. *browser*: whether there is one here that `demo open` can start."""
    people = "\n".join(_person(person, state, links) for person in CAST)
    admin, firm = ADMINISTRATOR, state.firm or settings.firm.name
    opens = OPENS.format(command=command(settings.data)) if browser else ""
    return f"""
This is a demo of OnRecord: {firm}, a bank that does not exist, on this machine only.
Its data: {near(settings.data)}. Without that folder, the next start makes another bank.

What to do: be Anna and write to Marek, then be Marek and answer.
One browser profile is one person: five people need five profiles.
{opens}In your own browser, open a link below. Each link signs in once; the passwords work as often
as you like, at {settings.chat.origin}
and, for compliance's console, at {settings.console.origin}

{people}

  Also: {admin.name}, administrator: {admin.username} / {state.passwords[admin.username]}

As Julia you can invite a client: New conversation, then Invite a client. No letter leaves this
machine; the link and the code appear here, and so does the code that Tom, a client, types after
his link or his password, which is the demo's alone: a firm's clients have none.

As Ewa you find and read what was said, in a case; each look is on the record before it shows.

`break-glass` tells no one in this demo. In a firm it tells every administrator and officer.

{trust_advice(near(DemoTls(settings.paths.tls).ca))}

!! A demo, not for real conversations: compliance's opening key lies in the data folder, as
!! {near(opening_key(settings.paths))}
!! so whoever has that folder reads the archive. In a firm it never lies on the server.

Ctrl-C stops."""


def command(data: Path) -> str:
    """Return how to call this command about this data directory, from where we are."""
    installed = Path(sys.executable).with_name("onrecord")
    name = "onrecord" if shutil.which("onrecord") == str(installed) else str(near(installed))
    usual = data == DEFAULT_DATA.resolve()
    return shlex.quote(name) + ("" if usual else f" --data {shlex.quote(str(data))}")


def near(path: Path) -> Path:
    """Return a path as short as it can be written from where we are."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) and here != Path("/") else path


def _person(person: Character, state: State, links: Links) -> str:
    about = f"{person.name}, {person.title or person.role}" + (
        f" of {person.org}" if person.kind == "client" else ""
    )
    password = f"{person.username} / {state.passwords[person.username]}"
    link = links.get(person.username, "The account was ended: nobody comes in as this person.")
    return f"  {about:<44} {password}\n      {link}"
