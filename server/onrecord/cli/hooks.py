"""onrecord hooks: how far the hooks are, delivering again, comparing. They run in the server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import quote

import typer

from onrecord.cli.app import App
from onrecord.cli.exits import FOUND
from onrecord.cli.reach.signed_in import As, as_administrator

if TYPE_CHECKING:
    from msgspec import Struct

    from onrecord.cli.reach.api import Api
    from onrecord.features.hooks.bodies import HookLimits, HookState, ReceiptsChecked

T = TypeVar("T")
HOOKS = "/api/v1/admin/hooks"
hooks_app = App(
    help="See how far the hooks of the running server are, and their receipts; have one deliver"
    " again; compare one; write one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Name = Annotated[str, typer.Argument(help="The hook's name in the settings.")]


@hooks_app.command("new")
def new_hook(
    name: Annotated[str, typer.Argument(help="What settings will call its kind: filing.")],
    *,
    into: Annotated[Path, typer.Option(help="Where its folder is made.")] = Path(),
) -> None:
    """Write a hook of your own that works and passes its tests, to begin from.

    It needs no server. archive_hooks/HOOKS.md says what authors ask.

    Example: onrecord hooks new filing
    """
    from onrecord.cli.hook_scaffold import scaffold

    folder = scaffold(name, into)
    print(f"{folder} has a hook that passes the kit: cd {folder} && python -m pytest")


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

    hooks = as_administrator(context, administrator, _states)
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
    from onrecord.features.hooks.bodies import NewReplay

    _do(context, administrator, name, "replay", NewReplay(first))
    print(f"{name} delivers again from {first} on. Watch it: onrecord hooks list")


@hooks_app.command()
def retry(context: typer.Context, name: Name, *, administrator: As) -> None:
    """Try a hook now that waits after a failure, and the streams of which it refused a record.

    Example: onrecord hooks retry copy --as adam
    """
    _do(context, administrator, name, "retry")
    print(f"{name} is tried again now.")


@hooks_app.command()
def pause(context: typer.Context, name: Name, *, administrator: As) -> None:
    """Have a hook deliver nothing until it is resumed, after a start as well.

    What is archived meanwhile waits for it, and is delivered then. `/ready` says that it is paused.

    Example: onrecord hooks pause copy --as adam
    """
    _do(context, administrator, name, "pause")
    print(f"{name} is paused. It goes on after: onrecord hooks resume {name}")


@hooks_app.command()
def resume(context: typer.Context, name: Name, *, administrator: As) -> None:
    """Have a hook that was paused go on from where it was.

    Example: onrecord hooks resume copy --as adam
    """
    _do(context, administrator, name, "resume")
    print(f"{name} delivers again.")


@hooks_app.command()
def compare(context: typer.Context, name: Name, *, administrator: As) -> None:
    """Read back what a hook's other side has, and compare it with the archive.

    It goes on in the server, which also does it each day (`compare_hours`). What it found is put on
    the record.

    Example: onrecord hooks compare copy --as adam
    """
    _do(context, administrator, name, "compare")
    print(f"{name} is compared as soon as it has delivered what it had.")
    print(f"What that finds: onrecord hooks differences {name}")


@hooks_app.command()
def differences(context: typer.Context, name: Name, *, administrator: As) -> None:
    """List what the last comparison did not find on the other side as it should be.

    One line for each of the first 100: its archive_index, `missing` (not there or unreadable),
    `changed` (other bytes), `unknown` (it should not be there), `unreceipted` (its receipt is
    gone) or `unread` (it can't be read back, so it was not compared), and when the other side
    acknowledged it. Exits with 3 if there are any, nothing was compared yet, or a comparison under
    way gets no further.

    Example: onrecord hooks differences copy --as adam
    """
    hook = as_administrator(context, administrator, lambda api: _running(api, name))
    for each in hook.compared.named if hook.compared else ():
        print(each.archive_index, each.found, each.received_at or "")
    print(f"{name}: {_compared(hook)}", file=sys.stderr)
    if hook.compared is None or hook.compared.differences or hook.comparison_error:
        raise typer.Exit(FOUND)


@hooks_app.command()
def receipts(
    context: typer.Context,
    name: Name,
    *,
    entry: Annotated[
        int | None, typer.Option(min=0, help="The archive_index of one entry: its receipts.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hold all against their hashes and the archive.")
    ] = False,
    before: Annotated[
        int | None, typer.Option(min=0, help="List those before this number.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=200, help="So many lines.")] = 20,
    administrator: As,
) -> None:
    """List what a hook's other side acknowledged, and when.

    One line for each range, the newest first: how many receipts came before it and are in it, the
    first and last entry that they are for, from when to when they came, and the hash over all up to
    there. With an entry: each of its receipts, with what the other side called it. Exits with 3 if
    what is kept does not fit its hashes.

    Example: onrecord hooks receipts copy --entry 4711 --as adam
    """
    from onrecord.features.hooks.bodies import EntryReceipts, ReceiptRanges

    if check:
        checked = as_administrator(context, administrator, lambda api: _checked(api, name))
        print(f"{name}: {checked.end} receipts hold, SHA-256 {checked.sha256}")
        _refuse(checked.wrong)
    elif entry is not None:
        path = f"{_path(name)}/receipts/{entry}"
        held = as_administrator(context, administrator, lambda api: _kept(api, path, EntryReceipts))
        for each in held.receipts:
            print(each.at, json.dumps(each.detail, ensure_ascii=False)[1:-1])
        _refuse(held.wrong)
    else:
        path = f"{_path(name)}/receipts?limit={most}"
        path += "" if before is None else f"&before={before}"
        found = as_administrator(
            context, administrator, lambda api: _kept(api, path, ReceiptRanges)
        )
        rows = found.ranges
        if not rows:
            print(f"{name}: no receipts are kept", file=sys.stderr)
        for row in rows:
            entries = f"entries {row.first} to {row.end - 1}"
            times = f"{row.began_at} to {row.ended_at}"
            print(f"{row.number} + {row.count}: {entries}, {times}, {row.sha256}")


async def _states(api: Api) -> list[HookState]:
    """Return how far every hook is. Raises Unavailable without a server: hooks run in it."""
    from onrecord.features.hooks.bodies import Hooks

    return (await _kept(api, HOOKS, Hooks)).hooks


async def _running(api: Api, name: str) -> HookState:
    """Return how far a hook is; raises as `_states`, and NotFound (`no_such_hook`)."""
    from onrecord.core.domain.errors import NotFound

    hooks = await _states(api)
    for each in hooks:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in hooks)
    there = f"Name one of these: {names}." if hooks else "None is set up."
    raise NotFound("no_such_hook", f"There is no running hook of this name. {there}")


def _do(
    context: typer.Context, administrator: str, name: str, what: str, body: Struct | None = None
) -> None:
    """Have the server do something with a running hook; raises as `_running`."""

    async def do(api: Api) -> None:
        await _running(api, name)
        await api.send("POST", f"{_path(name)}/{what}", body)

    as_administrator(context, administrator, do)


async def _kept(api: Api, path: str, kind: type[T]) -> T:
    """Return what the server knows of hooks, also of one that settings name no more."""
    from onrecord.core.domain.errors import Unavailable

    if api.inside:
        detail = "Hooks run in the server, and none is running. Start it: onrecord serve"
        raise Unavailable("server_not_running", detail)
    return await api.get(path, kind)


async def _checked(api: Api, name: str) -> ReceiptsChecked:
    """Hold all receipts of a hook against their hashes and leaves; raises as `_states`."""
    from onrecord.features.hooks.bodies import ReceiptsChecked

    path = f"{_path(name)}/receipt-check"
    found = await _kept(api, path, ReceiptsChecked)
    while found.more:
        found = await _kept(api, f"{path}?after={found.end}", ReceiptsChecked)
    return found


def _path(name: str) -> str:
    return f"{HOOKS}/{quote(name, safe='')}"


def _refuse(wrong: str | None) -> None:
    if wrong is not None:
        print(wrong, file=sys.stderr)
        raise typer.Exit(FOUND)


def _limits(limits: HookLimits) -> str:
    people = [each.name for each in limits.people]
    named = (
        ("classes", limits.classes),
        ("streams", limits.streams),
        ("types", limits.types),
        ("people", people),
    )
    return ", ".join(f"{name} {' '.join(words)}" for name, words in named if words)


def _compared(hook: HookState) -> str:
    """Return what is known of the other side."""
    if not hook.comparable:
        return "cannot be compared"
    parts = []
    if hook.compared is None:
        parts.append("not compared yet")
    else:
        count = hook.compared.differences
        found = f"{count} not as in the archive" if count else "all as in the archive"
        parts.append(f"{found} below {hook.compared.end} at {hook.compared.ended_at[:16]}Z")
    if hook.comparing is not None:
        parts.append(f"being compared at {hook.comparing}")
    if hook.comparison_error:
        parts.append(f"comparing failed: {hook.comparison_error}")
    return ", ".join(parts)


def _line(hook: HookState) -> str:
    parts = [f"{hook.name}: {hook.state}", f"at {hook.cursor}", f"{hook.backlog} behind"]
    if hook.age_s:
        parts.append(f"oldest {hook.age_s:.0f} s")
    if hook.blocked_streams:
        parts.append(f"{hook.blocked_streams} streams blocked")
    if hook.sees != "sealed":
        parts.append(hook.sees + (f" without {' '.join(hook.without)}" if hook.without else ""))
    if hook.sees != "sealed" and not hook.plaintext:
        parts.append("not provable")
    if not hook.receipts:
        parts.append("without receipts")
    if hook.limits:
        parts.append(f"sees only {_limits(hook.limits)}: {hook.left_out} left out")
    parts.append(_compared(hook))
    if hook.last_error:
        parts.append(hook.last_error)
    return ", ".join(parts)
