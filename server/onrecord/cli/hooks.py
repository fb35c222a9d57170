"""onrecord hooks: how far the hooks are, and delivering again. They run in the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.signed_in import As, at_desk

if TYPE_CHECKING:
    from onrecord.wire.administration import HookState

hooks_app = App(
    help="See how far the hooks of the running server are; have one deliver again.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Name = Annotated[str, typer.Argument(help="The hook's name in the settings.")]


@hooks_app.command("list")
def list_hooks(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a hook.")] = False,
    administrator: As,
) -> None:
    """List the hooks: state, receipts so far, what waits, what was refused.

    Example: onrecord hooks list --as adam
    """
    import msgspec

    hooks = at_desk(context, administrator, lambda at: at.hooks())
    if not hooks and not as_json:
        print("No hook is set up: see [hooks] in the settings.")
    for hook in hooks:
        print(json.dumps(msgspec.to_builtins(hook), ensure_ascii=False) if as_json else _line(hook))


@hooks_app.command()
def replay(
    context: typer.Context,
    name: Name,
    *,
    first: Annotated[
        int, typer.Option("--from", min=0, help="The archive_index to deliver from again.")
    ],
    administrator: As,
) -> None:
    """Deliver everything from an archive_index on again, for a destination that lost it.

    Each record keeps its id, so a destination that has one knows it. It is put on the record first.
    Where the hook has delivered nothing from there on yet, that is said and nothing is done.

    Example: onrecord hooks replay copy --from 0 --as adam
    """
    at_desk(context, administrator, lambda at: at.replay_hook(name, first))
    print(f"{name} delivers again from {first} on. Watch it: onrecord hooks list")


@hooks_app.command()
def retry(context: typer.Context, name: Name, *, administrator: As) -> None:
    """Try a hook now that waits after a failure, and the streams of which it refused a record.

    Example: onrecord hooks retry copy --as adam
    """
    at_desk(context, administrator, lambda at: at.retry_hook(name))
    print(f"{name} is tried again now.")


def _line(hook: HookState) -> str:
    parts = [f"{hook.name}: {hook.state}", f"at {hook.cursor}", f"{hook.backlog} behind"]
    if hook.age_s:
        parts.append(f"oldest {hook.age_s:.0f} s")
    if hook.blocked_streams:
        parts.append(f"{hook.blocked_streams} streams blocked")
    if hook.plaintext:
        parts.append("plaintext")
    if hook.last_error:
        parts.append(hook.last_error)
    return ", ".join(parts)
