"""onrecord people hand-over: who answers for a client from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.outcome import plain
from onrecord.cli.signed_in import As, at_desk

if TYPE_CHECKING:
    from onrecord.cli.desk import Desk


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
    from onrecord.cli.desk import named

    async def do(at: Desk) -> str:
        person = await named(at, successor)
        await at.hand_over(conversation, person.id, history)
        return person.name

    name = at_desk(context, administrator, do)
    print(f"{plain(name)} answers from now on. Everybody in the conversation sees it.")
