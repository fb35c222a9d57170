"""Who looks, and where: at the console with the token of `onrecord login`, or by password.

By password it also works while no server runs: this process then owns the data directory and asks
the console's own routes, sign-in and records included.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.app.settings.model import Settings
    from onrecord.cli.reach.api import Api
    from onrecord.cli.reach.door import Door

T = TypeVar("T")
DEVICE = "Command line"

Officer = Annotated[
    str | None,
    typer.Option(
        "--as",
        help="Your user name: sign in by password (asked for, or read from stdin), also while no "
        "server runs.",
        show_default="the token of `onrecord login`",
    ),
]

Server = Annotated[
    str | None,
    typer.Option(
        envvar="ONRECORD_SERVER",
        help="The console's address, https://HOST[:PORT].",
        show_default="this machine's server",
    ),
]


def at_console(
    context: typer.Context,
    where: tuple[str | None, str | None],
    do: Callable[[Api], Awaitable[T]],
) -> T:
    """Return what *do* returns, done signed in. *where*: what --server and --as said.

    Raises NotSignedIn (`no_login`, `bad_credentials`), RefuseToStart, and what the server refuses.
    """
    server, username = where
    if username is None:
        return asyncio.run(_with_token(context, server, do))
    from onrecord.cli.passwords import ask_password

    password = ask_password("Your password")
    return asyncio.run(_with_password(context, server, (username, password), do))


async def _with_token(
    context: typer.Context, server: str | None, do: Callable[[Api], Awaitable[T]]
) -> T:
    from onrecord.cli.reach.api import Api
    from onrecord.cli.reach.logins import load_login

    door = door_of(context, server)
    async with Api(door, token=load_login(door.origin).token) as api:
        return await do(api)


async def _with_password(
    context: typer.Context,
    server: str | None,
    credentials: tuple[str, str],
    do: Callable[[Api], Awaitable[T]],
) -> T:
    from onrecord.cli.reach.api import Api

    async with AsyncExitStack() as stack:
        if server is None:
            api = await here(place_of(context).installed(), stack)
        else:
            api = await stack.enter_async_context(Api(door_of(context, server)))
        await api.sign_in(*credentials, device=DEVICE)
        stack.push_async_callback(api.sign_out)
        return await do(api)


def door_of(context: typer.Context, server: str | None) -> Door:
    """Return the way to the console that a command is about. Raises Refusal, RefuseToStart."""
    from onrecord.app.settings.options import proxy_options
    from onrecord.cli.reach.door import Door

    if server is not None:
        return Door.at(server)
    settings = place_of(context).installed()
    return Door.here(settings.console, proxy_options(settings))


async def here(settings: Settings, stack: AsyncExitStack) -> Api:
    """Return the way to this machine's console: the server's, or one in this process.

    Raises RefuseToStart.
    """
    from onrecord.app.offline import offline_console
    from onrecord.app.settings.options import proxy_options
    from onrecord.cli.reach.api import Api
    from onrecord.cli.reach.door import Door
    from onrecord.core.domain.errors import RefuseToStart

    try:
        inside = await stack.enter_async_context(offline_console(settings))
    except RefuseToStart as error:
        if error.code != "in_use":
            raise
        door = Door.here(settings.console, proxy_options(settings))
        return await stack.enter_async_context(Api(door))
    door = Door.inside(settings.console)
    return await stack.enter_async_context(Api(door, transport=inside))
