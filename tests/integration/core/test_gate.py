"""The gate: with the archiver held between journal and archive, nobody sees anything.

Not the sender's second device, nor a recipient's, that pages, resumes, searches and lists in a
loop, and no ack leaves.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import httpx2
import pytest

from onrecord.app.serve import serve
from onrecord.observability.points import NoPoints, Points
from tests.rig.client import Client, client, tls
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.loops import run_on_uvloop
from tests.rig.patience import SECONDS as PATIENCE

STATIC = Path(__file__).parents[2] / "rig" / "static"
WORD = "kwarantanna"
ROUNDS = 5


class HoldAt:
    """Holds the writer thread at a point while `open` is not set."""

    def __init__(self, name: str) -> None:
        self.open = Event()
        self.open.set()
        self.held = Event()
        self._name = name

    def reach(self, name: str) -> None:
        """Wait here, if this is the point."""
        if name == self._name and not self.open.is_set():
            self.held.set()
            self.open.wait()


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


@asynccontextmanager
async def serving(made: Installation, points: Points) -> AsyncIterator[None]:
    """Run the server in this event loop, which is the one that it has in service."""
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        server = tasks.create_task(serve(made.settings, ready.set, points=points, static=STATIC))
        await ready.wait()
        try:
            yield
        finally:
            server.cancel()


class SecondDevice:
    """Looks everywhere that a device can look, and keeps all that it was told."""

    def __init__(self, made: Installation, name: str, rest: httpx2.AsyncClient) -> None:
        self.made = made
        self.name = name
        self.rest = rest
        self.desk = made.groups["Desk"]

    async def everything(self, cursor: str | None) -> str:
        """Return all texts of one round: list, page, around, search, info, resume."""
        seen = []
        for path in (
            "/api/v1/bootstrap",
            "/api/v1/conversations",
            f"/api/v1/conversations/{self.desk}",
            f"/api/v1/conversations/{self.desk}/timeline",
            f"/api/v1/conversations/{self.desk}/timeline?after=1",
            f"/api/v1/search?q={WORD}",
        ):
            answer = await self.rest.get(path)
            assert answer.status_code == 200, answer.text
            seen.append(answer.text)
        async with client(self.made, self.name, cursor=cursor, wait=False) as socket:
            await socket.frame("resumed")
            seen.append(str(socket.events))
        return "".join(seen)


@asynccontextmanager
async def second_device(made: Installation, name: str) -> AsyncIterator[SecondDevice]:
    """Sign somebody in, as a page does."""
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
    ) as rest:
        body = {"username": name, "password": PASSWORD}
        signed_in = await rest.post("/api/v1/sign-in", json=body)
        rest.headers["cookie"] = signed_in.headers["set-cookie"].partition(";")[0]
        yield SecondDevice(made, name, rest)


async def send_held(made: Installation, points: HoldAt, anna: Client) -> str:
    """Send a message that stops at the point; return its id."""
    points.open.clear()
    id = await anna.send(made.groups["Desk"], f"the word is {WORD}")
    await asyncio.to_thread(points.held.wait, PATIENCE)
    assert points.held.is_set()
    return id


@pytest.mark.parametrize("name", ["anna", "piotr"])
@pytest.mark.parametrize("point", ["in_transaction", "journaled", "archived"])
@pytest.mark.promise("P1")
def test_before_it_is_archived_and_published_nobody_sees_it(
    made: Installation, point: str, name: str
) -> None:
    async def story() -> None:
        points = HoldAt(point)
        async with (
            serving(made, points),
            second_device(made, name) as device,
            client(made, "anna") as anna,
            client(made, name) as live,
        ):
            await anna.sent(made.groups["Desk"], "before")
            cursor = anna.cursor
            id = await send_held(made, points, anna)
            try:
                for _ in range(ROUNDS):
                    assert WORD not in await device.everything(cursor)
                assert id not in anna.answers
                assert WORD not in str(anna.frames) + str(live.frames)
            finally:
                points.open.set()
            ack = await anna.answer(id)
            await live.event(ack["event_id"])
            assert WORD in await device.everything(cursor)

    run_on_uvloop(story())


@pytest.mark.parametrize("name", ["anna", "piotr"])
def test_control_without_the_hold_the_second_device_sees_it_everywhere(
    made: Installation, name: str
) -> None:
    async def story() -> None:
        async with (
            serving(made, NoPoints()),
            second_device(made, name) as device,
            client(made, "anna") as anna,
        ):
            cursor = anna.cursor
            await anna.sent(made.groups["Desk"], f"the word is {WORD}")
            assert (await device.everything(cursor)).count(WORD) >= 5

    run_on_uvloop(story())
