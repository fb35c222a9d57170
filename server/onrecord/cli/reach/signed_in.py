"""Who gives a command: an administrator, signed in with their password, also without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from onrecord.cli.place import place_of
from onrecord.cli.reach.console import at_console

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.cli.reach.api import Api
    from onrecord.features.people.bodies import Account

T = TypeVar("T")
PEOPLE = "/api/v1/admin/people"

As = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="ONRECORD_AS",
        prompt="Your user name",
        help="Your user name, an administrator's. The password is asked for, or read from stdin.",
    ),
]


def as_administrator(context: typer.Context, username: str, do: Callable[[Api], Awaitable[T]]) -> T:
    """Return what *do* returns, done at the server, or here while none runs.

    Raises RefuseToStart, NotSignedIn, NotAllowed (`wrong_role`), Unavailable, and as *do*.
    """
    from onrecord.core.domain.errors import NotAllowed

    async def checked(api: Api) -> T:
        if api.role != "administrator":
            raise NotAllowed("wrong_role", "Only administrators may do this.")
        return await do(api)

    place_of(context).installed()  # what is wrong with it is said before a password is asked for
    return at_console(context, (None, username), checked)


async def accounts(api: Api) -> list[Account]:
    """Return everybody. Raises Refusal, as `Api.get`."""
    from onrecord.features.people.bodies import Accounts

    return (await api.get(PEOPLE, Accounts)).people


async def named(api: Api, username: str) -> Account:
    """Return somebody by user name. Raises NotFound (`no_such_person`)."""
    from onrecord.core.domain.errors import NotFound
    from onrecord.features.sign_in.service import spelling

    wanted = spelling(username)
    for person in await accounts(api):
        if person.username == wanted:
            return person
    raise NotFound("no_such_person", f"There is nobody with the user name {username}.")
