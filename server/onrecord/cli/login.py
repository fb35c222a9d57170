"""onrecord login, logout: sign the command line in, confirmed in the console."""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.console import Server, door_of

if TYPE_CHECKING:
    from onrecord.cli.reach.door import Door
    from onrecord.cli.reach.logins import SavedLogin


def login(context: typer.Context, server: Server = None) -> None:
    """Sign this command line in as yourself, for 15 minutes.

    It shows a code. Open the console in your browser, signed in, and confirm the code there. The
    token lies in a file of your own (~/.local/state/onrecord, mode 0600).

    Example: onrecord login --server https://console.bank.example
    """
    from onrecord.cli.reach.logins import save_login

    door = door_of(context, server)
    saved = asyncio.run(_ask(door))
    print(f"Signed in as {plain(saved.name)} until {saved.expires_at}: {save_login(saved)}")


def logout(context: typer.Context, server: Server = None) -> None:
    """Sign this command line out."""
    from onrecord.cli.reach.api import Api
    from onrecord.cli.reach.logins import forget_login, load_login

    door = door_of(context, server)

    async def run() -> None:
        async with Api(door, token=load_login(door.origin).token) as api:
            await api.sign_out()

    asyncio.run(run())
    forget_login(door.origin)
    print("Signed out.")


async def _ask(door: Door) -> SavedLogin:
    from onrecord.cli.reach.api import Api
    from onrecord.cli.reach.logins import SavedLogin
    from onrecord.core.domain.errors import NotAllowed
    from onrecord.features.sign_in.login_bodies import ClaimLogin, Login, LoginClaim, NewLogin

    async with Api(door) as api:
        device = f"Command line on {platform.node() or 'a computer'}"[:100]
        asked = await api.post("/api/v1/logins", NewLogin(device), Login)
        print(f"Confirm this code at {door.origin}: {asked.code}", flush=True)
        while True:
            await asyncio.sleep(asked.interval)
            claim = ClaimLogin(asked.secret)
            claimed = await api.post("/api/v1/logins/claim", claim, LoginClaim)
            if claimed.state == "refused":
                raise NotAllowed("login_refused", "This was refused in the console.")
            if claimed.token and claimed.expires_at and claimed.person:
                name = claimed.person.name
                return SavedLogin(door.origin, claimed.token, claimed.expires_at, name)
