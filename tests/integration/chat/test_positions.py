"""What members state is recorded, in their conversations' turns, however busy the database is."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import ParamSpec, TypeVar

import pytest

from onrecord.app.recording import Served, recording
from onrecord.core.delivery import positions
from onrecord.core.delivery.positions import AT_ONCE, MOST_STATED, TURNS, PositionBook
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Command, Origin
from onrecord.core.ports import Bridge
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
from onrecord_archive.events.conversations import MemberRemoved
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.bench.filling import fill
from tests.rig.installation import Installation, install, populate_conversations, surroundings
from tests.rig.patience import SECONDS as PATIENCE

P = ParamSpec("P")
T = TypeVar("T")

NAMES = ["anna", "bela", "carl", "dora", "emil", "fred"]
PAIRS = [("anna", "bela"), ("carl", "dora"), ("emil", "fred")]


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """A bank in which each first of a pair has written to the second."""
    made = install(tmp_path, NAMES)
    populate_conversations(made, {}, PAIRS)
    fill(made, len(PAIRS))
    return made


def delivered(rec: Served, made: Installation) -> list[int]:
    """Return what the second of each pair is known to have received."""
    positions = []
    for one, other in PAIRS:
        person = made.people[other].id
        seen = ReadStore(rec.database).conversation(person, made.direct(one, other))
        positions += [each.delivered for each in seen.members if each.person == person]
    return positions


async def state_all(book: PositionBook, made: Installation) -> None:
    for one, other in PAIRS:
        await book.state(StreamId(made.direct(one, other)), made.people[other].id, delivered=1)


def test_every_conversation_has_its_turn(made: Installation) -> None:
    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            book = PositionBook(
                recorder=rec.recorder,
                store=ReadStore(rec.database),
                readers=rec.read,
                clock=SystemClock(),
            )
            await state_all(book, made)
            for turn in range(TURNS):
                await book.flush(turn)
            assert delivered(rec, made) == [1, 1, 1]

    asyncio.run(story())


def test_what_a_busy_database_does_not_take_is_recorded_in_a_later_turn(
    made: Installation,
) -> None:
    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            readers = Threads(threads=1, waiting=0)
            book = PositionBook(
                recorder=rec.recorder,
                store=ReadStore(rec.database),
                readers=readers,
                clock=SystemClock(),
            )
            await state_all(book, made)
            held = Event()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(readers(held.wait))
                await asyncio.sleep(0)
                try:
                    for turn in range(TURNS):
                        await book.flush(turn)
                finally:
                    held.set()
            assert delivered(rec, made) == [0, 0, 0]
            for _ in PAIRS:
                for turn in range(TURNS):
                    await book.flush(turn)
            assert delivered(rec, made) == [1, 1, 1]
            readers.close()

    asyncio.run(story())


class HeldReads:
    """Reads a conversation at once, and hands it over only when it is let go."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store
        self.read = Event()
        self.let_go = Event()

    def reached(
        self, person: PersonId, stream: StreamId
    ) -> tuple[int, dict[PersonId, tuple[int, int]]] | None:
        seen = self._store.reached(person, stream)
        self.read.set()
        assert self.let_go.wait(PATIENCE)
        return seen


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_is_published_while_a_conversation_is_read_counts(
    made: Installation, forgotten: bool
) -> None:
    """Read before the second message and handed over after it: nothing is cut to the first."""

    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            held = HeldReads(ReadStore(rec.database))
            book = PositionBook(
                recorder=rec.recorder,
                store=held,  # type: ignore[arg-type]
                readers=rec.read,
                clock=SystemClock(),
            )
            if not forgotten:
                rec.publishing.deliver.follow(book)
            anna, bela = made.people["anna"], made.people["bela"]
            stream = StreamId(made.direct("anna", "bela"))
            await book.state(stream, bela.id, delivered=2)
            async with asyncio.TaskGroup() as tasks:
                for turn in range(TURNS):
                    tasks.create_task(book.flush(turn))
                assert await asyncio.to_thread(held.read.wait, PATIENCE)
                id = ClientId(new_id(SystemClock()))
                event = event_id_of(anna.id, id)
                said = MessageSent("the second")
                command = Command(event, stream, anna.actor, Origin("test"), said, client_id=id)
                assert (await rec.recorder.record(command)).msg_no == 2
                if forgotten:  # as after a recovery, which `learn` is not told of
                    book.forget()
                held.let_go.set()
            assert delivered(rec, made)[0] == 2

    asyncio.run(story())


