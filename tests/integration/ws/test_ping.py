"""A ping is answered at once, and nothing of it is kept; a binary message is refused."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError

from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server for the tests of this module."""
    made = install(tmp_path_factory.mktemp("served"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    with running(made):
        yield made


def test_a_ping_is_answered_with_a_heartbeat_and_is_no_event(served: Installation) -> None:
    async def story() -> None:
        async with client(served, "anna") as anna, client(served, "piotr") as piotr:
            before = len([frame for frame in anna.frames if frame["t"] == "heartbeat"])
            for _ in range(3):
                await anna.say({"t": "ping"})
            # The first of the beats of every 25 s may come as well; three of those can't.
            await anna.until(
                lambda: len([f for f in anna.frames if f["t"] == "heartbeat"]) >= before + 3
            )
            first = await anna.sent(served.groups["Desk"], "still here")
            await piotr.event(first["event_id"])
            assert [event["event_id"] for event in piotr.events] == [first["event_id"]]

    asyncio.run(story())


def test_a_binary_message_is_refused_by_name_and_noted_once(served: Installation) -> None:
    async def story(anna: Client) -> None:
        await anna.socket.send(b'{"t":"ping"}')
        bye = await anna.frame("bye")
        assert (bye["code"], "text" in bye["detail"]) == ("bad_frame", True)
        await anna.socket.wait_closed()
        assert anna.socket.close_code == 4400

    async def run() -> None:
        try:
            async with asyncio.timeout(PATIENCE), client(served, "anna") as anna:
                await story(anna)
        except* ConnectionClosedError:  # what the one who listens makes of the close
            pass

    asyncio.run(run())
    assert [line["code"] for line in _closed(served.data.parent)] == ["bad_frame"]


def _closed(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "server.log").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == "socket_closed"]
