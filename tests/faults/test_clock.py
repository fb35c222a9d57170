"""F17: the wall clock jumps back and forth under load; nothing but the times shows it.

Numbers go on; a stream's times never go back; a day's data key is the day of the records' own
times; sessions and tickets neither die nor live on; the archive verifies. That sessions do follow
a clock that is not steady is the control of tests/unit/sign_in/test_steady_clock.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from onrecord.protocol.frames import SUBPROTOCOL
from onrecord_archive.format.leaf import KeyLeaf, decode_leaf
from onrecord_archive.format.record import parse_time
from onrecord_archive.reader.archive import Archive
from tests.faults.checker import Opened, open_archive
from tests.faults.load import more_promises, writing
from tests.faults.surroundings import finish, people
from tests.rig.client import client, tls
from tests.rig.clock import set_clock
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

HOUR = 3600.0
JUMPS = (1.0, -1.0, 5 * HOUR, -5 * HOUR, 30 * HOUR, 0.0)
"""What the wall clock differs by from the real one, one after the other."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", "ewa"])
    populate_conversations(
        made, {"Desk": ["anna", "piotr", "ewa"], "Loans": ["piotr", "anna"]}, [("anna", "ewa")]
    )
    return made


@asynccontextmanager
async def signed_in(made: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    """Sign in with a password, as a page does."""
    chat = made.settings.chat
    headers = {
        "host": f"chat.localhost:{chat.port}",
        "origin": chat.origin,
        "sec-fetch-site": "same-origin",
    }
    async with httpx2.AsyncClient(
        timeout=PATIENCE,
        base_url=f"https://localhost:{chat.port}",
        verify=tls(made),
        headers=headers,
    ) as page:
        body = {"username": "ewa", "password": PASSWORD}
        answer = await page.post("/api/v1/sign-in", json=body)
        page.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield page


async def ticket_of(page: httpx2.AsyncClient) -> str:
    answer = await page.post("/api/v1/ws-ticket")
    assert answer.status_code == 200, answer.text
    ticket: str = answer.json()["ticket"]
    return ticket


async def jumped(made: Installation, jump: float) -> None:
    """Wait until the server tells a time that differs by so much from ours."""
    while True:
        async with client(made, "ewa", wait=False) as socket:
            told = parse_time((await socket.frame("welcome"))["server_time"])
        if abs((told - datetime.now(UTC)).total_seconds() - jump) < 0.5:
            return
        await asyncio.sleep(0.1)


async def let_in(made: Installation, ticket: str) -> bool:
    """Open a socket with a ticket; return whether it was let in."""
    chat = made.settings.chat
    async with connect(
        f"wss://chat.localhost:{chat.port}/api/v1/ws",
        host="127.0.0.1",
        ssl=tls(made),
        server_hostname="chat.localhost",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        origin=Origin(chat.origin),
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
    ) as socket:
        await socket.send(json.dumps({"t": "hello", "ticket": ticket}))
        answer: str = json.loads(await socket.recv())["t"]
        assert answer in ("welcome", "bye")
        return answer == "welcome"


def days_are_of_the_records(made: Installation, records: list[Opened]) -> int:
    """A record's data key is of the UTC day of its own time; return how many days there are."""
    day_of = {}
    for entry in Archive(made.settings.archive.directory).entries():
        leaf = decode_leaf(entry.leaf)
        if isinstance(leaf, KeyLeaf):
            day_of[leaf.key_id] = leaf.day
    for record in records:
        assert day_of[record.leaf.key_id] == record.leaf.at[:10]
    return len(set(day_of.values()))


def first_of_a_day_names_who_was_there(records: list[Opened], stream: str) -> None:
    held = [record for record in records if record.leaf.stream == stream]
    for before, after in pairwise(held):
        if before.leaf.at[:10] != after.leaf.at[:10]:
            assert after.shown["participants"]


@pytest.mark.promise("P4")
def test_a_jumping_clock_changes_nothing_but_times(made: Installation, tmp_path: Path) -> None:
    writers, clock = people(made), tmp_path / "clock"
    set_clock(clock, 0.0)
    acked: list[int] = []

    async def through_jumps() -> None:
        async with writing(writers), signed_in(made) as page:
            for jump in JUMPS:
                ticket = await ticket_of(page)
                set_clock(clock, jump)
                before = sum(len(writer.acked) for writer in writers)
                await asyncio.wait_for(jumped(made, jump), PATIENCE)
                await more_promises(writers, 1)
                assert (await page.get("/api/v1/me")).status_code == 200, f"signed out by {jump}"
                assert await let_in(made, ticket), f"a ticket died by {jump}"
                assert not await let_in(made, ticket), "a ticket twice"
                acked.append(sum(len(writer.acked) for writer in writers) - before)

    server = ServerProcess(made, clock=clock)
    asyncio.run(through_jumps())
    promises = finish(made, writers, server)
    records = open_archive(made, made.data)
    days = days_are_of_the_records(made, records)
    for stream in writers[0].convs:
        first_of_a_day_names_who_was_there(records, stream)
    newest = max(parse_time(record.leaf.at) for record in records)
    print(f"acks after each jump: {acked}; {promises} promises kept; {days} days of keys")
    assert min(acked) > 0
    assert days >= 2
    assert newest > datetime.now(UTC) + timedelta(hours=29)
