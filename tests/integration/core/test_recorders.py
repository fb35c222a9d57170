"""What callers rely on of a Recorder, asked of the real one and of each that tests use instead.

Those that wait, or do something first, before they pass a command on are that other one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from onrecord.core.domain.errors import OnRecordError, Refusal, Unavailable
from onrecord.core.domain.values import Answer, Command
from onrecord.core.hold import Hold
from onrecord.core.ports import Recorder as Port
from onrecord.core.recorder import Recorder
from onrecord.core.threads import Threads
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import MessageSent
from tests.fakes.recorder import FailingRecorder, MemoryRecorder
from tests.integration.core.stage import Stage
from tests.integration.core.works import Works
from tests.integration.office import Records

DOWN = Unavailable("archive_unavailable", "Not now.")


@dataclass
class Door:
    """A recorder, what Anna says by it, and what came onto the record."""

    recorder: Port
    says: Callable[[], Command]
    recorded: Callable[[], int]
    fails: Callable[[Unavailable | None], None]

    async def record(self, command: Command) -> Answer:
        return await self.recorder.record(command)

    async def refused(self, command: Command) -> OnRecordError:
        """Return what is raised; it is not recorded."""
        before = self.recorded()
        with pytest.raises(OnRecordError) as refused:
            await self.record(command)
        assert self.recorded() == before
        return refused.value


async def answers_with_its_numbers(door: Door) -> None:
    for number in range(2):
        command, before = door.says(), door.recorded()
        answer = await door.record(command)
        assert (answer.event_id, answer.stream) == (command.event_id, command.stream)
        assert door.recorded() == before + 1, number


async def numbers_in_the_order_of_the_calls(door: Door) -> None:
    first, *others = await asyncio.gather(*(door.record(door.says()) for _ in range(4)))
    assert first.msg_no is not None
    for at, answer in enumerate(others, 1):
        assert (answer.conv_seq, answer.msg_no) == (first.conv_seq + at, first.msg_no + at)


async def answers_the_same_id_again_as_before(door: Door) -> None:
    command = door.says()
    answer = await door.record(command)
    await door.record(door.says())
    assert await door.record(command) == answer
    assert door.recorded() == 2


async def takes_no_id_for_another_text(door: Door) -> None:
    command = door.says()
    await door.record(command)
    refusal = await door.refused(replace(command, body=MessageSent("another")))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "id_reuse"


async def records_nothing_that_it_refuses_and_then_takes_the_same_id(door: Door) -> None:
    command = door.says()
    door.fails(DOWN)
    assert await door.refused(command) is DOWN
    door.fails(None)
    assert (await door.record(command)).event_id == command.event_id
    assert door.recorded() == 1


Promise = Callable[[Door], Awaitable[None]]
PROMISES: tuple[Promise, ...] = (
    answers_with_its_numbers,
    numbers_in_the_order_of_the_calls,
    answers_the_same_id_again_as_before,
    takes_no_id_for_another_text,
    records_nothing_that_it_refuses_and_then_takes_the_same_id,
)


@asynccontextmanager
async def real(works: Works) -> AsyncIterator[Door]:
    hold, readers = Hold(lambda: None), Threads(threads=1)
    async with works.running() as running:
        recorder = Recorder(
            archiver=running.archiver,
            may_write=lambda stream, person: None,
            store=works.world.reads,
            readers=readers,
            hold=hold,
        )
        yield Door(recorder, works.message, lambda: len(works.texts()), hold.set)
    readers.close()


def in_memory(stage: Stage, recorder: MemoryRecorder) -> Door:
    def fails(error: Unavailable | None) -> None:
        recorder.fails = error

    return Door(recorder, lambda: said(stage), lambda: len(recorder.commands), fails)


def in_world(stage: Stage, *, wrapped: bool = False, after: bool = False) -> Door:
    records = Records(stage.world)
    failing = FailingRecorder(records, [], after=after)

    def fails(error: Unavailable | None) -> None:
        if wrapped:
            failing.errors = iter([] if error is None else [error])
        else:
            records.fails = error

    recorder = failing if wrapped else records
    return Door(recorder, lambda: said(stage), lambda: len(records.entries), fails)


def said(stage: Stage) -> Command:
    return stage.command(MessageSent("hello"))


DOUBLES: dict[str, Callable[[Stage], Door]] = {
    "of the office": in_world,
    "failing": lambda stage: in_world(stage, wrapped=True),
    "in memory": lambda stage: in_memory(stage, MemoryRecorder()),
}


@pytest.mark.parametrize("promise", PROMISES)
def test_the_real_one_keeps_what_callers_rely_on(works: Works, promise: Promise) -> None:
    async def story() -> None:
        async with real(works) as door:
            await promise(door)

    asyncio.run(story())


@pytest.mark.parametrize("double", DOUBLES)
def test_a_double_keeps_it_too(stage: Stage, double: str) -> None:
    for promise in PROMISES:
        asyncio.run(fresh(promise, DOUBLES[double](stage)))


async def fresh(promise: Promise, door: Door) -> None:
    """Hold a double to a promise, on a record of its own."""
    assert door.recorded() == 0
    await promise(door)


def test_what_fails_after_recording_answers_the_same_id_once_it_is_asked_again(
    stage: Stage,
) -> None:
    async def story() -> None:
        door, command = in_world(stage, wrapped=True, after=True), said(stage)
        door.fails(DOWN)
        with pytest.raises(Unavailable):
            await door.record(command)
        assert (await door.record(command)).event_id == command.event_id
        assert door.recorded() == 1

    asyncio.run(story())


class Broken(MemoryRecorder):
    """Breaks one promise."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    async def record(self, command: Command) -> Answer:
        if self.how == "records what it refuses" and self.fails is not None:
            self.commands.append(command)
        if self.how == "forgets":
            self._known.pop(command.event_id, None)
        if self.how == "takes another text" and command.event_id in self._known:
            return self._known[command.event_id][0]
        answer = await super().record(command)
        if self.how == "names another stream":
            return replace(answer, stream=StreamId("f" * 32))
        return replace(answer, conv_seq=1) if self.how == "counts nothing" else answer


@pytest.mark.parametrize(
    ("how", "broken"),
    [
        ("names another stream", answers_with_its_numbers),
        ("counts nothing", numbers_in_the_order_of_the_calls),
        ("forgets", answers_the_same_id_again_as_before),
        ("takes another text", takes_no_id_for_another_text),
        (
            "records what it refuses",
            records_nothing_that_it_refuses_and_then_takes_the_same_id,
        ),
    ],
)
def test_control_a_double_that_breaks_a_promise_is_found(
    stage: Stage, how: str, broken: Promise
) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        asyncio.run(fresh(broken, in_memory(stage, Broken(how))))
