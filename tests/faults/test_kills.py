"""F1 and F2: kill -9 at every named point of a batch, and at random moments."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.load import Writer, writing
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

POINTS = ("in_transaction", "journaled", "archived", "published")
READY_SECONDS = 5.0
"""I22: the promise; asserted at three times its value."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", "ewa"])
    populate_conversations(
        made, {"Desk": ["anna", "piotr", "ewa"], "Loans": ["piotr", "anna"]}, [("anna", "ewa")]
    )
    return made


def people(made: Installation) -> list[Writer]:
    desk, loans = made.groups["Desk"], made.groups["Loans"]
    direct = made.direct("anna", "ewa")
    return [
        Writer(made, "anna", [desk, loans, direct]),
        Writer(made, "piotr", [desk, loans]),
        Writer(made, "ewa", [desk, direct]),
    ]


async def everybody_catches_up(writers: list[Writer]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.catch_up())


def finish(made: Installation, writers: list[Writer], server: ServerProcess) -> int:
    asyncio.run(everybody_catches_up(writers))
    assert server.stop() == 0
    return check(made, writers)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_a_point_loses_and_doubles_nothing(made: Installation, point: str) -> None:
    writers = people(made)

    async def through_a_kill() -> ServerProcess:
        server = ServerProcess(made, point=f"{point}:15")
        async with writing(writers):
            await asyncio.to_thread(server.process.wait, 20)
            assert server.process.returncode == -9
            server.kill()
            server = ServerProcess(made)
            await asyncio.sleep(0.7)
        return server

    server = asyncio.run(through_a_kill())
    assert server.ready_seconds < 3 * READY_SECONDS
    assert finish(made, writers, server) > 20


def test_twenty_random_kills_lose_and_double_nothing(made: Installation) -> None:
    writers = people(made)
    chance = random.Random(20261124)
    slowest = 0.0

    async def through_kills() -> ServerProcess:
        nonlocal slowest
        server = ServerProcess(made)
        async with writing(writers):
            for _ in range(20):
                await asyncio.sleep(chance.uniform(0.1, 0.9))
                server.kill()
                server = ServerProcess(made)
                slowest = max(slowest, server.ready_seconds)
            await asyncio.sleep(0.5)
        return server

    server = asyncio.run(through_kills())
    print(f"slowest start after kill -9: {slowest:.2f} s")
    assert slowest < 3 * READY_SECONDS
    assert finish(made, writers, server) > 100
