"""Another person's acknowledgements while strangers attack, or one who has signed in.

The server has a core of its own, the attack that of the load, so that it takes no processor time
from the server but what the server gives it. It is compared with NOTHING, which takes as much of
the load's core.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.rig.client import Client, client
from tests.rig.installation import Installation

EVERY_SECONDS = 0.05
"""How often the other person sends something, whether or not what they sent before is answered."""
CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Suffered:
    """What an attack did. Times are milliseconds; `p95_ms`: 95 of 100 were no slower."""

    kind: str
    p95_ms: float
    slowest_ms: float
    grown_bytes: int
    descriptors: int
    blows: int

    def __str__(self) -> str:
        """The figures in one line, for whoever reads a failed test."""
        return (
            f"{self.kind}: p95 {self.p95_ms:.0f} ms, slowest {self.slowest_ms:.0f} ms,"
            f" {self.grown_bytes >> 20} MiB more, {self.descriptors} descriptors,"
            f" {self.blows} blows"
        )


def suffer(
    made: Installation,
    pid: int,
    kind: str,
    *,
    who: str,
    conv: str,
    seconds: float,
    cookie: str = "",
) -> Suffered:
    """Attack the server of a process id for so long, and measure. Blocks.

    *cookie*: of who attacks, where they have signed in.
    """
    command = [kind, str(made.settings.chat.port), str(made.ca), str(seconds), cookie]
    with _pinned(CORES[-1]):
        os.sched_setaffinity(pid, {CORES[0]})
        try:
            return asyncio.run(_story(made, pid, command, who=who, conv=conv, seconds=seconds))
        finally:
            os.sched_setaffinity(pid, CORES)


@contextmanager
def _pinned(core: int) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _story(
    made: Installation, pid: int, command: list[str], *, who: str, conv: str, seconds: float
) -> Suffered:
    async with client(made, who) as one:
        await _acknowledged(one, conv, 0.5)
        size = _resident(pid)
        under, most, blows = await _beside(pid, command, one, conv=conv, seconds=seconds)
    p95 = statistics.quantiles(under, n=20)[-1]
    return Suffered(command[0], p95, max(under), most[0] - size, most[1], blows)


async def _beside(
    pid: int, command: list[str], one: Client, *, conv: str, seconds: float
) -> tuple[list[float], list[int], int]:
    """Measure beside one attack; return times, the most bytes and descriptors, and its blows."""
    attack = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.rig.attacks", *command),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert attack.stdout is not None
    assert await attack.stdout.readline() == b"began\n"
    with _watched(pid) as most:
        times = await _acknowledged(one, conv, seconds)
    blows = int(await attack.stdout.readline())
    await attack.wait()
    return times, most, blows


async def _acknowledged(one: Client, conv: str, seconds: float) -> list[float]:
    """Send something every EVERY_SECONDS; return how long each took from when it was due."""
    sent: dict[str, float] = {}
    began, count = time.monotonic(), max(2, int(seconds / EVERY_SECONDS))
    for number in range(count):
        due = began + number * EVERY_SECONDS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        sent[await one.send(conv, "Good morning")] = due
    await one.until(lambda: sent.keys() <= one.answers.keys())
    assert {one.answers[id]["t"] for id in sent} == {"ack"}
    came = {frame["id"]: frame["came_at"] for frame in one.frames if "id" in frame}
    return [1000 * (came[id] - due) for id, due in sent.items()]


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The most bytes and descriptors that a process has meanwhile."""
    most, over = [0, 0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            most[0] = max(most[0], _resident(pid))
            most[1] = max(most[1], len(os.listdir(f"/proc/{pid}/fd")))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
