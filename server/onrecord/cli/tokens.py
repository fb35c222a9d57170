"""onrecord tokens: what lets scripts and bots in.

Everybody makes their own in the chat, under "Devices", with their password: no session alone does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import PEOPLE, As, as_administrator, named

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.people.bodies import Access

tokens_app = App(
    help="List and revoke tokens of scripts and bots, beside the server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Username = Annotated[str, typer.Argument(help="Whose tokens: they act as this person or bot.")]


@tokens_app.command("list")
def list_tokens(
    context: typer.Context,
    username: Username,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a token.")] = False,
    administrator: As,
) -> None:
    """List somebody's tokens that are not revoked. The secrets are stored as hashes only.

    Example: onrecord tokens list reports --as adam
    """

    import msgspec

    from onrecord.features.people.bodies import AccessList

    async def do(api: Api) -> list[Access]:
        path = f"{PEOPLE}/{(await named(api, username)).id}/tokens"
        return (await api.get(path, AccessList)).tokens

    for token in as_administrator(context, administrator, do):
        if as_json:
            print(json.dumps(msgspec.to_builtins(token), ensure_ascii=False))
        else:
            print(plain(f"{token.id}  {token.created_at}  {token.name}"))


@tokens_app.command()
def revoke(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="The token's id, from `tokens list`.")],
    *,
    administrator: As,
) -> None:
    """Revoke a token at once.

    Example: onrecord tokens revoke 3f9c2b6d8e1a4c70 --as adam
    """
    path = f"/api/v1/admin/tokens/{token}"
    as_administrator(context, administrator, lambda api: api.send("DELETE", path))
    print("Revoked.")
