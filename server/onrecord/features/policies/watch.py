"""Notes in the stream `policy` what policies look for in what is said, once it is published.

That is what is declared as words that others read: a message, with its files' names, an edit, a
group's title and what it is for, a complaint, the words of who is away.

It reads published events from a position of its own, so none is missed over a restart, and an
entry's event_id follows from the message and its text, so none is noted twice. An entry names the
message (of an edit, the edit too) and the kinds of signs, never the text.
"""

import asyncio
from collections.abc import Callable, Sequence

from msgspec import Struct

from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.domain.values import (
    SYSTEM,
    Command,
    Event,
    Facts,
    Origin,
    PersonKind,
    StreamRef,
    SystemEntry,
)
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.turns import in_turns
from onrecord.features.policies import notes
from onrecord.features.policies.off_channel import off_channel
from onrecord.features.policies.orders import orders
from onrecord.features.policies.store import WatchStore
from onrecord_archive.events.messages import MessageEdited, MessageSent
from onrecord_archive.events.payload import READ_BY_OTHERS, marked

STREAM = StreamRef(notes.STREAM, "policy")
EVERY_S = 1.0
AT_ONCE = 200
REST = 9.0
"""It rests so many times longer than it looked: people's messages go first, however many."""


class Policy(Struct, frozen=True):
    """What is looked for in texts. `of`: in those of such people alone.

    `messages`: in messages alone, and not in what their files are called.
    """

    name: str
    type: str
    find: Callable[[str], tuple[str, ...]]
    of: PersonKind | None = None
    messages: bool = False

    def signs(self, event: Event) -> tuple[str, ...]:
        """Return the kinds of what an event's texts have, each once."""
        if self.of not in (None, event.actor.kind):
            return ()
        texts = _texts(event.payload)
        if self.messages:
            texts = texts[:1] if isinstance(event.payload, MessageSent | MessageEdited) else ()
        return tuple(dict.fromkeys(sign for text in texts for sign in self.find(text)))


OFF_CHANNEL = Policy(notes.OFF_CHANNEL, "off_channel.hint", off_channel)
ORDERS = Policy(notes.ORDERS, "orders.hint", orders, of="client", messages=True)


class OffChannelWatch:
    """The background task. *failed* is told of what is tried again at the next turn."""

    def __init__(
        self,
        store: WatchStore,
        recorder: Recorder,
        *,
        read: Bridge,
        write: Bridge,
        failed: Callable[[OnRecordError], None],
        policies: Sequence[Policy],
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._read = read
        self._write = write
        self._failed = failed
        self._policies = policies

    async def run(self) -> None:
        """Watch until cancelled. Cancelling is safe."""
        try:
            await self._start()  # first: what is said while the rules are read counts
        except Fatal:
            raise
        except OnRecordError:
            pass  # the first turn tries it again, and says what failed
        await asyncio.to_thread(self._read_rules)
        await in_turns(self.catch_up, every_s=EVERY_S, failed=self._failed)

    async def _start(self) -> int:
        """Return where to read from; the first time that is the present end."""
        start = await self._read(self._store.watched_to)
        return await self._write(self._store.begin) if start is None else start

    def _read_rules(self) -> None:
        """Compile the rules before the first message comes, which would wait for it."""
        for policy in self._policies:
            policy.find("")

    async def catch_up(self) -> None:
        """Read what was published since, and note what is found. Raises OnRecordError."""
        loop = asyncio.get_running_loop()
        index = start = await self._start()
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
        found = [
            (policy, one.event, policy.signs(one.event))
            for one in said
            for policy in self._policies
        ]
        return [(policy, event, kinds) for policy, event, kinds in found if kinds], end

    async def _note(self, policy: Policy, event: Event, kinds: tuple[str, ...]) -> None:
        body = event.payload
        facts: Facts = {
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


def _texts(said: Struct) -> Sequence[str]:
    """Return what of an event others read; of a message its own text first."""
    texts = [getattr(said, name) or "" for name in marked(type(said), READ_BY_OTHERS)]
    files = said.files if isinstance(said, MessageSent) else ()
    return (*texts, *(file.name for file in files))
