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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.rig.client import Client, client
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

EVERY_SECONDS = 0.05
"""How often the other person sends something, whether or not what they sent before is answered."""
CORES = sorted(os.sched_getaffinity(0))
ROOT = Path(__file__).parents[2]
ATTACK = (sys.executable, "-m", "tests.rig.attacks")


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
    cookies: Sequence[str] = (),
) -> Suffered:
    """Attack the server of a process id for so long, and measure. Blocks.

    *cookies*: of who attack, where they have signed in.
    """
    command = [kind, str(made.settings.chat.port), str(made.ca), str(seconds), *cookies]
    with _apart(pid):
        return asyncio.run(_story(made, pid, command, who=who, conv=conv, seconds=seconds))


@contextmanager
def attacked(
    made: Installation, pid: int, kind: str, *, cookies: Sequence[str] = ()
) -> Iterator[None]:
    """Have a server attacked meanwhile, for PATIENCE at the most."""
    command = [kind, str(made.settings.chat.port), str(made.ca), str(PATIENCE), *cookies]
    with _apart(pid), subprocess.Popen([*ATTACK, *command], stdout=subprocess.PIPE, cwd=ROOT) as it:
        try:
            assert it.stdout is not None
            assert it.stdout.readline() == b"began\n"
            yield
            assert it.poll() is None, "the attack ended before"
        finally:
            it.kill()


@contextmanager
def _apart(pid: int) -> Iterator[None]:
    """Give the server a core, all its threads, and who attack and measure the other."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[-1]})
    _pin(pid, [CORES[0]])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
        _pin(pid, CORES)


def _pin(pid: int, cores: Sequence[int]) -> None:
    for thread in os.listdir(f"/proc/{pid}/task"):
        with suppress(ProcessLookupError):  # a thread that ended meanwhile
            os.sched_setaffinity(int(thread), cores)


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
        *ATTACK, *command, stdout=subprocess.PIPE, cwd=ROOT
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
