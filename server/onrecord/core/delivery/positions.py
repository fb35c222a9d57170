"""Read and delivered positions: the highest wins, one record a conversation a second at most.

Which voice notes were played goes with them.

The conversations take turns within the second: all at once, their records would be one large batch
that every message of that moment waits for.

Anybody can state anything of any id. So what one person has stated is bounded, and so is what the
database is asked at once; who states more waits, and nobody else.
"""

import asyncio
from asyncio import Semaphore
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM, Command, Event, Origin
from onrecord.core.ports import Bridge, PublishedReads, Recorder
from onrecord.core.settled import Published, Unsettled
from onrecord_archive.events.audience import came
from onrecord_archive.events.conversations import PositionChange, Positions
from onrecord_archive.events.ids import EventId, PersonId, StreamId

P = ParamSpec("P")
T = TypeVar("T")

FLUSH_SECONDS = 1.0
TURNS = 20
"""A conversation's turn, of so many in a second, is a part of its id, which is evenly spread."""
MOST_PLAYED = 100
"""So many voice notes a person may play within a second; who says more is not heard."""
MOST_STATED = 500
"""In so many conversations a person may have stated what is not recorded yet."""
AT_ONCE = 8
"""So many questions to the database: what people ask for meanwhile is not refused for it."""


class _Reached(Struct):
    read: int = 0
    delivered: int = 0


class _Stated(_Reached):
    played: set[EventId] = msgspec.field(default_factory=set)
    """Messages that are said to be voice notes; the store knows."""


class _Conversation(Struct):
    """What is published of a conversation: its last msg_no and each member's positions."""

    last_msg_no: int
    members: dict[PersonId, _Reached]


