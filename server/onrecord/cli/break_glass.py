"""onrecord break-glass: what takes two administrators, on the server's own shell, for a reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from onrecord.cli.app import App
from onrecord.cli.change import Roles
from onrecord.cli.outcome import Json, plain, tell
from onrecord.cli.place import place_of
from onrecord.cli.requests import needs_link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.app.settings.model import Settings
    from onrecord.cli.reach.shell import Glass

T = TypeVar("T")
Username = Annotated[str, typer.Argument(help="A user name.")]
Reason = Annotated[
    str, typer.Option(help="Why: every administrator and compliance officer is told it.")
]

break_glass_app = App(
    help="Do alone what takes two administrators: on the server's own shell, recorded and told.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@break_glass_app.command()
def link(
    context: typer.Context,
    username: Username,
    *,
    reason: Reason,
    place: Annotated[
        Literal["chat", "console"] | None,
        typer.Option(
            help="The listener that it signs in at.",
            show_default="console for compliance, auditors and administrators",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a one-time sign-in link for anybody, valid for 24 hours.

    It works beside the running server and without one, as the user that the server runs as.

    Example: onrecord break-glass link ewa --reason "Ewa has lost her phone, and Adam is ill"
    """
    from onrecord.http.internal.bodies import BreakGlassLink

    asked = BreakGlassLink(username, reason, system_user(), place)
    made = with_glass(place_of(context).installed(), lambda glass: glass.link(asked))
    tell(made.url, as_json, username=username, link=made.url, expires_at=made.expires_at)


@break_glass_app.command()
def role(
    context: typer.Context,
    username: Username,
    role: Annotated[Roles, typer.Argument(help="What they are from now on.")],
    *,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Give somebody a role; their sessions and unused links end.

    So the second administrator is made. Who has not signed in yet needs a new link afterwards:
    onrecord break-glass link.

    Example: onrecord break-glass role ola administrator --reason "The second administrator"
    """
    from onrecord.http.internal.bodies import BreakGlassRole

    asked = BreakGlassRole(username, role, reason, system_user())
    person = with_glass(place_of(context).installed(), lambda glass: glass.role(asked))
    tell(plain(f"{person.name}: {person.role}"), as_json, username=username, role=person.role)
    if not person.enrolled:
        needs_link(person, f"break-glass link {username} --reason REASON")


def with_glass(settings: Settings, do: Callable[[Glass], Awaitable[T]]) -> T:
    """Return what *do* returns, done by the running server or here. Raises as `shell.glass`."""
    from onrecord.cli.reach.shell import glass

    async def run() -> T:
        async with glass(settings) as at:
            return await do(at)

    return asyncio.run(run())


def system_user() -> str:
    """Return who gives the command: the system's name of who ran it, behind sudo as well."""
    import os

    from onrecord.app.settings.paths import user_name

    name = user_name(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return f"{behind} (as {name})" if behind.isprintable() and behind else name
