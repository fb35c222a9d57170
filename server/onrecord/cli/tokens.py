"""onrecord tokens: a lasting way in for scripts and bots."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated

import typer

from onrecord.cli.signed_in import As, Desk, at_desk

tokens_app = typer.Typer(
    help="Make, list and revoke tokens for scripts and bots, while the server is stopped.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Username = Annotated[str, typer.Argument(help="Whose token it is: it acts as this person.")]


@tokens_app.command()
def new(
    context: typer.Context,
    username: Username,
    name: Annotated[str, typer.Option(help="What it is for, so that it can be told apart.")],
    *,
    days: Annotated[
        int | None, typer.Option(min=1, help="How long it works.", show_default="until revoked")
    ] = None,
    messages_per_minute: Annotated[
        int | None, typer.Option(min=1, help="Its own limit, instead of the person's.")
    ] = None,
    burst: Annotated[int | None, typer.Option(min=1, help="Its own burst.")] = None,
    administrator: As,
) -> None:
    """Make a token and print it, this once.

    Whoever has it can do what the person can: keep it in a file with mode 0600.

    Example: onrecord tokens new reports --name "nightly report" --days 90 --as adam
    """
    from onrecord.identity.tokens import NewToken
    from onrecord.wire.limits import WireLimits

    rate = None
    if messages_per_minute is not None or burst is not None:
        usual = WireLimits()
        rate = (messages_per_minute or usual.messages_per_minute, burst or usual.burst)
    lifetime = None if days is None else timedelta(days=days)

    async def do(at: Desk) -> str:
        person = await at.who.people.named(username)
        asked = NewToken(person.id, name, lifetime, rate)
        secret, _ = await at.who.tokens.create(at.actor, at.origin, asked)
        return secret

    print(at_desk(context, administrator, do))


@tokens_app.command("list")
def list_tokens(
    context: typer.Context,
    username: Username,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a token.")] = False,
    administrator: As,
) -> None:
    """List somebody's tokens that are not revoked. The secrets are stored as hashes only."""

    async def do(at: Desk) -> list[dict[str, object]]:
        person = await at.who.people.named(username)
        return [
            {
                "id": token.id,
                "name": token.name,
                "created_at": token.created_at.isoformat(timespec="seconds"),
                "expires_at": token.expires_at and token.expires_at.isoformat(timespec="seconds"),
                "rate": token.rate,
            }
            for token in await at.who.tokens.of(person.id)
        ]

    for row in at_desk(context, administrator, do):
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{row['id']}  {row['created_at']}  {row['name']}")


@tokens_app.command()
def revoke(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="The token's id, from `tokens list`.")],
    *,
    administrator: As,
) -> None:
    """Revoke a token at once."""
    from onrecord.domain.ids import SessionId

    async def do(at: Desk) -> None:
        await at.who.tokens.revoke(at.actor, at.origin, SessionId(token))

    at_desk(context, administrator, do)
    print("Revoked.")
