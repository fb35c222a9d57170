"""Tells devices that are not connected of what was published: what is due, when, and how often.

Everything here comes after a message was delivered, in memory, and may be lost: a restart forgets
what was due, a full queue drops, a push service may drop. What is unread shows on opening.

  heard     a message was published, or somebody was brought into a conversation: each subscribed
            session of whom it concerns has it due soon, unless it is due already (one push tells of
            all that came meanwhile)
  look      what is due: not while the person looks at any device; while the session has a socket
            its page tells, so it waits until that socket is gone or has proved alive; then the
            database says whether it is still unread and let through (../alerts.py)
  sent      taken: not again for a while. Later: again after what the service asks for, or longer
            each time, and nothing else goes to that service meanwhile. Gone: the subscription goes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import SYSTEM, Event
from onrecord.core.patience import patiently
from onrecord.core.settled import Published
from onrecord.core.turns import in_turns
from onrecord.features.notifications.alerts import is_told
from onrecord.features.notifications.push.listener import Listener
from onrecord.features.notifications.push.sender import Gone, Later, Outcome, Push, Taken
from onrecord.features.notifications.push.subscriptions import Subscriptions
from onrecord.features.notifications.push.words import payload
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.personal import ConversationMarked


class Key(NamedTuple):
    """One conversation on one device."""

    session: SessionId
    stream: StreamId


@dataclass(frozen=True, slots=True)
class PushPace:
    """Times in seconds, and how much at once.

    `soon`: until a page that is there has told, or it was read. `alive`: as long as a socket may be
    open that leads nowhere. `again`: between two pushes about a conversation. `back_off`: the first
    wait after a failure, doubled each time. So many are `due` at the most, and `at_once` on their
    way; each is tried so often.
    """

    look: float = 1.0
    soon: float = 3.0
    alive: float = 60.0
    again: float = 30.0
    back_off: float = 30.0
    reload: float = 60.0
    due: int = 10_000
    at_once: int = 16
    tries: int = 5


@dataclass(slots=True)
class _Due:
    """`author`: who wrote last; None: nobody yet, the person was brought in."""

    person: PersonId
    author: str | None
    at: float
    heard_at: float
    brought_in: bool = False
    tries: int = 0


class Telling:
    """Has a push say what it may. *send* hands it over; *topic* names what takes its place.

    *may_name*: whether a device that wishes it is told who wrote.
    """

    def __init__(
        self,
        send: Callable[[Push], Awaitable[Outcome]],
        topic: Callable[[Key], str],
        may_name: Callable[[Listener], bool],
    ) -> None:
        self._send = send
        self._topic = topic
        self._may_name = may_name

    async def __call__(self, key: Key, author: str | None, listener: Listener) -> Outcome:
        """Send one. *author*: who wrote; None: the person was brought in."""
        one = listener.subscription
        named = author if one.named and self._may_name(listener) else None
        said = payload(key.stream, one.locale, named, brought_in=author is None)
        return await self._send(Push(one.address, one.keys, said, self._topic(key)))


class Pushes:
    """The background task, and what is due. Belongs to the event loop.

    *counted* is told of each outcome by one word, *failed* of what a push met with: nothing that it
    may be ends more than that push.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        tell: Telling,
        fan_out: FanOut,
        *,
        clock: Clock,
        counted: Callable[[str], None],
        failed: Callable[[Exception], None],
        pace: PushPace,
    ) -> None:
        self._subscriptions = subscriptions
        self._tell = tell
        self._fan_out = fan_out
        self._clock = clock
        self._counted = counted
        self._failed = failed
        self._pace = pace
        self._due: dict[Key, _Due] = {}
        self._sending: set[Key] = set()
        self._told: OrderedDict[Key, tuple[int, float]] = OrderedDict()
        self._paused: dict[str, float] = {}
        self._reloaded = clock.monotonic()

    def heard(self, published: Sequence[Published]) -> None:
        """Note what was published and delivered."""
        people = self._subscriptions.people
        if not people:
            return
        for item in published:
            event = item.event
            for person in people.keys() & item.recipients:
                if (brought_into := _brought_into(event)) is not None:
                    self._note(person, brought_into, None)
                elif event.msg_no is not None and person != event.actor.id:
                    self._note(person, event.stream.id, event.actor.name)

    async def run(self) -> None:
        """Look each second until cancelled. Cancelling may leave a push sent twice."""
        await patiently(self._subscriptions.load)
        async with asyncio.TaskGroup() as tasks:
            look = partial(self.look, tasks)
            await in_turns(look, every_s=self._pace.look, failed=self._failed)

    async def look(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send what is due. Raises OnRecordError."""
        await self._reload()
        now = self._clock.monotonic()
        self._paused = {origin: at for origin, at in self._paused.items() if at > now}
        ready = self._ready(now)
        if not ready:
            return
        sessions = list({key.session for key in ready})
        streams = list({key.stream for key in ready})
        at = self._clock.now()
        found = await self._subscriptions.listeners(sessions, streams, at)
        listeners = {Key(one.subscription.session, one.stream): one for one in found}
        for key in ready:
            due = self._due.pop(key, None)
            listener = listeners.get(key)
            if due is not None and listener is not None and self._is_told(key, due, listener, at):
                self._begin(tasks, key, due, listener)

    def _note(self, person: PersonId, stream: StreamId, author: str | None) -> None:
        now = self._clock.monotonic()
        for session in self._subscriptions.people[person]:
            key = Key(session, stream)
            due = self._due.get(key)
            if due is not None:
                due.author, due.heard_at = author or due.author, now
                due.brought_in |= author is None
                continue
            if len(self._due) >= self._pace.due:
                self._counted("dropped")
                continue
            _, told_at = self._told.get(key, (0, now - self._pace.again))
            at = max(now + self._pace.soon, told_at + self._pace.again)
            self._due[key] = _Due(person, author, at, now, brought_in=author is None)

    async def _reload(self) -> None:
        """Every minute: what has expired goes."""
        now = self._clock.monotonic()
        if now - self._reloaded >= self._pace.reload:
            self._reloaded = now
            await self._subscriptions.load()

    def _ready(self, now: float) -> list[Key]:
        """Return what is to be sent now; forget what a page tells."""
        room = self._pace.at_once - len(self._sending)
        ready: list[Key] = []
        for key, due in list(self._due.items()):
            if len(ready) >= room:
                break
            if due.at > now or key in self._sending:
                continue
            if self._fan_out.is_looked_at(due.person):
                del self._due[key]
            elif self._fan_out.has(due.person, key.session):
                if now - due.heard_at >= self._pace.alive:
                    del self._due[key]
                else:
                    due.at = now + self._pace.look
            else:
                ready.append(key)
        return ready

    def _is_told(self, key: Key, due: _Due, listener: Listener, at: datetime) -> bool:
        told, _ = self._told.get(key, (0, 0.0))
        news = replace(listener.news.above(told), brought_in=due.brought_in and listener.marked)
        return is_told(news, listener.wishes, at)

    def _begin(self, tasks: asyncio.TaskGroup, key: Key, due: _Due, listener: Listener) -> None:
        paused = self._paused.get(_service(listener))
        if paused is not None:
            due.at = paused
            self._due[key] = due
            return
        self._sending.add(key)
        tasks.create_task(self._send(key, due, listener))

    async def _send(self, key: Key, due: _Due, listener: Listener) -> None:
        try:
            outcome = await self._tell(key, due.author, listener)
            await self._sent(key, due, listener, outcome)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001  # chat goes on, whatever a push service says
            self._failed(error)
        finally:
            self._sending.discard(key)

    async def _sent(self, key: Key, due: _Due, listener: Listener, outcome: Outcome) -> None:
        now = self._clock.monotonic()
        self._counted(type(outcome).__name__.lower())
        match outcome:
            case Taken():
                self._was_told(key, listener.news.last, now)
            case Gone():
                await self._subscriptions.unsubscribe(due.person, key.session)
            case Later(_, after_s):
                pause = self._pace.back_off if after_s is None else after_s
                self._paused[_service(listener)] = now + pause
                due.at = now + max(pause, self._pace.back_off * 2**due.tries)
                due.tries += 1
                if due.tries < self._pace.tries:
                    self._due.setdefault(key, due)
            case _:
                pass  # neither now nor later: it is counted

    def _was_told(self, key: Key, msg_no: int, now: float) -> None:
        self._told[key] = (msg_no, now)
        self._told.move_to_end(key)
        while len(self._told) > self._pace.due:
            self._told.popitem(last=False)
        if (due := self._due.get(key)) is not None:
            due.at = max(due.at, now + self._pace.again)


def _brought_into(event: Event) -> StreamId | None:
    """Return the conversation that this mark is about, where the service made it (bringing.py)."""
    said = event.payload
    if event.actor == SYSTEM and isinstance(said, ConversationMarked) and said.mark == "unread":
        return said.conversation
    return None


def _service(listener: Listener) -> str:
    """Return the part of an address that names the service."""
    return listener.subscription.address.split("/", 3)[2]
