"""The one writer thread: what it answers, when it closes, how it comes back and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from onrecord.core.archiving import archiver, recovery
from onrecord.core.archiving.archiver import (
    ARCHIVE_DOWN,
    BUSY,
    DATABASE_DOWN,
    STANDBY_DOWN,
    STOPPED,
    STORAGE_FULL,
    reason,
)
from onrecord.core.archiving.batch import NotPublished
from onrecord.core.domain.errors import Fatal, Fenced, Refusal, Unavailable
from onrecord.core.domain.values import Answer
from onrecord.core.failures import ConnectionLost, RowRefused, StandbyLost, StorageFull
from onrecord.core.settled import Unsettled
from onrecord_archive.format.errors import Corrupt, SyncFailed, WriteFailed
from tests.integration.core.works import Running, Works
from tests.rig.tenure import another_takes_over

NEVER = 12.0
"""Longer than any test here waits for anything."""
OFTEN = 2.0**-6
"""Seconds, exact as a float and in microseconds."""
FULL = StorageFull("There is no room.", retry_after=2.0)
BUSY_NOW = Unavailable("database_busy", "The database is busy; try again.", retry_after=1.0)
Story = Callable[[Running], Awaitable[None]]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing happen by waiting."""
    monkeypatch.setattr(archiver, "LOOK_SECONDS", NEVER)
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", NEVER)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch, waits: None) -> None:
    """Let an idle thread look and recover all the time, the former as far as the clock lets it."""
    monkeypatch.setattr(archiver, "LOOK_SECONDS", OFTEN)
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", OFTEN)


def play(works: Works, story: Story) -> None:
    """Run a story while the writer thread runs; it ends soon after it is stopped."""

    async def whole() -> float:
        async with works.running() as running:
            await story(running)
            ended = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - ended

    assert asyncio.run(whole()) < NEVER / 2, "it waited for something when it was to stop"


def caused(error: Exception, failure: Exception | None = None) -> Exception:
    """Return a failure with its cause; by default that of a database that refuses to publish."""
    failure = failure or NotPublished()
    failure.__cause__ = error
    return failure


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (WriteFailed("no room"), ARCHIVE_DOWN),
        (ConnectionLost(), DATABASE_DOWN),
        (BUSY_NOW, DATABASE_DOWN),
        (FULL, STORAGE_FULL),
        (StandbyLost(), STANDBY_DOWN),
        (caused(FULL), STORAGE_FULL),
        (caused(StandbyLost()), STANDBY_DOWN),
        (caused(BUSY_NOW), DATABASE_DOWN),
        (caused(OSError(), ConnectionLost()), DATABASE_DOWN),
        (caused(BUSY_NOW, WriteFailed("no room")), ARCHIVE_DOWN),
    ],
)
def test_people_are_told_what_is_missing(failure: Exception, told: Refusal) -> None:
    assert reason(failure) is told


def test_a_message_is_recorded_as_soon_as_it_comes(works: Works) -> None:
    async def story(running: Running) -> None:
        for text in ("one", "two"):
            assert isinstance(await running.say(text), Answer)
        assert running.archiver.unavailable() is None

    play(works, story)
    assert works.texts() == ["one", "two"]
    assert works.heard.recordings == []


def test_what_waits_at_the_end_is_settled_and_under_the_last_checkpoint(works: Works) -> None:
    async def story(running: Running) -> None:
        answers = [await running.hold("journaled")]
        answers += [running.submit(works.message(text)) for text in ("two", "three")]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(running.archiver.stop))
            await running.until(lambda: running.archiver.unavailable() is STOPPED)
            running.let_go()
        for answer in answers:
            assert isinstance(await answer, Answer)

    play(works, story)
    assert works.texts() == ["held", "two", "three"]
    assert works.entries() == works.archive.size
    assert works.heard.failures == []


