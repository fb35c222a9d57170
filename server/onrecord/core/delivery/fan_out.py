"""Step (5): every published event to every socket that may see it, once a tick.

A socket registers at position P; replay is what lies before P, live is what is published at or
after it. So nothing falls between the two, and nothing comes twice.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Literal

from onrecord.core.delivery.outbound import AnyEphemeral, Frames, LiveEvent, Outbound
from onrecord.core.delivery.wire_events import wire_bytes, wire_bytes_for_late
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.ids import SessionId
from onrecord.core.settled import Published
from onrecord.protocol.frames import Bye
from onrecord.protocol.session import RESUME
from onrecord_archive.events.audience import came, gone
from onrecord_archive.events.ids import PersonId, StreamId

State = Literal["online", "away", "offline"]

TICK_SECONDS = 0.004
"""The shortest time between two ticks: what is published meanwhile shares frames."""


class FanOut:
    """All sockets of this process. Everything here runs in the event loop's thread."""

    def __init__(self, *, clock: Clock, frames: Frames, position: int) -> None:
        self.position = position
        """The next archive_index to come live."""
        self.moves = 0
        """How often somebody came into a conversation or left one: what was read before is old."""
        self._clock = clock
        self._frames = frames
        self._sockets: dict[PersonId, list[Outbound]] = {}
        self._members: dict[StreamId, Collection[PersonId]] = {}
        self._waiting: list[Published] = []
        self._last_tick = clock.monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    def connect(self, socket: Outbound) -> int:
        """Register a socket, held until its replay is over; return its position P."""
        self._flush()
        self._empty.clear()
        self._sockets.setdefault(socket.person, []).append(socket)
        return self.position

    def disconnect(self, socket: Outbound) -> None:
        """Forget a socket."""
        sockets = self._sockets.get(socket.person, [])
        if socket in sockets:
            sockets.remove(socket)
        if not sockets:
            self._sockets.pop(socket.person, None)
        if not self._sockets:
            self._empty.set()

    async def emptied(self, seconds: float) -> None:
        """Wait until no socket is left, at most so long. Cancelling is safe."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    def online(self) -> Collection[PersonId]:
        """Return who has a socket."""
        return self._sockets.keys()

    def state(self, person: PersonId) -> State:
        """Return whether somebody has a socket, and whether any of their devices is touched."""
        sockets = self._sockets.get(person, ())
        if not sockets:
            return "offline"
        return "away" if all(socket.idle for socket in sockets) else "online"

    def is_looked_at(self, person: PersonId) -> bool:
        """Return whether somebody looks at one of their devices."""
        return any(socket.looking for socket in self._sockets.get(person, ()))

    def has(self, person: PersonId, session: SessionId) -> bool:
        """Return whether a session has a socket."""
        return any(socket.session == session for socket in self._sockets.get(person, ()))

    def count(self, person: PersonId | None = None) -> int:
        """Return how many sockets a person has, or all of them together."""
        if person is not None:
            return len(self._sockets.get(person, ()))
        return sum(len(sockets) for sockets in self._sockets.values())

    def may_write(self, stream: StreamId, person: PersonId) -> bool | None:
        """Return whether a person is a member, None when this is not known in memory."""
        members = self._members.get(stream)
        return None if members is None else person in members

    def members(self, stream: StreamId) -> Collection[PersonId] | None:
        """Return a conversation's members as last published, None when not known in memory."""
        return self._members.get(stream)

    def learn(self, stream: StreamId, members: Collection[PersonId]) -> None:
        """Remember members that were read from the store.

        None are read of what is no conversation yet; that it has no members is not remembered:
        whoever starts it would be refused, and any id could be asked about.
        """
        if members:
            self._members.setdefault(stream, members)

    def publish(self, published: Sequence[Published], position: int) -> None:
        """Take one batch's published events; they go out in this tick or the next."""
        self._waiting.extend(published)
        self.position = position
        for item in published:
            payload, event = item.event.payload, item.event
            left = gone(payload, event.actor.id)
            self.moves += bool(left or came(payload))
            self._members[event.stream.id] = (
                set(item.recipients).difference(left) if left else item.recipients
            )
        if self._timer is not None:
            return
        pause = self._last_tick + TICK_SECONDS - self._clock.monotonic()
        if pause <= 0:
            self._flush()
        else:
            self._timer = asyncio.get_running_loop().call_later(pause, self._flush)

    def whisper(self, people: Iterable[PersonId], item: AnyEphemeral) -> None:
        """Tell the sockets of these people something that is not on the record."""
        for person in people:
            for socket in self._sockets.get(person, ()):
                socket.push_ephemeral(item)

    def resync(self, position: int, retry_after: float) -> None:
        """Have every socket resume from its cursor (after events were published in recovery)."""
        self._flush()
        self.position = position
        self._members.clear()
        self.close_all(RESUME, Bye("resume", "Resume from your cursor.", retry_after))

    def close_of(self, people: Iterable[PersonId], close_code: int, bye: Bye) -> None:
        """Say bye to the sockets of these people."""
        for person in people:
            for socket in list(self._sockets.get(person, ())):
                socket.close(close_code, bye)

    def close_all(self, close_code: int, bye: Bye) -> None:
        """Say bye to every socket."""
        for socket in self._all():
            socket.close(close_code, bye)

    def _all(self) -> list[Outbound]:
        return [socket for sockets in self._sockets.values() for socket in sockets]

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._last_tick = self._clock.monotonic()
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._frames.forget()
        for recipients, events in _runs(waiting):
            for person in recipients:
                for socket in self._sockets.get(person, ()):
                    socket.push(events)


def _runs(waiting: Sequence[Published]) -> Iterable[tuple[Collection[PersonId], list[LiveEvent]]]:
    """Group consecutive events with the same recipients: order stays archive order."""
    recipients: Collection[PersonId] = ()
    run: list[LiveEvent] = []
    for item in waiting:
        if run and (item.late or item.recipients is not recipients):
            yield recipients, run
            run = []
        recipients = item.recipients
        if item.late:
            late = set(item.late)
            yield set(recipients) - late, [LiveEvent(item.archive_index, wire_bytes(item.event))]
            yield late, [LiveEvent(item.archive_index, wire_bytes_for_late(item.event))]
            continue
        run.append(LiveEvent(item.archive_index, wire_bytes(item.event)))
    if run:
        yield recipients, run
