"""F14: PostgreSQL crashes under load and comes back; the server runs on and loses nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.load import Writer, writing
from tests.faults.rounds import ROUNDS
from tests.integration.postgres import Cluster, running_cluster
from tests.integration.storage.conftest import postgresql_options
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

NAMES = ["anna", "piotr", "ewa", "jan"]
GROUPS = 20
CRASHES = 2 * ROUNDS
DOWN_SECONDS = 0.5


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def made(tmp_path: Path, cluster: Cluster) -> Installation:
    database = cluster.create_database()
    owner = postgresql_options(database.owner_url, database.service, tmp_path)
    postgresql_options(database.service_url, database.service, tmp_path)
    password = tmp_path / f"{database.service}.password"
    password.chmod(0o600)
    toml = f"""[database]
host = "localhost"
port = {cluster.port}
name = "{database.name}"
user = "{database.service}"
service_role = "{database.service}"
password_file = "{password}"
ca_file = "{cluster.ca}"
"""
    made = install(tmp_path, NAMES, toml=toml, owner=owner)
    populate_conversations(made, {f"Desk {n}": NAMES for n in range(GROUPS)})
    return made


def test_a_crash_of_the_database_loses_nothing(made: Installation, cluster: Cluster) -> None:
    writers = [Writer(made, name, list(made.groups.values())) for name in NAMES]

    async def through_crashes() -> None:
        async with writing(writers):
            for _ in range(CRASHES):
                await asyncio.sleep(1.0)
                await asyncio.to_thread(cluster.crash)
                await asyncio.sleep(DOWN_SECONDS)
                cluster.start()  # here: PostgreSQL ends with the thread that started it
            await asyncio.sleep(2.0)
        for writer in writers:
            await writer.catch_up()

    with running(made):
        asyncio.run(asyncio.wait_for(through_crashes(), 45))
    promises = check(made, writers)
    print(f"{CRASHES} crashes, {promises} acknowledged messages found")
    assert promises > 50
