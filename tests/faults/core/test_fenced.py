"""Another server takes over under a running server: it ends with 75 and promises nothing more."""

import asyncio
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

import pytest
from websockets.exceptions import ConnectionClosed

from onrecord.app.settings.options import storage_options
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.database.database import Database
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.layout import CHECKPOINT
from tests.faults.gate_server import GateServer
from tests.faults.load import until
from tests.faults.surroundings import await_signed
from tests.rig.client import Client, Frame, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.tenure import another_takes_over

STATUS_AGAIN = 75
ENDS_SECONDS = 10.0
"""So long it is seen that a server without the fence does not end."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {}, [("anna", "piotr")])
    return made


def take_over(made: Installation) -> None:
    """Do to the one row what another server does at its start."""
    with closing(Database(storage_options(made.settings))) as database:
        another_takes_over(database)


def signed(made: Installation) -> int:
    """The size of the newest checkpoint."""
    policy = parse_policy(made.settings.paths.policy.read_text())
    return policy.open((made.settings.archive.directory / CHECKPOINT).read_bytes()).size


@dataclass(frozen=True, slots=True)
class Seen:
    """What both people were told after the take-over, and what became of the server."""

    answers: list[str]
    events: int
    farewells: list[str]
    status: int | None
    signed: int
    """Entries by which the newest checkpoint grew."""


def told(one: Client, kind: str) -> list[Frame]:
    return [frame for frame in one.frames if frame["t"] == kind]


async def fenced(made: Installation, server: GateServer, seconds: float = PATIENCE) -> Seen:
    """Let somebody else take over between two messages."""
    stream, after = made.direct("anna", "piotr"), new_id(SystemClock())
    sockets: list[Client] = []
    size, events = 0, 0

    def heard() -> int:
        return sum(len(one.events) for one in sockets)

    try:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            sockets += [anna, piotr]
            before = await anna.sent(stream, "still ours")
            await piotr.event(before["event_id"])
            await asyncio.to_thread(await_signed, made)
            size = await asyncio.to_thread(signed, made)
            await asyncio.to_thread(take_over, made)
            events = heard()
            await anna.send(stream, "not ours any more", id=after)
            with suppress(AssertionError):  # which is what is promised
                await until(lambda: after in anna.answers and heard() > events + 1)
    except* ConnectionClosed:
        pass  # the server has ended
    try:
        status = await asyncio.to_thread(server.process.wait, seconds)
    except TimeoutExpired:
        status = None
    server.kill()
    return Seen(
        answers=[one.answers[after]["t"] for one in sockets if after in one.answers],
        events=heard() - events,
        farewells=[frame["code"] for one in sockets for frame in told(one, "bye")],
        status=status,
        signed=await asyncio.to_thread(signed, made) - size,
    )


def test_a_fenced_server_ends_with_75_and_acknowledges_delivers_and_signs_nothing(
    made: Installation,
) -> None:
    seen = asyncio.run(fenced(made, GateServer(made)))
    assert seen == Seen([], 0, ["failed", "failed"], STATUS_AGAIN, 0)


def test_control_a_server_that_does_not_look_whether_the_row_is_its_own_is_noticed(
    made: Installation,
) -> None:
    seen = asyncio.run(fenced(made, GateServer(made, "unfenced"), ENDS_SECONDS))
    assert (seen.answers, seen.events, seen.status) == (["ack"], 2, None)
