"""F14: PostgreSQL crashes under load and comes back; the server runs on and loses nothing.

History, unread counts and `onrecord rebuild` then equal the log. That the load was what it should
be is read from PostgreSQL itself: how many connections there were, and how many conversations each
transaction wrote.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from onrecord.app.settings.options import storage_options
from onrecord.core.archiving.archiver import LOOK_SECONDS
from onrecord.database.database import Database
from onrecord.features.chat.service import ReadStore
from tests.faults.checker import Opened, open_archive
from tests.faults.evidence import Evidence
from tests.faults.load import Frame, Writer, more_promises, writing
from tests.faults.rounds import ROUNDS
from tests.faults.standing import standings
from tests.faults.surroundings import finish
from tests.integration.databases import postgresql_options
from tests.integration.postgres import Cluster, running_cluster
from tests.integration.tables import published_rows
from tests.rig.client import Client
from tests.rig.inside import ready
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

NAMES = ["anna", "piotr", "ewa", "jan"]
GROUPS = 20
CRASHES = 2 * ROUNDS
DOWN_SECONDS = 0.5
AFTERWARDS = 50
"""Commands that are acknowledged after the last crash."""
BURST, BURST_PAUSE = 12, 0.2
"""Messages of one person at once, each in another conversation, and seconds between."""
CONNECTIONS, SPREAD = 3, 8
"""The load under which it crashes: so many connections, in one transaction so many
conversations."""
INDEXED = "SELECT count(*) FROM search_index"
FORGOTTEN = ("search_index", "position")
"""Controls: tables that a server that forgets to publish again would leave empty."""
CONVERSATIONS_OF_A_TRANSACTION = """SELECT count(DISTINCT stream_key) AS n
    FROM journal GROUP BY xmin::text ORDER BY n DESC"""


@dataclass
class Talkative(Writer):
    """Writes to many conversations at once."""

    async def _send(self, socket: Client, command: Frame) -> None:
        await super()._send(socket, command)
        for _ in range(BURST - 1):
            await super()._send(socket, self._next())
        await asyncio.sleep(BURST_PAUSE)


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


def ask(cluster: Cluster, made: Installation, question: str) -> list[int]:
    """Ask the database as its superuser, past the server."""
    with psycopg.connect(as_superuser(cluster, made)) as connection:
        return [row[0] for row in connection.execute(question.encode())]


def empty(cluster: Cluster, made: Installation, table: str) -> None:
    """Empty a table as the database's superuser, and require that there was something in it."""
    with psycopg.connect(as_superuser(cluster, made)) as connection:
        gone = connection.execute(f"DELETE FROM {table}".encode()).rowcount
        left = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert gone > 0, f"the load left nothing in {table} that a control could take away"
    assert left == (0,), f"{table} refuses to be emptied"


def as_superuser(cluster: Cluster, made: Installation) -> str:
    return cluster.admin_url.replace("/postgres?", f"/{made.settings.database.name}?")


def connections(cluster: Cluster, made: Installation) -> int:
    user = made.settings.database.user
    (count,) = ask(cluster, made, f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}'")
    return count


async def becomes(made: Installation, wanted: tuple[int, str], seconds: float) -> float:
    """Wait until readiness says this of the database, and return how long that took.

    A check may see that the database is gone before a message or the writer's own look does, which
    is what closes recording. Until then the server is ready.
    """
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            if await asyncio.to_thread(ready, made, "database") == wanted:
                return time.monotonic() - began
            await asyncio.sleep(0.1)


async def load_is_on(cluster: Cluster, made: Installation, crashes: int) -> int:
    """Wait for the load of the next crash; return how many connections there are."""
    async with asyncio.timeout(PATIENCE):
        while True:
            spread = await asyncio.to_thread(ask, cluster, made, CONVERSATIONS_OF_A_TRANSACTION)
            count = await asyncio.to_thread(connections, cluster, made)
            if count >= CONNECTIONS and sum(n >= SPREAD for n in spread) > crashes:
                return count
            await asyncio.sleep(0.2)


async def something_is_indexed(cluster: Cluster, made: Installation) -> None:
    """Wait until the search's index holds messages: they enter it by whole blocks.

    Before that, an index that was lost is no other than one that was not.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            (entries,) = await asyncio.to_thread(ask, cluster, made, INDEXED)
            if entries > 0:
                return
            await asyncio.sleep(0.2)


def unread_and_rebuild_equal_the_log(made: Installation, records: list[Opened]) -> int:
    """Compare with the log; return how many are unread in all."""
    found = standings(Evidence([], records=records))
    database = Database(storage_options(made.settings))
    try:
        store, total = ReadStore(database), 0
        for person in made.people.values():
            for listed in store.bootstrap(person.id).conversations:
                assert listed.unread == found[listed.id].unread(person.id)
                total += listed.unread
        before = published_rows(database)
        subprocess.run(
            [sys.executable, "-m", "onrecord.cli", "--data", str(made.data), "rebuild"],
            check=True,
            capture_output=True,
        )
        rebuilt = published_rows(database)
        other = [table for table, rows in rebuilt.items() if rows != before[table]]
        assert not other, f"rebuilt: {', '.join(other)}"
    finally:
        database.close()
    return total


@pytest.mark.parametrize(
    "closed_within_s",
    [PATIENCE, pytest.param(3 * LOOK_SECONDS, marks=pytest.mark.proofs("figure"))],
    ids=["in the end", "in time"],
)
def test_a_crash_of_the_database_loses_nothing(
    made: Installation, cluster: Cluster, closed_within_s: float
) -> None:
    writers = [Talkative(made, name, list(made.groups.values())) for name in NAMES]
    seen: list[int] = []
    closed: list[float] = []

    async def through_crashes() -> None:
        async with writing([*writers]):
            for crash in range(CRASHES):
                seen.append(await load_is_on(cluster, made, crash))
                await asyncio.to_thread(cluster.crash)
                gone = (503, "database_unavailable")
                closed.append(await becomes(made, gone, closed_within_s))
                await asyncio.sleep(DOWN_SECONDS)
                cluster.start()  # here: PostgreSQL ends with the thread that started it
                await becomes(made, (200, "ok"), PATIENCE)
            await more_promises([*writers], AFTERWARDS)
            await something_is_indexed(cluster, made)

    server = ServerProcess(made)
    asyncio.run(through_crashes())
    promises = finish(made, [*writers], server)
    spread = ask(cluster, made, CONVERSATIONS_OF_A_TRANSACTION)
    unread = unread_and_rebuild_equal_the_log(made, open_archive(made, made.data))
    print(
        f"{CRASHES} crashes, {promises} acknowledged commands found, {unread} unread; "
        f"{seen} connections; closed within {max(closed):.2f} of {LOOK_SECONDS} s; "
        f"conversations of a transaction: {spread[:5]} of {len(spread)}"
    )
    assert promises >= AFTERWARDS
    assert unread > 0
    for table in FORGOTTEN:
        empty(cluster, made, table)
        with pytest.raises(AssertionError, match=f"rebuilt: {table}"):
            unread_and_rebuild_equal_the_log(made, open_archive(made, made.data))
