"""Fill an archive with messages by the code that the server runs, without sockets."""

import asyncio
from collections.abc import Callable

from onrecord.app.recording import Served, recording
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import (
    SYSTEM,
    Actor,
    Answer,
    Command,
    Origin,
    StreamRef,
    SystemEntry,
)
from onrecord.core.settled import Outcome
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.bench.workloads import pairs_of
from tests.rig.installation import Installation, run_apart, surroundings

AT_ONCE = 2048
"""Commands that wait for their answers: one full batch of the writer thread."""
FILLER = Origin("bench")
TEXT = "x" * 200
Writer = tuple[StreamId, Actor]
TextOf = Callable[[int], str]


def fill(made: Installation, messages: int) -> None:
    """Record so many messages in the direct conversations. Blocks; the server must be off."""
    pairs = pairs_of(sorted(made.people))
    writers = [(made.direct(one, other), made.people[one].actor) for one, other in pairs]
    write(made, writers, messages)


def write(
    made: Installation, writers: list[Writer], messages: int, text: TextOf = lambda number: TEXT
) -> None:
    """Record so many messages, each writer's in turn. Blocks; the server must be off."""
    run_apart(_write(made, writers, messages, text))


async def _write(made: Installation, writers: list[Writer], messages: int, text: TextOf) -> None:
    async with recording(made.settings, surroundings()) as rec:
        filling = _Filling(rec)
        for number in range(messages):
            await filling.send(*writers[number % len(writers)], text(number))
        await filling.finish()


class _Filling:
    """Keeps so many commands under way."""

    def __init__(self, rec: Served) -> None:
        self._rec = rec
        self._clock = SystemClock()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def send(self, stream: StreamId, actor: Actor, text: str) -> None:
        """Have one message recorded, once there is room."""
        id = ClientId(new_id(self._clock))
        event = event_id_of(actor.id, id)
        await self._submit(Command(event, stream, actor, FILLER, MessageSent(text), client_id=id))

    async def enter(self, stream: StreamRef, entry: SystemEntry) -> None:
        """Have one entry of a system stream recorded, once there is room."""
        event = EventId(new_id(self._clock))
        await self._submit(Command(event, stream.id, SYSTEM, FILLER, entry, create=stream))

    async def _submit(self, command: Command) -> None:
        await self._room.acquire()
        refusal = self._rec.recorder.submit(command, self._answered)
        if refusal is not None:
            raise refusal

    async def finish(self) -> None:
        """Wait until everything is answered."""
        for _ in range(AT_ONCE):
            await self._room.acquire()

    def _answered(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Answer):
            raise outcome
        self._room.release()


def write_looks(made: Installation, entries: int, streams: int = 8) -> None:
    """Record so many looks at the record, in so many cases. Blocks; the server must be off.

    They are what a SIEM gets; nobody's messages are.
    """
    run_apart(_write_looks(made, entries, streams))


async def _write_looks(made: Installation, entries: int, streams: int) -> None:
    clock = SystemClock()
    cases = [StreamRef(StreamId(f"access:{new_id(clock)}"), "access") for _ in range(streams)]
    async with recording(made.settings, surroundings()) as rec:
        filling = _Filling(rec)
        for number in range(entries):
            look = SystemEntry("search.run", {"words": "trade", "hits": number})
            await filling.enter(cases[number % streams], look)
        await filling.finish()
