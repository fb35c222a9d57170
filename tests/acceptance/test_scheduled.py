"""A message for later over kill -9: on the record once, whichever step was the last one."""

import asyncio
import json
import signal
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from onrecord.app.settings.options import storage_options
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.format.record import format_time
from onrecord_archive.reader.archive import Archive
from tests.acceptance.crossed import SNI, signed_in
from tests.e2e.console_desk import leaves_of
from tests.rig.client import Client, client
from tests.rig.clock import set_clock
from tests.rig.installation import LIMITED, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess
from tests.rig.promises import PromiseBroken

SENT = sql("SELECT count(*) FROM journal WHERE type = 'message.sent'")
TRIES = 5
"""So often a machine may stand still until one more may be sent."""


AN_HOUR_S = 3600.0
STARTS = 8
"""A start records something by itself, fewer entries than these."""


@pytest.mark.parametrize("point", ["journaled", "archived", ""])
def test_a_kill_loses_none_and_doubles_none(tmp_path: Path, point: str) -> None:
    made, clock = install(tmp_path, ["anna", "piotr"]), tmp_path / "clock"
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    set_clock(clock, 0.0)
    server = ServerProcess(made, clock=clock)
    id = planned(made, later_s=AN_HOUR_S)
    server.kill()
    if point:
        die_at(made, point, clock)
    server = ServerProcess(made, clock=clock)
    asyncio.run(seen(made, id, hurry=not point))
    assert server.stop() == 0
    leaves = [json.loads(leaf) for leaf in leaves_of(Archive(made.data / "archive"))]
    event = event_id_of(made.people["anna"].id, id)
    assert [leaf["type"] for leaf in leaves if leaf.get("event_id") == event] == ["message.sent"]
    assert [leaf.get("type") for leaf in leaves].count("message.sent") == 1


def test_messages_for_later_count_with_those_of_sockets(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "piotr"], toml=LIMITED)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    server = ServerProcess(made)
    ids = [planned(made, later_s=AN_HOUR_S) for _ in range(TRIES)]

    async def refused(page: httpx2.Client, anna: Client, id: ClientId) -> bool:
        """Whether a message for later is refused after as many as one may send."""
        sent = [await anna.send(made.groups["Desk"], f"{n}") for n in range(30)]
        for each in sent:
            await anna.answer(each)
        answer = page.post(f"/api/v1/scheduled/{id}/send", extensions=SNI)
        return not answer.is_success and answer.json()["code"] == "rate_limited"

    async def hasty() -> bool:
        with signed_in(made, "anna") as page:
            ticket = page.post("/api/v1/ws-ticket", extensions=SNI).json()["ticket"]
            async with client(made, "anna", ticket=ticket) as anna:
                return any([await refused(page, anna, id) for id in ids])

    assert asyncio.run(hasty())
    assert server.stop() == 0


def die_at(made: Installation, point: str, clock: Path) -> None:
    """Run servers that die at a point a little later each, until one dies by what came due.

    It comes due once the server runs: somebody moves its clock. From then on it stays due.
    """
    for count in range(1, STARTS):
        try:
            server = ServerProcess(made, point=f"{point}:{count}", clock=clock)
        except PromiseBroken:  # it died by what each start records
            continue
        set_clock(clock, 2 * AN_HOUR_S)
        assert server.process.wait(PATIENCE) == -signal.SIGKILL
        server.kill()
        if journaled(made):
            return
    raise AssertionError("none died by what came due")


def journaled(made: Installation) -> int:
    """How many messages the journal holds."""
    with closing(Database(storage_options(made.settings))) as database, database.reading() as tx:
        return int(tx.only(SENT)[0])


def planned(made: Installation, later_s: float) -> ClientId:
    """Have Anna plan a message; return its id."""
    id = new_id(SystemClock())
    at = format_time(SystemClock().now() + timedelta(seconds=later_s))
    body = {"id": id, "conv": made.groups["Desk"], "text": "Good morning", "at": at}
    with signed_in(made, "anna") as anna:
        answer = anna.post("/api/v1/scheduled", json=body, extensions=SNI)
        assert answer.status_code == 201, answer.text
    return ClientId(id)


async def seen(made: Installation, id: ClientId, *, hurry: bool) -> None:
    """See the message; with *hurry* Anna sends it now, twice."""
    async with client(made, "piotr") as piotr:
        if hurry:
            with signed_in(made, "anna") as anna:
                path = f"/api/v1/scheduled/{id}/send"
                codes = [anna.post(path, extensions=SNI).status_code for _ in range(2)]
            assert codes == [204, 404]
        history = f"/api/v1/conversations/{made.groups['Desk']}/timeline"
        with signed_in(made, "piotr") as browser:
            async with asyncio.timeout(PATIENCE):
                while True:
                    page = browser.get(history, extensions=SNI).json()["events"]
                    said = [one for one in page if one["type"] == "message.sent"]
                    if said:
                        break
                    await asyncio.sleep(0.1)
        assert [one["text"] for one in said] == ["Good morning"]
        assert len([one for one in piotr.events if one["type"] == "message.sent"]) <= 1
