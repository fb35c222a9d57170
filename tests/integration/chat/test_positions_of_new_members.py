"""What a member states who joined while the server runs is recorded like everybody's."""

import asyncio
from pathlib import Path

import pytest

from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", "zofia"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def test_a_new_members_positions_are_recorded(made: Installation) -> None:
    desk, zofia_id = made.groups["Desk"], made.people["zofia"].id

    async def story() -> None:
        async with client(made, "anna") as anna, client(made, "zofia") as zofia:
            first = await anna.sent(desk, "so that positions in here are followed")
            await anna.say({"t": "read", "conv": desk, "msg_no": first["msg_no"]})
            await anna.until(lambda: any(e["type"] == "positions" for e in anna.events))
            await anna.command(t="members", conv=desk, op="add", person=zofia_id)
            said = await anna.sent(desk, "hello Zofia")
            await zofia.event(said["event_id"])
            await zofia.say({"t": "read", "conv": desk, "msg_no": said["msg_no"]})
            await anna.until(
                lambda: any(
                    change["person"] == zofia_id and change.get("read") == said["msg_no"]
                    for event in anna.events
                    for change in event.get("changes", ())
                )
            )

    with running(made):
        asyncio.run(story())