def test_an_idle_thread_settles_nothing_and_ends_when_it_is_to(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        await asyncio.sleep(10 * OFTEN)

    play(works, story)
    assert (works.heard.batches, works.heard.failures) == ([], [])


def test_an_idle_thread_sleeps(works: Works) -> None:
    async def story(running: Running) -> None:
        before = works.clock.asked
        await asyncio.sleep(0.2)
        assert works.clock.asked <= before + 2

    play(works, story)


def test_only_so_many_may_wait(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiver, "MOST_WAITING", 2)

    async def story(running: Running) -> None:
        answers = [await running.hold("journaled")]
        for said in (None, None, BUSY):
            answers.append(running.submit(works.message()))
            assert running.archiver.unavailable() is said
        running.let_go()
        await asyncio.gather(*answers)
        assert running.archiver.unavailable() is None

    play(works, story)


def test_each_step_says_how_long_the_oldest_has_waited_for_it(works: Works) -> None:
    async def waited(running: Running, point: str) -> dict[str, int]:
        held = await running.hold(point)
        works.world.clock.at += timedelta(seconds=2)
        later = running.submit(works.message())
        works.world.clock.at += timedelta(seconds=3)
        lags = {str(step): round(lag) for step, lag in running.archiver.lags().items()}
        running.let_go()
        await asyncio.gather(held, later)
        return lags

    async def story(running: Running) -> None:
        nothing = {"journal": 0, "archive": 0, "publish": 0}
        assert running.archiver.lags() == nothing
        assert await waited(running, "in_transaction") == {**nothing, "journal": 5}
        assert await waited(running, "journaled") == {**nothing, "journal": 3, "archive": 5}
        assert await waited(running, "archived") == {**nothing, "journal": 3, "publish": 5}
        assert running.archiver.lags() == nothing

    play(works, story)


def test_a_failed_archive_closes_recording_until_what_is_journaled_is_published(
    works: Works, looking: None
) -> None:
    tails = works.tails()

    async def story(running: Running) -> None:
        works.archive.appends = [WriteFailed("no room")]
        works.archive.proofs = [WriteFailed("no room")] * 3
        message = works.message("journaled")
        assert isinstance(await running.submit(message), Unsettled)
        assert not running.archiver.in_doubt(message.event_id), "it is there to be seen"
        await running.until(lambda: works.heard.recordings[-1] is None)
        assert running.archiver.unavailable() is None
        assert isinstance(await running.say("later"), Answer)

    play(works, story)
    assert works.heard.recordings == [ARCHIVE_DOWN, None]
    assert works.texts() == ["journaled", "later"]
    assert works.tails() == tails + 1
    assert len(works.heard.positions) == 1
    assert works.lines.written == [
        ("recording_stopped", "archive_unavailable"),
        ("recording_resumed", None),
    ]


def test_while_recording_is_closed_everything_is_refused_with_its_reason(
    works: Works,
) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [WriteFailed("no room")]
        works.archive.proofs = [WriteFailed("no room")] * 100
        answers = [await running.hold("journaled"), running.submit(works.message("waits"))]
        running.let_go()
        first, second = await asyncio.gather(*answers)
        assert isinstance(first, Unsettled)
        assert second is ARCHIVE_DOWN
        assert running.archiver.unavailable() is ARCHIVE_DOWN

    play(works, story)
    assert works.texts() == []
    assert works.heard.recordings == [ARCHIVE_DOWN]


def test_a_connection_lost_leaves_all_of_the_batch_in_doubt_until_recovery(
    works: Works, looking: None
) -> None:
    async def story(running: Running) -> None:
        works.store.journaling = [ConnectionLost()]
        works.store.proofs = [ConnectionLost()] * 3
        message = works.message("perhaps")
        assert isinstance(await running.submit(message), Unsettled)
        assert running.archiver.in_doubt(message.event_id)
        assert not running.archiver.in_doubt(works.message().event_id)
        await running.until(lambda: works.heard.recordings[-1] is None)
        assert not running.archiver.in_doubt(message.event_id)

    play(works, story)
    assert works.heard.recordings == [DATABASE_DOWN, None]


def test_a_connection_lost_with_a_later_half_leaves_it_in_doubt(
    works: Works, looking: None
) -> None:
    async def story(running: Running) -> None:
        held = await running.hold("journaled")
        works.store.journaling = [RowRefused(), None, ConnectionLost()]
        works.store.proofs = [ConnectionLost()] * 3
        commands = [works.message("one"), works.message("two")]
        answers = [running.submit(command) for command in commands]
        running.let_go()
        assert isinstance(await held, Answer)
        first, second = await asyncio.gather(*answers)
        assert isinstance(first, Answer)
        assert isinstance(second, Unsettled)
        assert running.archiver.in_doubt(commands[1].event_id)

    play(works, story)


def test_a_full_database_closes_recording_and_a_busy_one_does_not(
    works: Works, looking: None
) -> None:
    async def story(running: Running) -> None:
        works.store.journaling = [BUSY_NOW]
        assert await running.say() is BUSY_NOW
        assert running.archiver.unavailable() is None
        works.store.journaling = [FULL]
        works.store.proofs = [FULL] * 3
        assert await running.say() is STORAGE_FULL
        await running.until(lambda: works.heard.recordings[-1:] == [None])

    play(works, story)
    assert works.heard.recordings == [STORAGE_FULL, None]
    assert works.texts() == []


def test_another_cause_is_told_once_and_a_passing_one_is_not(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [WriteFailed("no room")]
        works.archive.proofs = [WriteFailed("no room"), None, None, None]
        works.store.proofs = [FULL, BUSY_NOW, FULL, None]
        await running.say()
        await running.until(lambda: works.heard.recordings[-1] is None)

    play(works, story)
    assert works.heard.recordings == [ARCHIVE_DOWN, STORAGE_FULL, None]


@pytest.mark.parametrize("closed_by", [ARCHIVE_DOWN, STORAGE_FULL])
def test_of_two_causes_the_one_that_closed_recording_stays(
    works: Works, looking: None, closed_by: Refusal
) -> None:
    async def story(running: Running) -> None:
        if closed_by is ARCHIVE_DOWN:
            works.archive.appends = [WriteFailed("no room")]
        else:
            works.store.journaling = [FULL]
        works.archive.proofs = [WriteFailed("no room")] * 3
        works.store.proofs = [FULL] * 3
        await running.say()
        await running.until(lambda: len(works.store.proofs) + len(works.archive.proofs) <= 4)
        assert works.heard.recordings == [closed_by]

    play(works, story)


def test_an_idle_thread_notices_that_the_database_failed(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        works.store._database.trouble = FULL
        works.world.clock.at += timedelta(seconds=OFTEN)
        await running.until(lambda: works.heard.recordings == [STORAGE_FULL, None])

    play(works, story)


def test_it_looks_no_more_often_than_once_a_second(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        for _ in range(3):
            await running.say()
        await asyncio.sleep(10 * OFTEN)
        assert works.store.looks == 0
        works.world.clock.at += timedelta(seconds=OFTEN)
        await running.until(lambda: works.store.looks == 1)
        await running.say()
        assert works.store.looks == 1

    play(works, story)


def test_it_does_not_look_while_recording_is_closed(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [WriteFailed("no room")]
        works.archive.proofs = [WriteFailed("no room")] * 1000
        await running.say()
        works.store._database.trouble = ConnectionLost()
        works.world.clock.at += timedelta(seconds=1)
        left = len(works.archive.proofs) - 3
        await running.until(lambda: len(works.archive.proofs) <= left)
        assert works.heard.recordings == [ARCHIVE_DOWN]
        works.archive.proofs = []

    play(works, story)


@pytest.mark.parametrize("full", [True, False])
def test_a_full_tail_is_followed_by_a_new_one(works: Works, looking: None, full: bool) -> None:
    works.archive._tail_bytes = 1 if full else 2**20
    tails, epoch = works.tails(), works.committer.epoch

    async def story(running: Running) -> None:
        await running.say()
        works.world.clock.at += timedelta(seconds=OFTEN)
        await running.until(lambda: works.store.looks == 1)
        assert isinstance(await running.say(), Answer)

    play(works, story)
    assert works.tails() - tails == works.committer.epoch - epoch == int(full)
    assert works.heard.recordings == []


def test_while_nobody_waits_nobody_is_answered(works: Works, looking: None) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [WriteFailed("no room")]
        works.archive.proofs = [WriteFailed("no room")] * 3
        await running.say()
        await running.until(lambda: works.heard.recordings[-1] is None)

    play(works, story)
    assert [len(settled.answers) for settled in works.heard.batches] == [1]


@pytest.mark.parametrize("error", [SyncFailed(), Fatal("fenced")])
def test_what_the_process_must_end_for_ends_the_thread(works: Works, error: Exception) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [error]
        answer = running.submit(works.message())
        await running.until(lambda: works.heard.failures == [error])
        assert not answer.done()

    play(works, story)
    assert works.texts() == []


def met_with_anothers_checkpoint(works: Works) -> Exception:
    """Have the second thread find what another server wrote; return why the first one ends."""

    async def story(running: Running) -> None:
        another_takes_over(works.world.database)
        running.archiver._integration._tell(Corrupt("another checkpoint"))
        await running.until(lambda: bool(works.heard.failures))

    play(works, story)
    (error,) = works.heard.failures
    return error


def test_what_another_server_wrote_ends_the_thread_as_fenced(works: Works) -> None:
    assert isinstance(met_with_anothers_checkpoint(works), Fenced)


def test_control_who_does_not_ask_takes_it_for_damage(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "cause", lambda beat, error: error)
    assert isinstance(met_with_anothers_checkpoint(works), Corrupt)


def test_a_defect_ends_the_thread_as_one(works: Works) -> None:
    async def story(running: Running) -> None:
        works.archive.appends = [ZeroDivisionError()]
        answer = running.submit(works.message())
        await running.until(lambda: bool(works.heard.failures))
        assert not answer.done()

    play(works, story)
    (error,) = works.heard.failures
    assert isinstance(error, Fatal)
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert works.lines.written == [("writer_thread_failed", None)]
