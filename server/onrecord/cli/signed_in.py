"""Who gives a command: an administrator, signed in with their password, also without a server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from onrecord.cli.passwords import ask_password
from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.cli.desk import Desk

T = TypeVar("T")

As = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="ONRECORD_AS",
        prompt="Your user name",
        help="Your user name, an administrator's. The password is asked for, or read from stdin.",
    ),
]


def at_desk(context: typer.Context, username: str, do: Callable[[Desk], Awaitable[T]]) -> T:
    """Return what *do* returns, done as a signed-in administrator. Raises as `desk` does."""
    from onrecord.cli.desk import desk

    settings = place_of(context).installed()
    password = ask_password("Your password")

    async def run() -> T:
        async with desk(settings, username, password) as at:
            return await do(at)

    return asyncio.run(run())
