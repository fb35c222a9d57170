"""The server's part of a drain: `python -m tests.bench.drain_process PLAN RESULT`.

A backlog that stands in the archive goes through the server's own dispatcher to a hook in its own
process, while nobody chats. The time runs from the first receipts on, so that neither connecting
nor what a hook tries before its first delivery counts.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from onrecord.app.hooks import dispatcher
from onrecord.app.recording import recording
from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from onrecord.app.settings.model import Hook, Settings
from onrecord.core.hooks.figures import HookFigures
from onrecord.features.hooks.store import HookStore
from onrecord.features.people.store import IdentityStore
from onrecord_archive.reader.archive import Archive
from tests.bench.servers import cpu_of
from tests.rig.installation import surroundings

LOOK_SECONDS = 0.01
"""How often the hook's figures are looked at."""
EARLY = 0.1
"""The part of the backlog after which memory is looked at first: all is loaded by then."""
MIB = 1024 * 1024


class DrainPlan(Struct, frozen=True):
    """Which hook drains what: the last `backlog` entries of an installation's archive, 0: all."""

    data: str
    name: str
    kind: str
    options: dict[str, str]
    backlog: int = 0


class Moment(Struct, frozen=True):
    """What was used up to now: monotonic seconds, CPU seconds, bytes of memory of its own."""

    at: float
    delivered: int
    server_cpu: float
    hook_cpu: float
    server_own: int
    hook_own: int


def main() -> None:
    """Drain as the plan says, and write the figures."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=DrainPlan)
    settings = load(Path(plan.data))
    with owning(settings.paths.lock):
        figures = uvloop.run(_drain(plan, _with_hook(settings, plan)))
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(figures))


def _with_hook(settings: Settings, plan: DrainPlan) -> Settings:
    hook = Hook(kind=plan.kind, options=plan.options, compare_hours=0)
    return settings.model_copy(update={"hooks": {plan.name: hook}})


async def _drain(plan: DrainPlan, settings: Settings) -> dict[str, Any]:
    around = surroundings()
    async with recording(settings, around) as rec:
        end = Archive(settings.archive.directory).size
        first = max(0, end - plan.backlog) if plan.backlog else 0
        store = HookStore(rec.database)
        store.state(plan.name)
        store.advance(plan.name, first)
        hooks = dispatcher(settings, rec, around, IdentityStore(rec.database))
        (hook,) = hooks.figures()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(hooks.run())
            try:
                moments = await _watched(hook, first, end)
            finally:
                running.cancel()
    return {"first": first, "end": end, "failures": hook.failures, **_figures(moments)}


async def _watched(hook: HookFigures, first: int, end: int) -> list[Moment]:
    """Return the moments of the first receipts, of a tenth of the backlog, and of its end."""
    early = first + round(EARLY * (end - first))
    await _until(hook, lambda: hook.delivered > 0)
    begun = _now(hook)
    await _until(hook, lambda: hook.cursor >= early)
    warm = _now(hook)
    await _until(hook, lambda: hook.cursor >= end)
    return [begun, warm, _now(hook)]


async def _until(hook: HookFigures, reached: Callable[[], bool]) -> None:
    while not reached():
        if hook.state == "misconfigured":
            raise SystemExit(f"the hook does not deliver: {hook.last_error}")
        await asyncio.sleep(LOOK_SECONDS)


def _now(hook: HookFigures) -> Moment:
    (child,) = _children()
    return Moment(
        time.monotonic(),
        hook.delivered,
        time.process_time(),
        cpu_of(child),
        own_memory(os.getpid()),
        own_memory(child),
    )


def _children() -> Iterator[int]:
    """Yield the processes that this one has started: the hook's."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            yield int(status.parent.name)


def own_memory(pid: int) -> int:
    """Return the resident bytes of a process that are no file's: the archive is mapped, not read.

    Pages of a mapped file are the kernel's to take back; what grows without end would be these.
    """
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return 1024 * int(line.split()[1])
    raise LookupError(f"the kernel tells no RssAnon of {pid}")


def _figures(moments: list[Moment]) -> dict[str, Any]:
    begun, early, done = moments
    records = done.delivered - begun.delivered
    if records <= 0:
        raise SystemExit("all arrived at once: the backlog is too small to be measured")
    server, hook = done.server_cpu - begun.server_cpu, done.hook_cpu - begun.hook_cpu
    own = [moment.server_own + moment.hook_own for moment in (early, done)]
    return {
        "records": records,
        "seconds": done.at - begun.at,
        "records_s": records / (done.at - begun.at),
        "server_ms_1000": 1e6 * server / records,
        "hook_ms_1000": 1e6 * hook / records,
        "cpu_ms_1000": 1e6 * (server + hook) / records,
        "own_early_mib": own[0] / MIB,
        "own_end_mib": own[1] / MIB,
        "own_ratio": own[1] / own[0],
        "own_server_mib": done.server_own / MIB,
        "own_hook_mib": done.hook_own / MIB,
    }


if __name__ == "__main__":
    main()
