"""F1 and F2: kill -9 at every named point of a batch, and at random moments."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.gate_server import GateServer
from tests.faults.invariants import READY_SECONDS, TOLERANCE
from tests.faults.load import interrupted, more_promises, until, writing
from tests.faults.log_writer_runs import KILL
from tests.faults.past import Past, past_of
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.strace import injecting, threads_of
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

AFTERWARDS = 50
"""Commands that are acknowledged after the last start."""
KILLS = 20 * ROUNDS
POINTS = (
    "parsed",
    "in_transaction",
    "journaled",
    "archived",
    "published",
    "acknowledged",
    "delivered",
)
HALF_DELIVERED = (40, 41)
"""Counted over the sockets of three people: a batch's first, and its second. They come when
everybody has connected, which is told to them by some ten frames."""
SELDOM = ("tail_taken", "integrated")
"""Once a tail, and once a second."""
SMALL_TAILS = "[archive]\ntail_mib = 1\n"


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path)


@pytest.mark.parametrize(
    ("point", "count"),
    [
        *((point, 15) for point in POINTS),
        *((point, 1) for point in SELDOM),
        *(("half_delivered", count) for count in HALF_DELIVERED),
    ],
)
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
def test_a_kill_at_a_point_loses_and_doubles_nothing(
    tmp_path: Path, point: str, count: int
) -> None:
    made = small_bank(tmp_path, toml=SMALL_TAILS if point == "tail_taken" else "")
    writers = people(made)

    async def through_a_kill() -> ServerProcess:
        server = ServerProcess(made, point=f"{point}:{count}")
        async with writing(writers):
            await asyncio.to_thread(server.process.wait, PATIENCE)
            assert server.process.returncode == -9
            server.kill()
            server = ServerProcess(made)
            await more_promises(writers, AFTERWARDS)
        return server

    server = asyncio.run(through_a_kill())
    assert finish(made, writers, server) > 20


def through_random_kills(tmp_path: Path, kills: int) -> list[float]:
    """Kill, start again and require every invariant; return how long each start took."""
    made = small_bank(tmp_path, replica=False)
    writers = people(made)
    chance = seeded()
    ready: list[float] = []

    pasts: list[Past] = []

    async def through_kills() -> ServerProcess:
        server = ServerProcess(made)
        async with writing(writers):
            for kill in range(kills):
                if kill == kills // 2:
                    pasts.append(await asyncio.to_thread(past_of, made))
                if kill % 2:  # under load; each other time perhaps before anybody is back
                    await more_promises(writers, 1)
                await asyncio.sleep(chance.uniform(0.1, 0.9))
                server.kill()
                server = ServerProcess(made)
                ready.append(server.ready_seconds)
            await more_promises(writers, AFTERWARDS)
        return server

    server = asyncio.run(through_kills())
    print(f"slowest start after kill -9: {max(ready):.2f} s")
    assert finish(made, writers, server, past=pasts[0], ready=ready) >= kills // 2 + AFTERWARDS
    return ready


@pytest.mark.promise("P2")
def test_twenty_random_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    assert len(through_random_kills(tmp_path, KILLS)) == KILLS


@pytest.mark.proofs("figure")
def test_after_a_kill_it_is_ready_again_in_time(tmp_path: Path) -> None:
    assert max(through_random_kills(tmp_path, 4)) < TOLERANCE * READY_SECONDS


async def at_a_point(server: GateServer) -> None:
    await asyncio.to_thread(server.process.wait, PATIENCE)


async def at_a_random_moment(server: GateServer) -> None:
    await asyncio.sleep(seeded().uniform(0.3, 0.9))
    server.process.kill()
    await asyncio.to_thread(server.process.wait, PATIENCE)


async def in_a_call(server: GateServer) -> None:
    trace = server.folder / "trace"
    with injecting(threads_of(server.process.pid), "write", f"{KILL}:when=6", trace):
        await asyncio.to_thread(server.process.wait, PATIENCE)


@pytest.mark.parametrize("kill", [at_a_point, at_a_random_moment, in_a_call])
@pytest.mark.promise("P2", planted=True)
def test_control_a_server_that_promises_before_it_journals_is_noticed(
    made: Installation, kill: Callable[[GateServer], Awaitable[None]]
) -> None:
    """F1, F2 and F3: the kill takes what was acknowledged, and the checker misses it."""
    writers = people(made)
    point = "in_transaction:15" if kill is at_a_point else None
    server = GateServer(made, "promising", point=point)

    async def through_a_kill() -> None:
        async with interrupted(writers):
            if kill is not at_a_point:
                await until(lambda: any(writer.acked for writer in writers))
            await kill(server)

    asyncio.run(through_a_kill())
    assert server.process.returncode == -9
    server.kill()
    assert ServerProcess(made).stop() == 0
    with pytest.raises(AssertionError, match="I1: acknowledged and not in the archive"):
        check(made, writers)
