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
from collections.abc import Callable, Sequence
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
from onrecord.core.threads import Threads
from onrecord.core.turns import in_turns
from onrecord.features.notifications.alerts import is_told
from onrecord.features.notifications.push.sender import Gone, Later, Outcome, Push, Sender, Taken
from onrecord.features.notifications.push.subscriptions import Listener, PushStore, Subscriptions
from onrecord.features.notifications.push.words import payload
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.personal import ConversationMarked


class Key(NamedTuple):
    """One conversation on one device."""

    session: SessionId
    stream: StreamId


@dataclass(frozen=True, slots=True)
class PushTimes:
    """Seconds.

    `soon`: until a page that is there has told, or it was read. `alive`: as long as a socket may be
    open that leads nowhere. `again`: between two pushes about a conversation. `back_off`: the first
    wait after a failure, doubled each time.
    """

    look: float = 1.0
    soon: float = 3.0
    alive: float = 60.0
    again: float = 30.0
    back_off: float = 30.0
    reload: float = 60.0


@dataclass(frozen=True, slots=True)
class PushLimits:
    """How much is due at the most, goes out at once, and how often one is tried."""

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


@dataclass(frozen=True, slots=True)
class PushMeans:
    """What it works with.

    `counted` is told of each outcome by one word, `failed` of what a push met with: nothing that it
    may be ends more than that push. `may_name`: whether a device that wishes it is told who wrote.
    """

    store: PushStore
    subscriptions: Subscriptions
    sender: Sender
    fan_out: FanOut
    read: Threads
    clock: Clock
    topic: Callable[[Key], str]
    counted: Callable[[str], None]
    failed: Callable[[Exception], None]
    may_name: Callable[[Listener], bool]


class Pushes:
    """The background task, and what is due. Belongs to the event loop."""

    def __init__(
        self, means: PushMeans, times: PushTimes | None = None, limits: PushLimits | None = None
    ) -> None:
        self._means = means
        self._times = times or PushTimes()
        self._limits = limits or PushLimits()
        self._due: dict[Key, _Due] = {}
        self._sending: set[Key] = set()
        self._told: OrderedDict[Key, tuple[int, float]] = OrderedDict()
        self._paused: dict[str, float] = {}
        self._reloaded = means.clock.monotonic()

    def heard(self, published: Sequence[Published]) -> None:
        """Note what was published and delivered."""
        people = self._means.subscriptions.people
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
        await patiently(self._means.subscriptions.load)
        async with asyncio.TaskGroup() as tasks:
            look = partial(self.look, tasks)
            await in_turns(look, every_s=self._times.look, failed=self._means.failed)

    async def look(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send what is due. Raises OnRecordError."""
        await self._reload()
        now = self._means.clock.monotonic()
        self._paused = {origin: at for origin, at in self._paused.items() if at > now}
        ready = self._ready(now)
        if not ready:
            return
        sessions = list({key.session for key in ready})
        streams = list({key.stream for key in ready})
        at = self._means.clock.now()
        found = await self._means.read(self._means.store.listeners, sessions, streams, at)
        listeners = {Key(one.subscription.session, one.stream): one for one in found}
        for key in ready:
            due = self._due.pop(key, None)
            listener = listeners.get(key)
            if due is not None and listener is not None and self._is_told(key, due, listener, at):
                self._begin(tasks, key, due, listener)

    def _note(self, person: PersonId, stream: StreamId, author: str | None) -> None:
        now = self._means.clock.monotonic()
        for session in self._means.subscriptions.people[person]:
            key = Key(session, stream)
            due = self._due.get(key)
            if due is not None:
                due.author, due.heard_at = author or due.author, now
                due.brought_in |= author is None
                continue
            if len(self._due) >= self._limits.due:
                self._means.counted("dropped")
                continue
            _, told_at = self._told.get(key, (0, now - self._times.again))
            at = max(now + self._times.soon, told_at + self._times.again)
            self._due[key] = _Due(person, author, at, now, brought_in=author is None)

    async def _reload(self) -> None:
        """Every minute: what has expired goes."""
        now = self._means.clock.monotonic()
        if now - self._reloaded >= self._times.reload:
            self._reloaded = now
            await self._means.subscriptions.load()

    def _ready(self, now: float) -> list[Key]:
        """Return what is to be sent now; forget what a page tells."""
        room = self._limits.at_once - len(self._sending)
        ready: list[Key] = []
        for key, due in list(self._due.items()):
            if len(ready) >= room:
                break
            if due.at > now or key in self._sending:
                continue
            if self._means.fan_out.is_looked_at(due.person):
                del self._due[key]
            elif self._means.fan_out.has(due.person, key.session):
                if now - due.heard_at >= self._times.alive:
                    del self._due[key]
                else:
                    due.at = now + self._times.look
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
        means, subscription = self._means, listener.subscription
        author = due.author if subscription.named and means.may_name(listener) else None
        push = Push(
            subscription.address,
            subscription.keys,
            payload(key.stream, subscription.locale, author, brought_in=due.author is None),
            means.topic(key),
        )
        try:
            outcome = await means.sender.send(push)
            await self._sent(key, due, listener, outcome)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001  # chat goes on, whatever a push service says
            means.failed(error)
        finally:
            self._sending.discard(key)

    async def _sent(self, key: Key, due: _Due, listener: Listener, outcome: Outcome) -> None:
        means, now = self._means, self._means.clock.monotonic()
        means.counted(type(outcome).__name__.lower())
        match outcome:
            case Taken():
                self._was_told(key, listener.news.last, now)
            case Gone():
                await means.subscriptions.unsubscribe(due.person, key.session)
            case Later(_, after_s):
                pause = self._times.back_off if after_s is None else after_s
                self._paused[_service(listener)] = now + pause
                due.at = now + max(pause, self._times.back_off * 2**due.tries)
                due.tries += 1
                if due.tries < self._limits.tries:
                    self._due.setdefault(key, due)
            case _:
                pass  # neither now nor later: it is counted

    def _was_told(self, key: Key, msg_no: int, now: float) -> None:
        self._told[key] = (msg_no, now)
        self._told.move_to_end(key)
        while len(self._told) > self._limits.due:
            self._told.popitem(last=False)
        if (due := self._due.get(key)) is not None:
            due.at = max(due.at, now + self._times.again)


def _brought_into(event: Event) -> StreamId | None:
    """Return the conversation that this mark is about, where the service made it (bringing.py)."""
    said = event.payload
    if event.actor == SYSTEM and isinstance(said, ConversationMarked) and said.mark == "unread":
        return said.conversation
    return None


def _service(listener: Listener) -> str:
    """Return the part of an address that names the service."""
    return listener.subscription.address.split("/", 3)[2]
