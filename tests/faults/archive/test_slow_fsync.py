"""F9: every fsync takes half a second. People wait longer; nothing is lost, the server lives."""

import asyncio
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.defects import HOLD
from tests.faults.durable import SYNCS, assert_durable_first, to_wall
from tests.faults.gate_server import GateServer
from tests.faults.load import Operation, Writer, answered, until, writing
from tests.faults.rounds import ROUNDS
from tests.faults.strace import Call, Trace, injecting, threads_of
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.client import client
from tests.rig.installation import Installation
from tests.rig.promises import PromiseBroken

DELAY_SECONDS = 0.5
SLOW_SECONDS = 8.0 * ROUNDS
ENOUGH = 300
"""Commands that are acknowledged while the disk is slow."""
A_SECOND = 200
HEARTBEAT_SECONDS = 5
COMES_IN_SECONDS = 1.0
P99_SECONDS = 2.0
"""The promises; `make proofs` asserts them at three times their value.

An ack takes two fsyncs, and up to as many again where a batch is under way; SQLite takes two more
once in a thousand pages. Tiles and checkpoint take up to nine, in a thread of their own."""
PAUSE = 0.012
"""Three people offer more than 200 messages a second."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path, toml=f"[limits]\nheartbeat_s = {HEARTBEAT_SECONDS}\n")


def latencies(writers: list[Writer], begin: float, end: float) -> list[float]:
    """Return how long each ack took, of what was sent in a span of time; ascending."""
    found = []
    for writer in writers:
        sent = {one.id: one.at for one in writer.operations if one.kind == "invoke"}
        acks = [one for one in writer.operations if one.kind == "ok"]
        found += [one.at - sent[one.id] for one in acks if begin <= sent[one.id] < end]
    return sorted(found)


def slowly(server: GateServer, trace: Path) -> AbstractContextManager[Trace]:
    delay = f"delay_enter={int(DELAY_SECONDS * 1e6)}"
    return injecting(threads_of(server.process.pid), ",".join(SYNCS), delay, trace)


async def looks_in(made: Installation, done: Callable[[], bool]) -> float:
    """Come in again and again until *done*, and stay for a heartbeat; return the slowest entry."""
    slowest = 0.0
    async with client(made, "jan", wait=False) as stays:
        while not done():
            began = time.monotonic()
            async with client(made, "jan", wait=False) as socket:
                await socket.frame("resumed")
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.2)
        await stays.frame("heartbeat")
    return slowest


@dataclass(frozen=True, slots=True)
class Seen:
    """How long each ack took before the disk was slow and then, and the slowest entry."""

    quick: list[float]
    slow: list[float]
    entered: float


def through_a_slow_disk(made: Installation, trace: Trace, *, timed: bool) -> Seen:
    """Write on a slow disk: for a time, or until enough is acknowledged. Nothing may be lost."""
    writers = people(made)
    for writer in writers:
        writer.pause = PAUSE
    server = GateServer(made)
    spans: list[float] = []

    def done() -> bool:
        if timed:
            return time.monotonic() >= spans[1] + SLOW_SECONDS
        return len(latencies(writers, spans[1], time.monotonic())) >= ENOUGH

    async def through_it() -> float:
        async with writing(writers):
            await asyncio.to_thread(server.writer)
            spans.append(time.monotonic())
            await asyncio.sleep(1.0)
            with slowly(server, trace.file):
                spans.append(time.monotonic())
                entered = await looks_in(made, done)
                spans.append(time.monotonic())
        return entered

    entered = asyncio.run(through_it())
    assert trace.injected()
    assert assert_durable_first(trace.calls(), writers, *spans[1:]) > 100
    assert finish(made, writers, server) > 100
    return Seen(latencies(writers, *spans[:2]), latencies(writers, *spans[1:]), entered)


def synced(began: float, ended: float, path: str) -> Call:
    return Call(began, ended, "fsync", path, injected=True)


@pytest.mark.parametrize(
    ("acked", "kept"), [(2.05, True), (1.9, False)], ids=["in the archive", "planted: not yet"]
)
def test_another_threads_sync_of_the_journal_beside_the_batchs_own_is_no_matter(
    made: Installation, acked: float, kept: bool
) -> None:
    """It began before the command, and came back after the batch's: strace notes it there."""
    wall = to_wall()
    calls = [
        synced(wall + 1.02, wall + 1.50, "/bank/db/onrecord.db-wal"),
        synced(wall + 1.00, wall + 1.52, "/bank/db/onrecord.db-wal"),
        synced(wall + 1.51, wall + 2.00, "/bank/archive/tmp/tails_1"),
        synced(wall + 2.10, wall + 2.60, "/bank/db/onrecord.db-wal"),
        synced(wall + 2.61, wall + 3.10, "/bank/archive/tmp/tails_1"),
    ]
    anna = Writer(made, "anna", [])
    anna.operations = [Operation(1.015, "invoke", "1"), Operation(acked, "ok", "1")]
    if kept:
        assert assert_durable_first(calls, [anna], 0.0, 5.0) == 1
        return
    with pytest.raises(PromiseBroken, match="before it was in the archive"):
        assert_durable_first(calls, [anna], 0.0, 5.0)


def test_a_slow_disk_makes_people_wait_and_loses_nothing(
    made: Installation, tmp_path: Path
) -> None:
    seen = through_a_slow_disk(made, Trace(tmp_path / "trace"), timed=False)
    assert statistics.median(seen.slow) >= 2 * DELAY_SECONDS, "journal, and then the archive"


@pytest.mark.proofs("figure")
def test_on_a_slow_disk_nobody_waits_for_longer_than_promised(
    made: Installation, tmp_path: Path
) -> None:
    seen = through_a_slow_disk(made, Trace(tmp_path / "trace"), timed=True)
    quick, slow = statistics.median(seen.quick), statistics.median(seen.slow)
    rate, p99 = len(seen.slow) / SLOW_SECONDS, seen.slow[int(len(seen.slow) * 0.99)]
    print(
        f"ack before: median {quick:.3f} s; slow: median {slow:.2f} s, p99 {p99:.2f} s;"
        f" {rate:.0f} a second; entered within {seen.entered:.2f} s"
    )
    assert quick < DELAY_SECONDS, "control: it is the delay that slows it down"
    assert p99 < 3 * P99_SECONDS, "nobody gives up waiting and sends again"
    assert rate > A_SECOND / 3
    assert seen.entered < 3 * COMES_IN_SECONDS


def test_control_an_ack_before_the_archive_s_fsync_is_noticed(
    made: Installation, tmp_path: Path
) -> None:
    writers = people(made)
    server = GateServer(made, "early")
    trace = Trace(tmp_path / "trace")

    async def through_it() -> tuple[float, float]:
        async with writing(writers):
            await asyncio.to_thread(server.writer)
            (server.folder / HOLD).touch()
            with slowly(server, trace.file):
                began = time.monotonic()
                await until(lambda: answered(writers, began))
                ended = time.monotonic()
            (server.folder / HOLD).unlink()
        return began, ended

    span = asyncio.run(through_it())
    server.kill()
    with pytest.raises(AssertionError, match="acknowledged"):
        assert_durable_first(trace.calls(), writers, *span)
