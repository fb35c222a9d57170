"""A new picture reaches the open clients of those who see that person, and nobody else."""

import asyncio
from pathlib import Path

from tests.acceptance.crossed import pictured, signed_in
from tests.rig.client import Client, client
from tests.rig.installation import install, populate_conversations
from tests.rig.process import running

EWA, TOM = "ewa@client", "tom@client"


def test_who_sees_somebody_hears_of_their_new_picture(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek", EWA, TOM])
    populate_conversations(made, {}, [("anna", EWA), ("marek", TOM)])

    async def story() -> None:
        async with (
            client(made, "marek") as marek,
            client(made, EWA) as ewa,
            client(made, TOM) as tom,
        ):
            with signed_in(made, "anna") as anna:
                await asyncio.to_thread(pictured, anna)
            for one in (marek, ewa):
                await one.until(lambda one=one: told(one) == 1)
            said = await marek.sent(made.direct("marek", TOM), "Good morning")
            await tom.event(said["event_id"])
            assert told(tom) == 0  # they never met
            with signed_in(made, "marek") as browser:
                await asyncio.to_thread(pictured, browser)
            await tom.until(lambda: told(tom) == 1)  # the control
            assert told(ewa) == 1

    with running(made):
        asyncio.run(story())


def told(one: Client) -> int:
    items = [item for frame in one.frames for item in frame.get("items", [])]
    return sum(item == {"k": "directory"} for item in items)
