"""What somebody states who took a client over, or stands in, is recorded like everybody's."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.crossed import SNI, signed_in
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

ENDS = "2099-12-05T17:00:00.000000Z"


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna@advisor", "ben@advisor", "zofia@advisor", "ewa@client"])
    populate_conversations(made, {}, [("anna@advisor", "ewa@client")])
    return made


def seen_by_ewa(made: Installation) -> dict[str, Any]:
    """The relationship as the client's page loads it."""
    with signed_in(made, "ewa@client") as ewa:
        path = f"/api/v1/conversations/{made.direct('anna@advisor', 'ewa@client')}"
        related: dict[str, Any] = ewa.get(path, extensions=SNI).json()["relationship"]
    return related


def test_what_was_read_stays_read_for_the_client_after_a_hand_over(made: Installation) -> None:
    """Nobody has answered it, so it waits for the successor; but somebody had read it."""
    conv, anna_id = made.direct("anna@advisor", "ewa@client"), made.people["anna@advisor"].id

    async def story() -> int:
        async with client(made, "anna@advisor") as anna, client(made, "ewa@client") as ewa:
            asked = await ewa.sent(conv, "When can we meet?")
            await anna.event(asked["event_id"])
            await anna.say({"t": "read", "conv": conv, "msg_no": asked["msg_no"]})
            await has_read(ewa, anna_id, asked["msg_no"])
            ben = made.people["ben@advisor"].id
            handed = {"t": "relationship", "conv": conv, "op": "hand_over", "person": ben}
            await anna.command(**handed)
            return int(asked["msg_no"])

    with running(made):
        msg_no = asyncio.run(story())
        related = seen_by_ewa(made)
    assert related["owner"] == made.people["ben@advisor"].id
    assert (related["read"], related["delivered"]) == (msg_no, msg_no)


async def has_read(seen: Client, person: str, msg_no: int) -> None:
    """Wait until somebody is told that another one has read."""
    await seen.until(
        lambda: any(
            change["person"] == person and change.get("read") == msg_no
            for event in seen.events
            for change in event.get("changes", ())
        )
    )


def test_positions_of_a_successor_and_a_delegate_are_recorded(made: Installation) -> None:
    conv = made.direct("anna@advisor", "ewa@client")
    ben_id, zofia_id = (made.people[name].id for name in ("ben@advisor", "zofia@advisor"))

    async def story() -> None:
        async with (
            client(made, "anna@advisor") as anna,
            client(made, "ben@advisor") as ben,
            client(made, "zofia@advisor") as zofia,
            client(made, "ewa@client") as ewa,
        ):
            first = await ewa.sent(conv, "so that positions in here are followed")
            await anna.event(first["event_id"])
            await anna.say({"t": "read", "conv": conv, "msg_no": first["msg_no"]})
            await has_read(ewa, made.people["anna@advisor"].id, first["msg_no"])
            told = {"t": "relationship", "conv": conv}
            added = await anna.command(**told, op="delegate", person=zofia_id, ends=ENDS)
            handed = await anna.command(**told, op="hand_over", person=ben_id, history="new")
            for one in (ben, zofia, ewa):
                await one.event(handed["event_id"])
            await ewa.event(added["event_id"])
            refused = await anna.command(t="send", conv=conv, text="one more thing")
            assert refused["code"] == "not_a_member"
            said = await ewa.sent(conv, "hello both")
            for one, person in ((ben, ben_id), (zofia, zofia_id)):
                await one.event(said["event_id"])
                await one.say({"t": "read", "conv": conv, "msg_no": said["msg_no"]})
                await has_read(ewa, person, said["msg_no"])
            assert said["event_id"] not in {event["event_id"] for event in anna.events}

    with running(made):
        asyncio.run(story())
