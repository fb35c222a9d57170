"""Whoever asks whether anybody is there is told at once, and nothing of it is kept."""

import asyncio
from pathlib import Path

from tests.rig.client import client
from tests.rig.installation import install, populate_conversations
from tests.rig.process import running


def test_a_ping_is_answered_with_a_heartbeat_and_is_no_event(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})

    async def story() -> None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            before = len([frame for frame in anna.frames if frame["t"] == "heartbeat"])
            for _ in range(3):
                await anna.say({"t": "ping"})
            # The first of the beats of every 25 s may come as well; three of those can't.
            await anna.until(
                lambda: len([f for f in anna.frames if f["t"] == "heartbeat"]) >= before + 3
            )
            first = await anna.sent(made.groups["Desk"], "still here")
            await piotr.event(first["event_id"])
            assert [event["event_id"] for event in piotr.events] == [first["event_id"]]

    with running(made):
        asyncio.run(story())
