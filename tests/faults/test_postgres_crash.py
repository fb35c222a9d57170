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
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from onrecord.settings.options import storage_options
from onrecord.storage.database import Database
from onrecord.storage.read_store import ReadStore
from tests.faults.checker import Opened, check, open_archive
from tests.faults.load import Frame, Writer, writing
from tests.faults.rounds import ROUNDS
from tests.integration.postgres import Cluster, running_cluster
from tests.integration.storage.conftest import postgresql_options
from tests.integration.storage.tables import published_rows
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

NAMES = ["anna", "piotr", "ewa", "jan"]
GROUPS = 20
CRASHES = 2 * ROUNDS
DOWN_SECONDS = 0.5
BURST, BURST_PAUSE = 12, 0.2
"""Messages of one person at once, each in another conversation, and seconds between."""
POSITIONS_SECONDS = 10.0
CONNECTIONS, SPREAD = 3, 8
"""At least so many connections; at least so many conversations in one transaction."""
CONVERSATIONS_OF_A_TRANSACTION = """SELECT count(DISTINCT stream_key) AS n
    FROM journal GROUP BY xmin::text ORDER BY n DESC"""


@dataclass
class Talkative(Writer):
    """Writes to many conversations at once, and says how far they have read."""

    stated: dict[str, int] = field(default_factory=dict)
    """Conversation -> the highest position that was said."""

    async def _send(self, socket: Client, command: Frame) -> None:
        await super()._send(socket, command)
        for _ in range(BURST - 1):
            await super()._send(socket, self._next())
        for event in self.events[-BURST:]:
            if "msg_no" in event and self.name != NAMES[0]:
                conv, msg_no = event["conv"], event["msg_no"]
                self.stated[conv] = max(msg_no, self.stated.get(conv, 0))
                await socket.say({"t": "read", "conv": conv, "msg_no": msg_no})
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
    url = cluster.admin_url.replace("/postgres?", f"/{made.settings.database.name}?")
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(question.encode())]


def connections(cluster: Cluster, made: Installation) -> int:
    user = made.settings.database.user
    (count,) = ask(cluster, made, f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}'")
    return count


def unread_by(records: list[Opened], person: str, conv: str) -> int:
    """Count from the records alone what somebody has not read."""
    held = [record for record in records if record.leaf.stream == conv]
    changes = [c for r in held for c in r.shown["payload"].get("changes", ())]
    read = max((c.get("read", 0) for c in changes if c["person"] == person), default=0)
    above = [r for r in held if r.shown.get("msg_no", 0) > read]
    return sum(1 for r in above if r.shown["actor"]["id"] != person)


async def say_positions_again(writers: list[Talkative]) -> None:
    """State everything once more, as each client does after it has resumed."""
    for writer in writers:
        async with client(writer.made, writer.name) as socket:
            for conv, msg_no in writer.stated.items():
                await socket.say({"t": "read", "conv": conv, "msg_no": msg_no})


def wait_for_positions(made: Installation, writers: list[Talkative]) -> None:
    """Wait until every position that was said is published: it becomes an event of its own."""
    database = Database(storage_options(made.settings))
    deadline = time.monotonic() + POSITIONS_SECONDS
    try:
        store, owed = ReadStore(database), list(writers)
        while owed:
            owed = [writer for writer in owed if _unpublished(store, writer)]
            late = [(writer.name, _unpublished(store, writer)) for writer in owed]
            assert time.monotonic() < deadline, f"these positions are not published: {late}"
            time.sleep(0.05)
    finally:
        database.close()


def _unpublished(store: ReadStore, writer: Talkative) -> dict[str, tuple[int, int, int]]:
    """Return conversation -> (last message, position said, position published)."""
    listed = store.bootstrap(writer.made.people[writer.name].id)[1]
    return {
        one.id: (one.last_msg_no, writer.stated[one.id], one.read)
        for one in listed
        if one.read < writer.stated.get(one.id, 0)
    }


def unread_and_rebuild_equal_the_log(made: Installation, records: list[Opened]) -> int:
    """Compare with the log; return how many are unread in all."""
    database = Database(storage_options(made.settings))
    try:
        store, total = ReadStore(database), 0
        for person in made.people.values():
            for listed in store.bootstrap(person.id)[1]:
                assert listed.unread == unread_by(records, person.id, listed.id)
                total += listed.unread
        before = published_rows(database)
        subprocess.run(
            [sys.executable, "-m", "onrecord.cli", "--data", str(made.data), "rebuild"],
            check=True,
            capture_output=True,
        )
        assert published_rows(database) == before
    finally:
        database.close()
    return total


def test_a_crash_of_the_database_loses_nothing(made: Installation, cluster: Cluster) -> None:
    writers = [Talkative(made, name, list(made.groups.values())) for name in NAMES]
    seen: list[int] = []

    async def through_crashes() -> None:
        async with writing([*writers]):
            for _ in range(CRASHES):
                await asyncio.sleep(1.0)
                seen.append(await asyncio.to_thread(connections, cluster, made))
                await asyncio.to_thread(cluster.crash)
                await asyncio.sleep(DOWN_SECONDS)
                cluster.start()  # here: PostgreSQL ends with the thread that started it
            await asyncio.sleep(2.0)
        await say_positions_again(writers)
        await asyncio.to_thread(wait_for_positions, made, writers)
        for writer in writers:
            await writer.catch_up()

    with running(made):
        asyncio.run(asyncio.wait_for(through_crashes(), 45))
    promises = check(made, [*writers])
    spread = ask(cluster, made, CONVERSATIONS_OF_A_TRANSACTION)
    unread = unread_and_rebuild_equal_the_log(made, open_archive(made, made.data))
    print(
        f"{CRASHES} crashes, {promises} acknowledged commands found, {unread} unread; "
        f"{seen} connections; conversations of a transaction: {spread[:5]} of {len(spread)}"
    )
    assert promises > 50
    assert unread > 0
    assert min(seen) >= CONNECTIONS
    assert sum(1 for n in spread if n >= SPREAD) >= CRASHES
