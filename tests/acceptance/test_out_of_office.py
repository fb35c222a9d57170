"""The automatic reply over kill -9: once in a closed time, whichever step was the last one."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from onrecord.app.house import CLIENTS
from onrecord.app.notices import built_in_notices
from onrecord.core.domain.values import SYSTEM
from onrecord.features.hours.plan import FirmHours, Plan
from onrecord.features.hours.service import OfficeHours
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.built_in import record_notices
from onrecord_archive.reader.archive import Archive
from tests.e2e.console_desk import leaves_of
from tests.rig.client import Client, client
from tests.rig.installation import (
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

NEVER = FirmHours(Plan("UTC", ((),) * 7))


@pytest.mark.parametrize("point", ["journaled", "archived", "published"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_kill_loses_no_reply_and_doubles_none(tmp_path: Path, point: str, count: int) -> None:
    made = install(tmp_path, ["anna@advisor", "ewa@client"])
    populate_conversations(made, {}, [("anna@advisor", "ewa@client")])
    run_apart(close(made))
    asyncio.run(write_through_a_kill(made, f"{point}:{count}"))
    kinds = [json.loads(leaf).get("type") for leaf in leaves_of(Archive(made.data / "archive"))]
    assert kinds.count("out_of_office.replied") == 1
    assert kinds.index("message.sent") < kinds.index("out_of_office.replied")


async def close(made: Installation) -> None:
    """Keep hours in which nobody is ever there; record now what the first start would."""
    async with at_root(made, CLIENTS) as root:
        await record_notices(root.recording.recorder, built_in_notices(made.settings).values())
        await root[OfficeHours].set_firm(
            SYSTEM, RIG, NEVER, replaces=root[OfficeHours].firm().version
        )
        await root[EarlierAcceptances].say()


async def write_through_a_kill(made: Installation, point: str) -> None:
    """Write until the server dies; after its start see one reply, to what is on the record."""
    conv = made.direct("anna@advisor", "ewa@client")
    server = ServerProcess(made, point=point)
    with suppress(ConnectionClosed, TimeoutError, ExceptionGroup):
        async with client(made, "ewa@client") as ewa:
            while server.process.poll() is None:
                await ewa.sent(conv, "Is anybody there?")
    await asyncio.to_thread(server.process.wait, PATIENCE)
    server.kill()
    server = ServerProcess(made)
    async with client(made, "anna@advisor") as anna, client(made, "ewa@client") as ewa:
        sent = await ewa.sent(conv, "And now?")
        await anna.event(sent["event_id"])
        await waits(anna)
        assert sum(one["type"] == "out_of_office.replied" for one in anna.events) <= 1
    assert await asyncio.to_thread(server.stop) == 0


async def waits(anna: Client) -> None:
    """Wait until Anna is told that Ewa waits, which is looked at beside the reply."""
    await anna.until(
        lambda: any(
            item["k"] == "waiting" and "since" in item
            for frame in anna.frames
            if frame["t"] == "ephemeral"
            for item in frame["items"]
        ),
        30,
    )
