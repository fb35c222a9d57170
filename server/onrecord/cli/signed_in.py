"""Who gives a command: an administrator, signed in with their password, also without a server."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from onrecord.cli.place import place_of
from onrecord.domain.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from onrecord.compose.accounts import Accounts
    from onrecord.domain.values import Actor, Origin
    from onrecord.identity.sign_in import Opened
    from onrecord.settings.model import Settings

T = TypeVar("T")
DEVICE = "Command line"

As = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="ONRECORD_AS",
        prompt="Your user name",
        help="Your user name, an administrator's. The password is asked for, or read from stdin.",
    ),
]


@dataclass(frozen=True, slots=True)
class Desk:
    """The verbs of identity and the administrator who uses them."""

    who: Accounts
    actor: Actor
    origin: Origin


def ask_password(prompt: str) -> str:
    """Return a password: typed unseen at a terminal, else the first line of stdin."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=True))
    return sys.stdin.readline().rstrip("\n")


@asynccontextmanager
async def desk(settings: Settings, username: str, password: str) -> AsyncIterator[Desk]:
    """Sign an administrator in while no server runs, and out again.

    Raises RefuseToStart (`in_use`), NotSignedIn, NotAllowed (`wrong_role`).
    """
    from onrecord.compose.offline import offline
    from onrecord.domain.values import Origin
    from onrecord.identity.ports import SignedIn
    from onrecord.identity.sign_in import Caller

    async with offline(settings) as who:
        opened = await who.sign_in.by_password(username, password, Caller("console", "", DEVICE))
        actor, session = opened.person.actor, opened.session
        origin = Origin(session.auth, session.device)
        try:
            _require_administrator(opened)
            yield Desk(who, actor, origin)
        finally:
            signed_in = SignedIn(actor, session.id, session.device, session.auth)
            await who.sign_out.this_session(signed_in, origin)


def _require_administrator(opened: Opened) -> None:
    if opened.person.role != "administrator":
        raise NotAllowed("wrong_role", "Only administrators may do this.")


def at_desk(context: typer.Context, username: str, do: Callable[[Desk], Awaitable[T]]) -> T:
    """Return what *do* returns, done as a signed-in administrator. Raises as `desk` does."""
    settings = place_of(context).installed()
    password = ask_password("Your password")

    async def run() -> T:
        async with desk(settings, username, password) as at:
            return await do(at)

    return asyncio.run(run())