class PositionBook:
    """Collects what sockets state and has it recorded. Belongs to the event loop."""

    def __init__(
        self, *, recorder: Recorder, store: PublishedReads, readers: Bridge, clock: Clock
    ) -> None:
        self._recorder = recorder
        self._store = store
        self._readers = readers
        self._clock = clock
        self._published: dict[StreamId, _Conversation] = {}
        self._meanwhile: dict[StreamId, list[Event]] = {}
        """What was published while a conversation is being read."""
        self._forgotten = 0
        self._stated: list[dict[StreamId, dict[PersonId, _Stated]]] = [{} for _ in range(TURNS)]
        """By turn."""
        self._unrecorded: Counter[PersonId] = Counter()
        """In how many conversations each has stated what is neither recorded nor refused yet."""
        self._room = asyncio.Event()
        self._asking = Semaphore(AT_ONCE)

    async def state(
        self, stream: StreamId, person: PersonId, *, read: int = 0, delivered: int = 0
    ) -> None:
        """Note a position; having read implies having received. Recorded within a second.

        Waits while the person has stated something in MOST_STATED conversations. Cancelling is
        safe: nothing is noted.
        """
        await self._room_for(person)
        self._state(stream, person, read=read, delivered=delivered)

    async def played(self, stream: StreamId, person: PersonId, message: EventId) -> None:
        """Note that somebody played a voice note. Recorded within a second; waits as `state`."""
        await self._room_for(person)
        self._played(stream, person, [message])

    async def _room_for(self, person: PersonId) -> None:
        while self._unrecorded[person] >= MOST_STATED:
            self._room.clear()
            await self._room.wait()

    def _state(self, stream: StreamId, person: PersonId, *, read: int, delivered: int) -> None:
        delivered = max(delivered, read)
        known = self._published.get(stream)
        if known is not None:
            member = known.members.get(person)
            if member is not None and read <= member.read and delivered <= member.delivered:
                return
        reached = self._stated_by(stream, person)
        reached.read = max(reached.read, read)
        reached.delivered = max(reached.delivered, delivered)

    def _played(self, stream: StreamId, person: PersonId, messages: Sequence[EventId]) -> None:
        if messages:
            played = self._stated_by(stream, person).played
            played.update(messages[: MOST_PLAYED - len(played)])

    def _stated_by(self, stream: StreamId, person: PersonId) -> _Stated:
        stated = self._stated[_turn(stream)].setdefault(stream, {})
        if person not in stated:
            stated[person] = _Stated()
            self._unrecorded[person] += 1
        return stated[person]

    def learn(self, published: Sequence[Published]) -> None:
        """Follow what is published, so that nothing is recorded twice or beyond the last message.

        Conversations that nobody has stated a position in are not followed.
        """
        for item in published:
            stream = item.event.stream.id
            if (known := self._published.get(stream)) is not None:
                _follow(known, item.event)
            if (meanwhile := self._meanwhile.get(stream)) is not None:
                meanwhile.append(item.event)

    def forget(self) -> None:
        """Read everything anew (after events were published that `learn` did not see)."""
        self._published.clear()
        self._forgotten += 1

    async def run(self) -> None:
        """Record what was stated, every second, until cancelled. Cancelling is safe."""
        for turn in cycle(range(TURNS)):
            await asyncio.sleep(FLUSH_SECONDS / TURNS)
            await self.flush(turn)

    async def flush(self, turn: int) -> None:
        """Record what was stated in the conversations of a turn. What cannot be is kept."""
        stated, self._stated[turn] = self._stated[turn], {}
        async with asyncio.TaskGroup() as tasks:
            for stream, people in stated.items():
                tasks.create_task(self._record(stream, people))

    async def _record(self, stream: StreamId, people: dict[PersonId, _Stated]) -> None:
        try:
            known = self._published.get(stream) or await self._load(stream, people)
            if known is None:
                return
            theirs = {person: said for person, said in people.items() if person in known.members}
            changes = _changes(theirs, known, await self._heard(stream, theirs))
            if changes:
                await self._recorder.record(self._command(stream, changes))
        except (Unavailable, Unsettled):
            for person, reached in people.items():
                self._state(stream, person, read=reached.read, delivered=reached.delivered)
                self._played(stream, person, [*reached.played])
        except Refusal:
            self._published.pop(stream, None)
        finally:
            for person in people:
                self._unrecorded[person] -= 1
                if not self._unrecorded[person]:
                    del self._unrecorded[person]
            self._room.set()

    async def _heard(
        self, stream: StreamId, members: dict[PersonId, _Stated]
    ) -> dict[PersonId, tuple[int, ...]]:
        """Return the numbers of what was played and is news."""
        return {
            person: tuple(await self._ask(self._store.unplayed, person, stream, reached.played))
            for person, reached in members.items()
            if reached.played
        }

    async def _ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._asking:
            return await self._readers(function, *args, **kwargs)

    def _command(self, stream: StreamId, changes: tuple[PositionChange, ...]) -> Command:
        return Command(
            event_id=EventId(new_id(self._clock)),
            stream=stream,
            actor=SYSTEM,
            origin=Origin("server"),
            body=Positions(changes),
        )

    async def _load(
        self, stream: StreamId, people: dict[PersonId, _Stated]
    ) -> _Conversation | None:
        meanwhile = self._meanwhile[stream] = []
        try:
            forgotten, known = -1, None
            while forgotten != self._forgotten:
                forgotten = self._forgotten
                known = await self._read(stream, people)
        finally:
            del self._meanwhile[stream]
        if known is not None:
            for event in meanwhile:
                _follow(known, event)
            self._published[stream] = known
        return known

    async def _read(
        self, stream: StreamId, people: dict[PersonId, _Stated]
    ) -> _Conversation | None:
        for person in people:
            seen = await self._ask(self._store.reached, person, stream)
            if seen is not None:
                last, members = seen
                return _Conversation(
                    last, {member: _Reached(*upto) for member, upto in members.items()}
                )
        return None


def _follow(known: _Conversation, event: Event) -> None:
    known.last_msg_no = max(known.last_msg_no, event.msg_no or 0)
    payload = event.payload
    for new in came(payload):
        known.members.setdefault(new, _Reached())
    if isinstance(payload, Positions):
        for change in payload.changes:
            _advance(known.members.setdefault(change.person, _Reached()), change)


def _turn(stream: StreamId) -> int:
    return int(stream[:8], 16) % TURNS


def _changes(
    members: dict[PersonId, _Stated],
    known: _Conversation,
    heard: dict[PersonId, tuple[int, ...]],
) -> tuple[PositionChange, ...]:
    """Return what is new of what members stated."""
    return tuple(
        change
        for person, reached in members.items()
        if (change := _change(person, reached, known, heard.get(person, ())))
    )


def _change(
    person: PersonId, reached: _Reached, conversation: _Conversation, played: tuple[int, ...]
) -> PositionChange | None:
    known = conversation.members[person]
    read = min(reached.read, conversation.last_msg_no)
    delivered = min(reached.delivered, conversation.last_msg_no)
    change = PositionChange(
        person,
        read if read > known.read else None,
        delivered if delivered > known.delivered else None,
        played,
    )
    return change if change.read or change.delivered or change.played else None


def _advance(reached: _Reached, change: PositionChange) -> None:
    reached.read = max(reached.read, change.read or 0)
    reached.delivered = max(reached.delivered, change.delivered or 0)
