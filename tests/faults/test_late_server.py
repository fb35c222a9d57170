"""A server that stops anywhere on a message's way, and wakes when another one has gone on.

Both record on one PostgreSQL and one archive directory (test_second_server.py). What the first one
still writes when it wakes harms nobody: both verifiers accept the archive, the second one records
on, and the first one ends with 75.
"""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from onrecord_archive.checkpoint import parse_policy
from onrecord_archive.layout import CHECKPOINT
from tests.faults.rounds import SEED
from tests.faults.surroundings import await_signed
from tests.integration.postgres import Cluster, running_cluster
from tests.integration.storage.conftest import postgresql_options
from tests.rig.client import client
from tests.rig.command import verified
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess
from tests.rig.promises import PromiseBroken, promised
from tests.rig.second import second_server
from tests.rig.second_opinion import of_archive

AGAIN = 75
POINTS = ("in_transaction", "journaled", "archived", "published", "acknowledged", "integrated")
COUNT = 4
"""At its so many-th message, or round of the second thread, the first one stops."""
SETTLE_SECONDS = 0.5
"""A thread may go on for so long after the process sent SIGSTOP to itself."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster(durable=False) as cluster:
        yield cluster


@pytest.fixture
def first(tmp_path: Path, cluster: Cluster) -> Installation:
    database = cluster.create_database()
    folder = tmp_path / "first"
    folder.mkdir()
    archive = f'[archive]\ndirectory = "{tmp_path / "archive"}"\n'
    owner = postgresql_options(database.owner_url, database.service, folder)
    toml = archive + cluster.settings(database, folder)
    made = install(folder, ["anna", "piotr"], toml=toml, owner=owner)
    populate_conversations(made, {}, [("anna", "piotr")])
    return made


def stands_still(server: ServerProcess) -> bool:
    """Whether the process is stopped."""
    status = Path(f"/proc/{server.process.pid}/stat").read_text()
    return status.rpartition(")")[2].split()[0] == "T"


def write_until_it_stops(made: Installation, server: ServerProcess) -> None:
    """Have Anna write, a message at a time, until the server stands still."""

    async def story() -> None:
        async with asyncio.timeout(PATIENCE), client(made, "anna") as anna:
            while not await asyncio.to_thread(stands_still, server):
                await anna.send(made.direct("anna", "piotr"), "once")
                await asyncio.sleep(0.1)

    with suppress(ConnectionClosed):
        asyncio.run(story())
    time.sleep(SETTLE_SECONDS)


def say(made: Installation, text: str) -> None:
    """Have Anna say something, which must be acknowledged."""

    async def story() -> None:
        async with client(made, "anna") as anna:
            await anna.sent(made.direct("anna", "piotr"), text)

    asyncio.run(story())


def late(
    first: Installation, folder: Path, point: str, other: str | None = None, defects: str = ""
) -> None:
    """Stop the first server at a point, and the second at another while the first one wakes."""
    a = ServerProcess(first, point=f"{point}:{COUNT}:stop", defects=defects)
    write_until_it_stops(first, a)
    second = second_server(first, folder)
    b = ServerProcess(second, point=other and f"{other}:{COUNT}:stop")
    try:
        if other is None:
            say(second, "meanwhile")
        else:
            write_until_it_stops(second, b)
        a.process.send_signal(signal.SIGCONT)
        status = a.process.wait(PATIENCE)
        a.kill()
        b.process.send_signal(signal.SIGCONT)
        b.still_runs()
        say(second, "and on")
        await_signed(second)
        assert b.stop() == 0
    finally:
        for server in (a, b):
            server.kill()
    with promised():
        assert status == AGAIN
        judged(second)


def judged(made: Installation) -> None:
    """Ask the command and both verifiers, and start once more."""
    root = made.settings.archive.directory
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    given = policy.open((root / CHECKPOINT).read_bytes())
    verified(made.data)
    assert of_archive(root, policy, given=given).status == 0
    server = ServerProcess(made)
    say(made, "once more")
    assert server.stop() == 0
    assert of_archive(root, policy, given=given).status == 0


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(each, marks=() if each == "archived" else pytest.mark.proofs("long"))
        for each in POINTS
    ],
)
def test_it_may_stop_at_each_point(first: Installation, tmp_path: Path, point: str) -> None:
    late(first, tmp_path / "second", point)


@pytest.mark.proofs("sampled")
@pytest.mark.parametrize("which", range(3))
def test_both_may_stop(first: Installation, tmp_path: Path, which: int) -> None:
    draw = random.Random(f"{SEED} {which}")
    point, other = draw.choice(POINTS), draw.choice(POINTS)
    print(f"the first one stops at {point}, the second at {other}")
    late(first, tmp_path / "second", point, other)


def test_control_signing_what_is_durable_alone_is_noticed(
    first: Installation, tmp_path: Path
) -> None:
    with pytest.raises(PromiseBroken):
        late(first, tmp_path / "second", "journaled", defects="signing_what_is_durable")
