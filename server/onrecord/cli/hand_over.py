"""onrecord people hand-over: who answers for a client from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.reach.signed_in import As, as_administrator, named

if TYPE_CHECKING:
    from onrecord.cli.reach.api import Api


def hand_over(
    context: typer.Context,
    conversation: Annotated[
        str, typer.Argument(help="Its id, as `people clients` and `waiting` print it with --json.")
    ],
    successor: Annotated[str, typer.Argument(help="The user name of who answers from now on.")],
    *,
    history: Annotated[
        Literal["all", "new"], typer.Option(help="What they read of what was said before.")
    ] = "all",
    administrator: As,
) -> None:
    """Hand a client's conversation over, also where nobody answers any more.

    In a group that is possible where one person of the firm, or none, answers.

    Example: onrecord people hand-over 0198f3c2a1b47d60a2f3c4d5e6f70819 marek --as adam
    """

    from onrecord.core.domain.clock import SystemClock
    from onrecord.core.domain.ids import new_id
    from onrecord.features.relationships.bodies import ChangeRelationship

    async def do(api: Api) -> str:
        person = await named(api, successor)
        body = ChangeRelationship(new_id(SystemClock()), "hand_over", person.id, history)
        await api.send("POST", f"/api/v1/admin/relationships/{conversation}", body)
        return person.name

    name = as_administrator(context, administrator, do)
    print(f"{plain(name)} answers from now on. Everybody in the conversation sees it.")
