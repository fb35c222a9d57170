"""onrecord tokens: a lasting way in for scripts and bots."""

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
    help="Make, list and revoke tokens for scripts and bots, beside the server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Username = Annotated[str, typer.Argument(help="Whose tokens: they act as this person or bot.")]


@tokens_app.command()
def new(
    context: typer.Context,
    bots: Annotated[
        list[str] | None,
        typer.Argument(help="User names of bots of yours.", show_default="yourself"),
    ] = None,
    *,
    name: Annotated[str, typer.Option(help="What it is for, so that it can be told apart.")],
    days: Annotated[
        int | None, typer.Option(min=1, help="How long it works.", show_default="until revoked")
    ] = None,
    messages_per_minute: Annotated[
        int | None, typer.Option(min=1, help="Its own limit instead of the person's, with --burst.")
    ] = None,
    burst: Annotated[int | None, typer.Option(min=1, help="Its own burst.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a token.")] = False,
    administrator: As,
) -> None:
    """Make a token of your own, or one for each of your bots, and print them, this once.

    Nobody makes a token that acts as somebody else: everybody makes their own, in the chat under
    "Devices". Whoever has a token can do what it acts as can: keep it in a file with mode
    0600.

    Example: onrecord tokens new reports --name "nightly report" --days 90 --as adam
    """
    import msgspec

    from onrecord.features.sign_in.bodies import MadeTokens, NewTokens, OwnToken

    async def do(api: Api) -> list[OwnToken]:
        ids = [(await named(api, bot)).id for bot in bots or ()]
        asked = NewTokens(name, ids or None, days, messages_per_minute, burst)
        return (await api.post("/api/v1/tokens", asked, MadeTokens)).tokens

    for made in as_administrator(context, administrator, do):
        told = json.dumps(msgspec.to_builtins(made), ensure_ascii=False)
        print(told if as_json else made.secret)


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
