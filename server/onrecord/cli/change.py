"""onrecord people change: who somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import PEOPLE, As, as_administrator, named
from onrecord_archive.events.language import Language

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.people import bodies as wire

Roles = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor"]


def change(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="A user name.")],
    *,
    name: Annotated[str | None, typer.Option(help="Another full name.")] = None,
    role: Annotated[Roles | None, typer.Option(help="Another role.")] = None,
    org: Annotated[str | None, typer.Option(help="Another organisation.")] = None,
    new_username: Annotated[str | None, typer.Option(help="Another user name.")] = None,
    mail: Annotated[str | None, typer.Option(help="Another mail address.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="What letters to them are written in.")
    ] = None,
    administrator: As,
) -> None:
    """Change who somebody is; what is not given stays as it is.

    Once they have signed in, it waits for a second administrator, and they are told. So does a role
    of compliance, auditors and administrators that is given or taken, at any time.

    Example: onrecord people change anna --name "Anna Nowak" --as adam
    """
    from onrecord.cli.reach.api import answered
    from onrecord.cli.requests import waits, warn_alike
    from onrecord.features.people.bodies import Account, ChangeAccount

    asked = ChangeAccount(name, org, role, new_username, mail, language)

    async def do(api: Api) -> wire.Account | wire.ApprovalRequest:
        path = f"{PEOPLE}/{(await named(api, username)).id}"
        return answered(await api.attempt("PUT", path, asked, Account))

    done = as_administrator(context, administrator, do)
    if isinstance(done, Account):
        print(plain(f"{done.name}: {done.role}, {done.org}"))
        warn_alike(done)
    else:
        waits(done)
