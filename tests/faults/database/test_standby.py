"""F14: the synchronous standby of PostgreSQL is gone while people write.

What only the primary has is neither acknowledged nor shown, whoever cancelled the wait for the
standby and however often the server is started meanwhile; reads go on, people and operators are
told, and all of it is there once the standby is back.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from tests.faults.archive.test_full_disk import reads_go_on, recording
from tests.faults.test_figures import figures
from tests.integration.databases import postgresql_options
from tests.integration.postgres import WAITING, Cluster, running_cluster, running_standby
from tests.rig.client import Client, client
from tests.rig.inside import ready
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

CODE = "database_standby_lost"
NOT_NOW = 69
CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    with running_cluster() as primary, running_standby(primary) as standby:
        yield primary, standby


@pytest.fixture
def made(tmp_path: Path, pair: tuple[Cluster, Cluster]) -> Installation:
    primary, _ = pair
    database = primary.create_database()
    owner = postgresql_options(database.owner_url, database.service, tmp_path)
    toml = primary.settings(database, tmp_path)
    made = install(tmp_path, ["anna", "piotr"], toml=toml, owner=owner)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def cancel_the_wait(primary: Cluster) -> None:
    """Cancel it as an administrator. Blocks."""
    deadline = time.monotonic() + PATIENCE
    while not primary.ask(WAITING):
        assert time.monotonic() < deadline, "no commit waits for the standby"
        time.sleep(0.01)
    primary.ask(CANCEL)


def start(made: Installation) -> subprocess.CompletedProcess[str]:
    onrecord = Path(sys.executable).with_name("onrecord")
    command = [str(onrecord), "--data", str(made.data), "serve"]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)


def archived(made: Installation) -> dict[Path, bytes]:
    """Return every file of the archive. Blocks."""
    files = made.settings.archive.directory.rglob("*")
    return {path: path.read_bytes() for path in files if path.is_file()}


def logged(made: Installation, event: str) -> list[str | None]:
    """Return the codes of the server's lines of an event."""
    lines = (made.data.parent / "server.log").read_text(encoding="utf-8").splitlines()
    return [line.get("code") for each in lines if (line := json.loads(each))["event"] == event]


def lose(pair: tuple[Cluster, Cluster]) -> None:
    """Stop the standby. Blocks."""
    primary, standby = pair
    standby.stop()
    primary.wait_for_standby(alone=True)


def find(pair: tuple[Cluster, Cluster]) -> None:
    """Start it again. Blocks."""
    primary, standby = pair
    standby.start()
    primary.wait_for_standby()


def texts(one: Client) -> list[str]:
    """Return the messages that somebody was shown, in order."""
    return [event["text"] for event in one.events if event["type"] == "message.sent"]


async def told_and_refused(made: Installation, anna: Client, cursor: str | None) -> None:
    """Require that people and operators are told, nothing new is taken and reads go on."""
    await recording(made, "unavailable")
    await reads_go_on(made, cursor)
    answer = await anna.sent(made.groups["Desk"], "new")
    assert (answer["t"], answer["code"]) == ("nack", CODE), answer
    assert answer["retry_after"] > 0
    assert await asyncio.to_thread(ready, made, "archive") == (503, CODE)
    assert (await asyncio.to_thread(figures, made))["onrecord_recording"] == 0
    assert logged(made, "recording_stopped")[-1] == CODE


async def pending(anna: Client, desk: str, id: str, text: str) -> None:
    """Send, or send again, and require that it stays pending."""
    anna.answers.pop(id, None)
    await anna.send(desk, text, id=id)
    assert (await anna.answer(id))["t"] == "pending"


def test_a_lost_standby_stops_recording_until_it_is_back(
    made: Installation, pair: tuple[Cluster, Cluster]
) -> None:
    desk, id = made.groups["Desk"], new_id(SystemClock())
    server = ServerProcess(made)

    async def story() -> None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            assert (await anna.sent(desk, "both have it"))["t"] == "ack"
            await asyncio.to_thread(lose, pair)
            await pending(anna, desk, id, "the primary has it")
            await told_and_refused(made, anna, piotr.cursor)
            await pending(anna, desk, id, "the primary has it")
            assert texts(piotr) == ["both have it"]
        find(pair)  # here: PostgreSQL ends with the thread that started it
        await recording(made, "on")
        async with client(made, "anna", cursor=anna.cursor) as anna:
            event = event_id_of(made.people["anna"].id, ClientId(id))
            assert (await anna.event(event))["text"] == "the primary has it"
            await anna.send(desk, "the primary has it", id=id)
            assert (await anna.answer(id))["event_id"] == event
            assert (await anna.sent(desk, "and both again"))["t"] == "ack"

    asyncio.run(story())
    assert logged(made, "recording_stopped") == [CODE]
    assert len(logged(made, "recording_resumed")) == 1
    assert server.stop() == 0


def test_a_cancelled_wait_is_neither_acknowledged_nor_shown_by_any_start(
    made: Installation, pair: tuple[Cluster, Cluster]
) -> None:
    desk, id = made.groups["Desk"], new_id(SystemClock())
    server = ServerProcess(made)

    async def until_it_is_cancelled() -> str | None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            assert (await anna.sent(desk, "both have it"))["t"] == "ack"
            await asyncio.to_thread(lose, pair)
            await anna.send(desk, "the primary has it", id=id)
            await asyncio.to_thread(cancel_the_wait, pair[0])
            assert (await anna.answer(id))["t"] == "pending"
            await told_and_refused(made, anna, piotr.cursor)
            assert texts(piotr) == ["both have it"]
            return piotr.cursor

    async def afterwards(cursor: str | None) -> None:
        async with client(made, "piotr", cursor=cursor) as piotr, client(made, "anna") as anna:
            await piotr.event(event_id_of(made.people["anna"].id, ClientId(id)))
            await anna.send(desk, "the primary has it", id=id)
            assert (await anna.answer(id))["t"] == "ack"
            await piotr.event((await anna.sent(desk, "and both again"))["event_id"])
            assert texts(piotr) == ["the primary has it", "and both again"]

    cursor = asyncio.run(until_it_is_cancelled())
    server.kill()
    before = archived(made)
    ended = start(made)
    assert ended.returncode == NOT_NOW, ended.stderr
    assert ended.stderr.startswith(f"{CODE}: "), ended.stderr
    assert archived(made) == before
    find(pair)
    server = ServerProcess(made)
    asyncio.run(afterwards(cursor))
    assert server.stop() == 0
