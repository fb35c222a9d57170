"""What nobody can go on after ends each task that sends letters; all else is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from onrecord.app.ending import judged, one_of
from onrecord.core.domain.errors import Damaged, Fatal, OnRecordError, Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.settled import Unsettled
from onrecord.features.notifications.client_letters import WaitingLetter
from onrecord.features.notifications.staff_letters import Errand, StaffLetters
from tests.integration.front_desk import CLARA, Desk, open_desk
from tests.integration.notifications.test_reminders import Scene
from tests.integration.office import CHAT, Office
from tests.rig.patience import SECONDS as PATIENCE

ENDS: list[tuple[OnRecordError, tuple[int, str]]] = [
    (Fatal("fenced"), (75, "fatal")),
    (Damaged("a page"), (78, "database_damaged")),
]
TOLD = [Unavailable("letter_not_taken", "No."), Unavailable("database_busy", "Busy."), Unsettled()]
Work = Callable[[], Awaitable[None]]


async def scene_of(office: Office, desk: Desk) -> Scene:
    ada = (await office.hire(role="advisor", mail="ada@bank.example")).actor
    clara = (await desk.bring_in(ada, CLARA)).person.actor
    return Scene(office, desk, ada, clara, direct_stream_id(ada.id, clara.id))


async def a_code(scene: Scene, error: OnRecordError) -> Work:
    scene.desk.post.fails = error
    await scene.desk.coming_back.send_code("clara@example.com", CHAT)
    return scene.desk.coming_back.run


async def a_passkey(scene: Scene, error: OnRecordError) -> Work:
    scene.desk.post.fails = error
    await scene.desk.assured.arrivals.warn_of_passkey(await scene.office.people.one(scene.clara.id))
    return scene.desk.assured.arrivals.run


async def a_reminder(scene: Scene, error: OnRecordError) -> Work:
    scene.desk.post.fails = error
    scene.says(scene.ada)
    scene.office.clock.move(hours=1)
    return scene.desk.reminders.look


async def who_waits(scene: Scene, error: OnRecordError) -> Work:
    class Broken:
        def waiting(self, before: object) -> list[object]:
            raise error

    scene.desk.reminders._store = Broken()  # type: ignore[assignment]
    return scene.desk.reminders.look


async def a_staff_letter(scene: Scene, error: OnRecordError) -> Work:
    scene.desk.post.fails = error
    waiting = WaitingLetter("en", "Bank", 1, "https://chat.example")
    errand = Errand(lambda locale: waiting, {}, lambda: None)
    return lambda: scene.desk.root[StaffLetters].send({scene.ada.id: errand})


PARTS = {
    "a code": a_code,
    "a passkey": a_passkey,
    "a reminder": a_reminder,
    "who waits": who_waits,
    "a letter to the firm": a_staff_letter,
}


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def runs_into(office: Office, desk: Desk, part: str, error: OnRecordError) -> None:
    """Let a task meet with an error, for a moment."""
    work = await PARTS[part](await scene_of(office, desk), error)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(_awaited(work))

        def wait() -> None:
            deadline = time.monotonic() + PATIENCE
            while not running.done() and not desk.failures:
                assert time.monotonic() < deadline, "nothing was told"
                time.sleep(0.005)

        await asyncio.to_thread(wait)
        running.cancel()


async def _awaited(work: Work) -> None:
    await work()


@pytest.mark.parametrize(("error", "end"), ENDS, ids=lambda each: str(each)[:20])
@pytest.mark.parametrize("part", PARTS)
def test_a_fatal_error_ends_it_with_its_own_code(
    office: Office, desk: Desk, part: str, error: OnRecordError, end: tuple[int, str]
) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(runs_into(office, desk, part, error))
    assert judged(one_of(caught.value)) == end
    assert desk.failures == []


@pytest.mark.parametrize("error", TOLD, ids=lambda each: str(each)[:20])
@pytest.mark.parametrize("part", PARTS)
def test_all_else_is_told_and_it_goes_on(
    office: Office, desk: Desk, part: str, error: OnRecordError
) -> None:
    asyncio.run(runs_into(office, desk, part, error))
    assert desk.failures == [type(error).__name__]
