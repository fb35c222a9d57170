"""Typer whose commands take an option once, unless it is declared to repeat.

Typer itself lets the last one win without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

F = TypeVar("F", bound="Callable[..., Any]")


class Command(TyperCommand):
    """A command that refuses an option which is given twice."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer's
        """Parse a command line. Raises typer's usage error, which ends with exit code 2."""
        _refuse_twice(ctx, self.make_parser(ctx).parse_args(args=list(args))[2])
        return super().parse_args(ctx, args)


class Group(TyperGroup):
    """A group whose own options are given once each."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer's
        """Parse a command line up to the command. Raises as Command does."""
        _refuse_twice(ctx, self.make_parser(ctx).parse_args(args=list(args))[2])
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """Typer with these commands and groups, wherever no other class is named."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # typer's own
        super().__init__(**{"cls": Group, **settings})

    def command(
        self,
        name: str | None = None,
        **settings: Any,  # noqa: ANN401  # typer's own
    ) -> Callable[[F], F]:
        """Register a command, as typer does."""
        return super().command(name, **{"cls": Command, **settings})


def _refuse_twice(ctx: Any, given: Sequence[Any]) -> None:  # noqa: ANN401  # typer's own
    """*given*: what was said, in order; options that repeat or that end the parsing may recur."""
    seen: set[str] = set()
    if ctx.resilient_parsing:  # a shell that completes a line
        return
    for each in given:
        if each.param_type_name != "option" or each.multiple or each.is_eager:
            continue
        if each.name in seen:
            ctx.fail(f"{max(each.opts, key=len)} is given twice, and it takes one value.")
        seen.add(each.name)