class CountedReaders:
    """Readers that say how many calls there were, and how many at once at the most."""

    def __init__(self, readers: Bridge) -> None:
        self._readers = readers
        self.calls = self.now = self.most = 0

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        self.calls += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self._readers(function, *args, **kwargs)
        finally:
            self.now -= 1


def invented(number: int) -> StreamId:
    """A conversation that is not there; all of them have the same turn."""
    return StreamId(f"{0:08x}{number:024x}")


@pytest.mark.parametrize("what", ["read", "played"])
def test_who_states_without_end_waits_and_nobody_else(made: Installation, what: str) -> None:
    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            readers = CountedReaders(rec.read)
            book = PositionBook(
                recorder=rec.recorder,
                store=ReadStore(rec.database),
                readers=readers,
                clock=SystemClock(),
            )
            stated = 0

            async def state_without_end(eve: PersonId) -> None:
                nonlocal stated
                while True:
                    conv = invented(stated)
                    if what == "read":
                        await book.state(conv, eve, read=5)
                    else:
                        await book.played(conv, eve, EventId(f"{stated:032x}"))
                    stated += 1

            async with asyncio.TaskGroup() as tasks:
                eve = tasks.create_task(state_without_end(made.people["anna"].id))
                await asyncio.sleep(0)
                assert stated == MOST_STATED
                await asyncio.wait_for(state_all(book, made), PATIENCE)
                for turn in range(TURNS):
                    await book.flush(turn)
                assert delivered(rec, made) == [1, 1, 1]
                assert readers.most <= AT_ONCE
                assert readers.calls == MOST_STATED + len(PAIRS), "each is asked about once"
                await asyncio.sleep(0)
                assert stated == 2 * MOST_STATED, "there is room again"
                eve.cancel()

    asyncio.run(story())


def test_control_more_questions_at_once_are_noticed(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "AT_ONCE", 1000)
    with pytest.raises(BaseExceptionGroup, match="unhandled") as found:
        test_who_states_without_end_waits_and_nobody_else(made, "read")
    assert found.group_contains(AssertionError)


def test_what_was_no_conversation_is_forgotten(made: Installation) -> None:
    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            book = PositionBook(
                recorder=rec.recorder,
                store=ReadStore(rec.database),
                readers=rec.read,
                clock=SystemClock(),
            )
            anna = made.people["anna"].id
            for number in range(3 * MOST_STATED):
                if number % MOST_STATED == 0:
                    await book.flush(0)
                await asyncio.wait_for(book.state(invented(number), anna, read=1), PATIENCE)
            await book.flush(0)
            assert not book._unrecorded

    asyncio.run(story())


def test_who_has_left_holds_nobody_back(tmp_path: Path) -> None:
    """They say what they received before: it is not what the others are measured by."""
    made = install(tmp_path, ["anna", "bela", "carl"])
    populate_conversations(made, {"Desk": ["anna", "bela", "carl"]}, [])
    anna, bela, carl = (made.people[name] for name in ("anna", "bela", "carl"))
    stream = StreamId(made.groups["Desk"])

    async def do(rec: Served, body: MessageSent | MemberRemoved) -> None:
        id = ClientId(new_id(SystemClock()))
        event = event_id_of(anna.id, id)
        await rec.recorder.record(
            Command(event, stream, anna.actor, Origin("test"), body, client_id=id)
        )

    async def story() -> None:
        async with recording(made.settings, surroundings()) as rec:
            book = PositionBook(
                recorder=rec.recorder,
                store=ReadStore(rec.database),
                readers=rec.read,
                clock=SystemClock(),
            )
            await do(rec, MessageSent("for three"))
            await do(rec, MemberRemoved(bela.id))
            await do(rec, MessageSent("for two"))
            await book.state(stream, bela.id, delivered=1)
            await book.state(stream, carl.id, delivered=2)
            for turn in range(TURNS):
                await book.flush(turn)
            members = ReadStore(rec.database).conversation(anna.id, stream).members
            assert {each.person: each.delivered for each in members}[carl.id] == 2

    asyncio.run(story())
