"""F4 against the whole server: an fsync of the archive fails, the process ends with 75."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.load import more_promises, writing
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

STATUS_AGAIN = 75
AFTERWARDS = 50
"""Commands that are acknowledged after the last start."""
SAMPLES = 4 * ROUNDS
FROM, TO = 25, 60
"""Which fsync of a thread: a start takes fewer, so it is the archiver's, under load."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path)


def failing(n: int) -> list[str]:
    """Let the n-th fsync of each thread fail, and each after it."""
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync"]
    return [*strace, "-e", f"inject=fsync:error=EIO:when={n}+"]


def test_a_failed_fsync_ends_the_server_and_loses_nothing(made: Installation) -> None:
    writers = people(made)
    chance = seeded()

    async def through_failures() -> ServerProcess:
        async with writing(writers):
            for _ in range(SAMPLES):
                broken = ServerProcess(made, before=failing(chance.randint(FROM, TO)))
                assert await asyncio.to_thread(broken.process.wait, PATIENCE) == STATUS_AGAIN
                broken.kill()
            server = ServerProcess(made)
            await more_promises(writers, AFTERWARDS)
        return server

    server = asyncio.run(through_failures())
    promises = finish(made, writers, server)
    print(f"{SAMPLES} failed fsyncs, {promises} acknowledged messages found")
    assert promises > 20
