"""While the database takes no more questions every socket gets an answer, and none is cut."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from onrecord.core.domain.errors import Unavailable
from onrecord.core.threads import Threads
from onrecord.observability.points import NoPoints
from tests.integration.core.test_gate import serving
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.loops import run_on_uvloop

Busy = set[str]


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", "zofia"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Busy:
    """The questions, by name, for which there is no room in the queue."""
    names: Busy = set()
    ask: Callable[..., Awaitable[Any]] = Threads.__call__

    async def call(
        self: Threads, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Any:
        if function.__name__ in names:
            raise Unavailable("busy", "The service is busy.", retry_after=1.0)
        return await ask(self, function, *args, **kwargs)

    monkeypatch.setattr(Threads, "__call__", call)
    return names


def test_a_refusal_that_cannot_be_looked_up_is_pending(made: Installation, busy: Busy) -> None:
    """It may have been journaled before; the same id is answered once there is room."""
    desk = made.groups["Desk"]

    async def story() -> None:
        async with (
            serving(made, NoPoints()),
            client(made, "anna") as anna,
            client(made, "zofia") as zofia,
        ):
            await anna.sent(desk, "so that the members are known in memory")
            busy.add("known")
            id = await zofia.send(desk, "hello")
            assert (await zofia.answer(id))["t"] == "pending"
            busy.clear()
            zofia.answers.clear()
            await zofia.send(desk, "hello", id=id)
            assert (await zofia.answer(id))["code"] == "not_a_member"

    run_on_uvloop(story())


def test_typing_is_dropped(made: Installation, busy: Busy) -> None:
    async def story() -> None:
        async with serving(made, NoPoints()), client(made, "anna") as anna:
            busy.add("members")
            await anna.say({"t": "typing", "conv": made.groups["Desk"]})
            await anna.say({"t": "ping"})
            await anna.frame("heartbeat")

    run_on_uvloop(story())


def test_who_cannot_be_replayed_to_is_told_when_to_come_back(
    made: Installation, busy: Busy
) -> None:
    async def story() -> None:
        async with serving(made, NoPoints()):
            async with client(made, "anna") as anna:
                cursor = anna.cursor
                await anna.sent(made.groups["Desk"], "missed by the other device")
            busy.add("replay")
            opened: Client | None = None
            try:
                async with client(made, "piotr", cursor=cursor, wait=False) as opened:
                    await opened.socket.wait_closed()
            except* ConnectionClosedError:
                pass  # it is heard of first here, or where it is listened to
            assert opened is not None
            (bye,) = [frame for frame in opened.frames if frame["t"] == "bye"]
            assert (bye["code"], bye["retry_after"]) == ("busy", 1.0)
            assert "final" not in bye
            assert opened.socket.close_code == 1013

    run_on_uvloop(story())
