"""However often a member says how far they have read, it is one record a conversation a second."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.rig.client import Frame, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

STATED = 30
WITHIN_SECONDS = 3.0


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {}, [("anna", "piotr")])
    return made


async def recorded(made: Installation) -> tuple[int, float]:
    """Let Piotr read message by message, ten a second; return how many records Anna gets of it.

    And the seconds until the one of the last message.
    """
    stream = made.direct("anna", "piotr")
    async with client(made, "anna") as anna, client(made, "piotr") as piotr:
        numbers = [(await anna.sent(stream, f"Line {n}"))["msg_no"] for n in range(STATED)]
        began = time.monotonic()
        for number in numbers:
            await piotr.say({"t": "read", "conv": stream, "msg_no": number})
            await asyncio.sleep(WITHIN_SECONDS / STATED)

        def seen() -> list[Frame]:
            return [event for event in anna.events if event["type"] == "positions"]

        await anna.until(lambda: reached(seen()) == numbers[-1])
        return len(seen()), time.monotonic() - began


def reached(events: list[Frame]) -> int:
    """How far anybody has read, as the events say."""
    changes = [change for event in events for change in event["changes"]]
    return max((change.get("read", 0) for change in changes), default=0)


def with_server(made: Installation, defects: str = "") -> tuple[int, float]:
    with running(made, defects=defects):
        return asyncio.run(recorded(made))


def test_thirty_positions_are_one_record_a_second_at_most(made: Installation) -> None:
    """Of four records the last comes three seconds after the first, at least."""
    records, seconds = with_server(made)
    assert 1 <= records <= 1 + seconds


def test_control_a_server_that_records_them_ten_times_a_second_is_noticed(
    made: Installation,
) -> None:
    records, seconds = with_server(made, "hasty_positions")
    assert records > 1 + seconds
