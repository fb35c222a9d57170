"""The writer thread ends the process at a defect, and waits for nothing that can come later."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, current_thread

from onrecord.app.recording import Served, recording
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Fatal
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Answer, Command, Origin
from onrecord.core.settled import Outcome
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.errors import WriteFailed
from onrecord_archive.format.layout import TAILS
from tests.rig.installation import Installation, install, populate_conversations, surroundings
from tests.rig.patience import SECONDS as PATIENCE


class Defect:
    """Divides by zero in the middle of a batch, once it is to."""

    planted = False

    def reach(self, name: str) -> None:
        """Do so."""
        if self.planted and name == "journaled":
            raise ZeroDivisionError


class AtTheTree(SystemClock):
    """Does something in the thread that integrates, as it signs a checkpoint."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def now(self) -> datetime:
        """Return the time, a moment later in that thread."""
        if current_thread().name == "integration":
            self._act()
        return super().now()


def submit(
    rec: Served, made: Installation, answered: Callable[[Outcome], None] = lambda _: None
) -> None:
    """Have a message recorded."""
    actor, id = made.people["anna"].actor, ClientId(new_id(SystemClock()))
    event, stream = event_id_of(actor.id, id), made.direct("anna", "bela")
    command = Command(event, stream, actor, Origin("test"), MessageSent("hello"), client_id=id)
    assert rec.recorder.submit(command, answered) is None


async def outcome(rec: Served, made: Installation) -> Outcome:
    """Have a message recorded and wait for what became of it."""
    answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    submit(rec, made, answered.set_result)
    async with asyncio.timeout(PATIENCE):
        return await answered


def desk(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "bela"])
    populate_conversations(made, {}, [("anna", "bela")])
    return made


def test_a_defect_in_the_writer_thread_ends_the_process_to_be_started_again(tmp_path: Path) -> None:
    made = desk(tmp_path)

    async def story() -> None:
        ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        defect = Defect()
        around = replace(surroundings(), points=defect, on_fatal=ended.set_result)
        async with recording(made.settings, around) as rec:
            defect.planted = True
            submit(rec, made)
            async with asyncio.timeout(PATIENCE):
                error = await ended
        assert isinstance(error, Fatal)
        assert isinstance(error.__cause__, ZeroDivisionError)

    asyncio.run(story())


def test_nobody_waits_while_tiles_and_checkpoint_are_written(tmp_path: Path) -> None:
    made = desk(tmp_path)
    signing, on = Event(), Event()

    def hold() -> None:
        signing.set()
        on.wait()

    async def story() -> None:
        async with recording(made.settings, replace(surroundings(), clock=AtTheTree(hold))) as rec:
            try:
                assert isinstance(await outcome(rec, made), Answer)
                assert await asyncio.to_thread(signing.wait, PATIENCE)
                assert isinstance(await outcome(rec, made), Answer)
            finally:
                on.set()

    asyncio.run(story())


def test_a_defect_beside_the_writer_thread_ends_the_process_too(tmp_path: Path) -> None:
    made = desk(tmp_path)

    def fail() -> None:
        raise ZeroDivisionError

    async def story() -> None:
        ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        around = replace(surroundings(), clock=AtTheTree(fail), on_fatal=ended.set_result)
        async with recording(made.settings, around) as rec:
            submit(rec, made)
            async with asyncio.timeout(PATIENCE):
                error = await ended
        assert isinstance(error, Fatal)
        assert isinstance(error.__cause__, ZeroDivisionError)

    asyncio.run(story())


def test_no_room_for_tiles_stops_recording_until_there_is(tmp_path: Path) -> None:
    made = desk(tmp_path)
    failed, signed = Event(), Event()
    tails = made.settings.archive.directory / TAILS

    def fail_once() -> None:
        if failed.is_set():
            signed.set()
            return
        failed.set()
        raise WriteFailed("no room")

    async def story() -> None:
        loop = asyncio.get_running_loop()
        around = replace(surroundings(), clock=AtTheTree(fail_once))
        async with recording(made.settings, around) as rec:
            before = len(list(tails.iterdir()))
            submit(rec, made)
            assert await asyncio.to_thread(failed.wait, PATIENCE)
            deadline = loop.time() + PATIENCE
            while len(list(tails.iterdir())) == before or rec.recorder.closed() is not None:
                assert loop.time() < deadline, "recording does not resume in a new tail"
                await asyncio.sleep(0.01)
            assert isinstance(await outcome(rec, made), Answer)
            assert await asyncio.to_thread(signed.wait, PATIENCE)

    asyncio.run(story())
