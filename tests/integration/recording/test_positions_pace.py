"""However often a member says how far they have read, it is one record a conversation a second."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.rig.client import Frame, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

STATED = 30
WITHIN_SECONDS = 3.0
MOST = 4
"""One each second, and one more where the seconds begin in between."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {}, [("anna", "piotr")])
    return made


async def recorded(made: Installation) -> list[Frame]:
    """Let Piotr read message by message, ten a second; return the records of it, as Anna gets them.

    They end with the last message.
    """
    stream = made.direct("anna", "piotr")
    async with client(made, "anna") as anna, client(made, "piotr") as piotr:
        numbers = [(await anna.sent(stream, f"Line {n}"))["msg_no"] for n in range(STATED)]
        began = time.monotonic()
        for count, number in enumerate(numbers, 1):
            await piotr.say({"t": "read", "conv": stream, "msg_no": number})
            await asyncio.sleep(began + count * WITHIN_SECONDS / STATED - time.monotonic())

        def seen() -> list[Frame]:
            return [event for event in anna.events if event["type"] == "positions"]

        await anna.until(lambda: reached(seen()) == numbers[-1])
        return seen()


def reached(events: list[Frame]) -> int:
    """How far anybody has read, as the events say."""
    changes = [change for event in events for change in event["changes"]]
    return max((change.get("read", 0) for change in changes), default=0)


def with_server(made: Installation, *arguments: str) -> list[Frame]:
    server = ServerProcess.__new__(ServerProcess)
    server.run(made, "tests.rig.serve", list(arguments))
    try:
        return asyncio.run(recorded(made))
    finally:
        server.stop()


def test_thirty_positions_in_three_seconds_are_four_records_at_most(made: Installation) -> None:
    assert 1 <= len(with_server(made)) <= MOST


def test_control_a_server_that_records_them_ten_times_a_second_is_noticed(
    made: Installation,
) -> None:
    assert len(with_server(made, "--defects=hasty_positions")) > MOST
