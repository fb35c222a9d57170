"""F9: every fsync takes half a second. People wait longer; nothing is lost, the server lives."""

import asyncio
import statistics
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults.defects import HOLD
from tests.faults.durable import SYNCS, assert_durable_first
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer, answered, until, writing
from tests.faults.rounds import ROUNDS
from tests.faults.strace import Trace, injecting, threads_of
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.client import client
from tests.rig.installation import Installation

DELAY_SECONDS = 0.5
SLOW_SECONDS = 8.0 * ROUNDS
A_SECOND = 200
HEARTBEAT_SECONDS = 5
COMES_IN_SECONDS = 1.0
P99_SECONDS = 2.0
"""The promises; asserted at three times their value.

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


async def looks_in(made: Installation, until: float) -> tuple[float, int]:
    """Come in again and again, and stay; return the slowest entry and how many heartbeats came."""
    slowest = 0.0
    async with client(made, "jan", wait=False) as stays:
        while time.monotonic() < until:
            began = time.monotonic()
            async with client(made, "jan", wait=False) as socket:
                await socket.frame("resumed", 3 * HEARTBEAT_SECONDS)
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.2)
    return slowest, sum(frame["t"] == "heartbeat" for frame in stays.frames)


def test_a_slow_disk_makes_people_wait_and_loses_nothing(
    made: Installation, tmp_path: Path
) -> None:
    writers = people(made)
    for writer in writers:
        writer.pause = PAUSE
    server = GateServer(made)
    trace = Trace(tmp_path / "trace")
    spans: list[float] = []

    async def through_it() -> tuple[float, int]:
        async with writing(writers):
            await asyncio.to_thread(server.writer)
            spans.append(time.monotonic())
            await asyncio.sleep(1.0)
            with slowly(server, trace.file):
                spans.append(time.monotonic())
                seen = await looks_in(made, time.monotonic() + SLOW_SECONDS)
                spans.append(time.monotonic())
        return seen

    entered, beats = asyncio.run(through_it())
    quick, slow = latencies(writers, *spans[:2]), latencies(writers, *spans[1:])
    rate = len(slow) / SLOW_SECONDS
    p99 = slow[int(len(slow) * 0.99)]
    print(
        f"ack before: median {statistics.median(quick):.3f} s; slow: median"
        f" {statistics.median(slow):.2f} s, p99 {p99:.2f} s; {rate:.0f} a second;"
        f" entered within {entered:.2f} s; {beats} heartbeats,"
        f" {sum(writer.connections for writer in writers)} connections of three people"
    )
    assert statistics.median(quick) < DELAY_SECONDS, "control: it is the delay that slows it down"
    assert statistics.median(slow) >= 2 * DELAY_SECONDS, "journal and archive, one after the other"
    assert p99 < 3 * P99_SECONDS, "nobody gives up waiting and sends again"
    assert rate > A_SECOND / 3
    assert entered < 3 * COMES_IN_SECONDS
    assert beats >= 1, "the server lives"
    assert assert_durable_first(trace.calls(), writers, *spans[1:]) > 100
    assert finish(made, writers, server) > 100


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
                await until(lambda: answered(writers, began), 30.0)
                ended = time.monotonic()
            (server.folder / HOLD).unlink()
        return began, ended

    span = asyncio.run(through_it())
    server.kill()
    with pytest.raises(AssertionError, match="acknowledged"):
        assert_durable_first(trace.calls(), writers, *span)
