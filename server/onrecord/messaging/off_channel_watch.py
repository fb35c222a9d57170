"""Notes in the stream `policy` what policies look for in messages, once it is published.

It reads published messages from a position of its own, so none is missed over a restart, and an
entry's event_id follows from the message and its text, so none is noted twice. An entry names the
message (of an edit, the edit too) and the kinds of signs, never the text.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from onrecord.domain.errors import OnRecordError
from onrecord.domain.values import (
    SYSTEM,
    Answer,
    Command,
    Event,
    MessageEdited,
    MessageSent,
    Origin,
    PersonKind,
    StreamRef,
    SystemEntry,
)
from onrecord.messaging.readers import Readers
from onrecord.messaging.turns import in_turns
from onrecord.policy import notes
from onrecord.policy.off_channel import off_channel
from onrecord.policy.orders import orders

STREAM = StreamRef(notes.STREAM, "policy")
EVERY_S = 1.0
AT_ONCE = 200
REST = 9.0
"""It rests so many times longer than it looked: people's messages go first, however many."""


class Policy(Struct, frozen=True):
    """What is looked for in texts. `of`: in those of such people alone."""

    name: str
    type: str
    find: Callable[[str], tuple[str, ...]]
    of: PersonKind | None = None


OFF_CHANNEL = Policy(notes.OFF_CHANNEL, "off_channel.hint", off_channel)
ORDERS = Policy(notes.ORDERS, "orders.hint", orders, of="client")


class Said(Struct, frozen=True):
    """A published message or edit, as it was written; `index` is its archive_index."""

    index: int
    event: Event


class WatchStore(Protocol):
    """What was said, and how far it was read. Every method blocks and is one transaction."""

    def watched_to(self) -> int | None:
        """Return the archive_index to read from; None before the first time."""

    def begin(self) -> int:
        """Note the present end as the place to read from, durably, and return it."""

    def said_from(self, index: int, limit: int) -> tuple[list[Said], int]:
        """Return what was said at or above an index, removed or not, and where to go on."""

    def watched(self, index: int) -> None:
        """Note how far it was read."""


class Recorder(Protocol):
    """The one way onto the record (send.py fulfils it)."""

    async def record(self, command: Command) -> Answer:
        """Return once the command is archived and published. Raises OnRecordError."""


class OffChannelWatch:
    """The background task. *failed* is told of what is tried again at the next turn."""

    def __init__(
        self,
        store: WatchStore,
        recorder: Recorder,
        *,
        read: Readers,
        write: Readers,
        failed: Callable[[OnRecordError], None],
        policies: Sequence[Policy] = (OFF_CHANNEL,),
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._read = read
        self._write = write
        self._failed = failed
        self._policies = policies

    async def run(self) -> None:
        """Watch until cancelled. Cancelling is safe."""
        await in_turns(self.catch_up, every_s=EVERY_S, failed=self._failed)

    async def catch_up(self) -> None:
        """Read what was published since, and note what is found. Raises OnRecordError."""
        loop = asyncio.get_running_loop()
        start = await self._read(self._store.watched_to)
        if start is None:
            start = await self._write(self._store.begin)
        index = start
        while True:
            began = loop.time()
            found, end = await self._read(self._look, index)
            rest_s = (loop.time() - began) * REST
            for policy, event, kinds in found:
                await self._note(policy, event, kinds)
            if end == index:
                break
            index = end
            await asyncio.sleep(rest_s)
        if index != start:
            await self._write(self._store.watched, index)

    def _look(self, index: int) -> tuple[list[tuple[Policy, Event, tuple[str, ...]]], int]:
        """Read and search, in a thread: a long text takes some milliseconds."""
        said, end = self._store.said_from(index, AT_ONCE)
        events = [(one.event, one.event.payload) for one in said]
        found = [
            (policy, event, policy.find(body.text))
            for event, body in events
            if isinstance(body, MessageSent | MessageEdited)
            for policy in self._policies
            if policy.of in (None, event.actor.kind)
        ]
        return [(policy, event, kinds) for policy, event, kinds in found if kinds], end

    async def _note(self, policy: Policy, event: Event, kinds: tuple[str, ...]) -> None:
        body = event.payload
        facts: dict[str, str | int | bool | tuple[str, ...]] = {
            "message": body.target if isinstance(body, MessageEdited) else event.event_id,
            "conversation": event.stream.id,
            "person": event.actor.id,
            "signs": kinds,
        }
        if isinstance(body, MessageEdited):
            facts["event"] = event.event_id
        await self._recorder.record(
            Command(
                event_id=notes.note_id(policy.name, event.event_id),
                stream=STREAM.id,
                actor=SYSTEM,
                origin=Origin("server"),
                body=SystemEntry(policy.type, facts),
                create=STREAM,
            )
        )
