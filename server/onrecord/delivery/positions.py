"""Read and delivered positions: the highest wins, one record a conversation a second at most."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from onrecord.domain.clock import Clock
from onrecord.domain.errors import NotFound, Refusal, Unavailable
from onrecord.domain.ids import EventId, PersonId, StreamId, new_id
from onrecord.domain.values import SYSTEM, Command, Origin, PositionChange, Positions
from onrecord.messaging.ports import ReadStore
from onrecord.messaging.readers import Readers
from onrecord.messaging.send import Recorder, Unsettled
from onrecord.messaging.settled import Published

FLUSH_SECONDS = 1.0


class _Reached(Struct):
    read: int = 0
    delivered: int = 0


class _Conversation(Struct):
    """What is published of a conversation: its last msg_no and each member's positions."""

    last_msg_no: int
    members: dict[PersonId, _Reached]


class PositionBook:
    """Collects what sockets state and has it recorded. Belongs to the event loop."""

    def __init__(
        self, *, recorder: Recorder, store: ReadStore, readers: Readers, clock: Clock
    ) -> None:
        self._recorder = recorder
        self._store = store
        self._readers = readers
        self._clock = clock
        self._published: dict[StreamId, _Conversation] = {}
        self._stated: dict[StreamId, dict[PersonId, _Reached]] = {}

    def state(
        self, stream: StreamId, person: PersonId, *, read: int = 0, delivered: int = 0
    ) -> None:
        """Note a position; having read implies having received. Recorded within a second."""
        delivered = max(delivered, read)
        known = self._published.get(stream)
        if known is not None:
            member = known.members.get(person)
            if member is not None and read <= member.read and delivered <= member.delivered:
                return
        reached = self._stated.setdefault(stream, {}).setdefault(person, _Reached())
        reached.read = max(reached.read, read)
        reached.delivered = max(reached.delivered, delivered)

    def learn(self, published: Sequence[Published]) -> None:
        """Follow what is published, so that nothing is recorded twice or beyond the last message.

        Conversations that nobody has stated a position in are not followed.
        """
        for item in published:
            known = self._published.get(item.event.stream.id)
            if known is None:
                continue
            if item.event.msg_no is not None:
                known.last_msg_no = item.event.msg_no
            if isinstance(item.event.payload, Positions):
                for change in item.event.payload.changes:
                    _advance(known.members.setdefault(change.person, _Reached()), change)

    def forget(self) -> None:
        """Read everything anew (after events were published that `learn` did not see)."""
        self._published.clear()

    async def run(self) -> None:
        """Record what was stated, every second, until cancelled. Cancelling is safe."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Record everything stated so far. What cannot be recorded now is kept for later."""
        stated, self._stated = self._stated, {}
        async with asyncio.TaskGroup() as tasks:
            for stream, people in stated.items():
                tasks.create_task(self._record(stream, people))

    async def _record(self, stream: StreamId, people: dict[PersonId, _Reached]) -> None:
        known = self._published.get(stream) or await self._load(stream, people)
        if known is None:
            return
        changes = tuple(
            change
            for person, reached in people.items()
            if person in known.members
            and (change := _change(person, reached, known, known.members[person]))
        )
        if not changes:
            return
        command = Command(
            event_id=EventId(new_id(self._clock)),
            stream=stream,
            actor=SYSTEM,
            origin=Origin("server"),
            body=Positions(changes),
        )
        try:
            await self._recorder.record(command)
        except (Unavailable, Unsettled):
            for change in changes:
                self.state(
                    stream, change.person, read=change.read or 0, delivered=change.delivered or 0
                )
        except Refusal:
            self._published.pop(stream, None)

    async def _load(
        self, stream: StreamId, people: dict[PersonId, _Reached]
    ) -> _Conversation | None:
        for person in people:
            try:
                seen = await self._readers(self._store.conversation, person, stream)
            except NotFound:
                continue
            members = {
                PersonId(member.person): _Reached(member.read, member.delivered)
                for member in seen.members
            }
            return self._published.setdefault(stream, _Conversation(seen.last_msg_no, members))
        return None


def _change(
    person: PersonId, reached: _Reached, conversation: _Conversation, known: _Reached
) -> PositionChange | None:
    read = min(reached.read, conversation.last_msg_no)
    delivered = min(reached.delivered, conversation.last_msg_no)
    change = PositionChange(
        person,
        read if read > known.read else None,
        delivered if delivered > known.delivered else None,
    )
    return change if change.read or change.delivered else None


def _advance(reached: _Reached, change: PositionChange) -> None:
    reached.read = max(reached.read, change.read or 0)
    reached.delivered = max(reached.delivered, change.delivered or 0)
