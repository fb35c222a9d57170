"""onrecord people uncovered, succeed: what leavers left, and who takes over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import PEOPLE, As, as_administrator, named

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api
    from onrecord.features.relationships import bodies as wire


def uncovered(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a leaver.")] = False,
    administrator: As,
) -> None:
    """List clients whose advisor left and who have no new one, and bots without an owner.

    Example: onrecord people uncovered --as adam
    """
    import msgspec

    from onrecord.features.relationships.bodies import Leavers

    found = as_administrator(
        context, administrator, lambda api: api.get("/api/v1/admin/uncovered", Leavers)
    )
    leavers = found.leavers
    if as_json:
        for leaver in leavers:
            print(json.dumps(msgspec.to_builtins(leaver), ensure_ascii=False))
        return
    if not leavers:
        print("No client is without an advisor, and no bot without an owner.")
    for leaver in leavers:
        since = "" if leaver.since is None else f", since {leaver.since[:16]}Z"
        print(plain(f"{leaver.name}{since}"))
        for each in leaver.conversations:
            group = "" if each.group is None else f", {each.group or 'a group'}"
            print(plain(f"  {each.conversation}  {each.name}{group}"))
        if leaver.invites:
            print(f"  open invites: {leaver.invites}")
        for bot in leaver.bots:
            print(plain(f"  bot {bot}: its tokens ended"))


def succeed(
    context: typer.Context,
    leaver: Annotated[str, typer.Argument(help="The user name of the person who left.")],
    successor: Annotated[str, typer.Argument(help="The user name of the person who takes over.")],
    *,
    administrator: As,
) -> None:
    """Name who takes over all clients of a person whose account has ended.

    Example: onrecord people succeed julia marek --as adam
    """

    from onrecord.features.relationships.bodies import Succession

    async def do(api: Api) -> str:
        by = await named(api, successor)
        path = f"{PEOPLE}/{(await named(api, leaver)).id}/successor"
        await api.send("POST", path, Succession(by.id))
        return by.name

    name = as_administrator(context, administrator, do)
    print(f"{plain(name)} takes over. Everyone in the conversations sees it in a few seconds.")


def left_lines(left: wire.LeftOpen, *, taken_over: bool) -> list[str]:
    """Return what somebody whose account just ended leaves, a line each."""
    later = "Name who takes over: onrecord people succeed."
    clients = "They pass now." if taken_over else f"No one has taken over yet. {later}"
    said = {
        f"Conversations with clients: {left.conversations}. {clients}": left.conversations,
        f"Open invites, whose links work again once someone takes over: {left.invites}.": (
            0 if taken_over else left.invites
        ),
        f"Groups with no other admin: {left.groups}. Any member of the firm leads them now.": (
            left.groups
        ),
        f"Bots whose tokens ended: {', '.join(left.bots)}.": len(left.bots),
        f"Scheduled messages that are not sent: {left.scheduled}.": left.scheduled,
        f"Cases that stay on the record: {left.cases}. Auditors can read them.": left.cases,
    }
    return [line for line, count in said.items() if count]
