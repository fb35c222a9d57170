"""Somebody who joined later is not told of what was said before: not in quotes, not by edits."""

import asyncio
from pathlib import Path

import pytest

from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

SECRET = "before your time"


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", "zofia"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def test_a_quote_and_an_edit_of_what_was_before_come_without_their_text(
    made: Installation,
) -> None:
    desk = made.groups["Desk"]

    async def story() -> None:
        async with (
            client(made, "anna") as anna,
            client(made, "piotr") as piotr,
            client(made, "zofia") as zofia,
        ):
            said = await anna.sent(desk, SECRET)
            target, zofia_id = said["event_id"], made.people["zofia"].id
            await anna.command(t="members", conv=desk, op="add", person=zofia_id)
            reply = await piotr.sent(desk, "I remember", reply_to=target)
            edit = await anna.command(
                t="edit", conv=desk, target=target, text=f"{SECRET}, and more"
            )
            for event_id in (reply["event_id"], edit["event_id"]):
                await zofia.event(event_id)
                await piotr.event(event_id)
            assert SECRET not in str(zofia.events)
            assert str(piotr.events).count(SECRET) >= 3
            cursor = anna.cursor
            async with client(made, "zofia", wait=False, cursor=cursor) as second:
                await second.frame("resumed")
                assert SECRET not in str(second.events)

    with running(made):
        asyncio.run(story())
