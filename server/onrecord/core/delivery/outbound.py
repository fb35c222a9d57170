"""What one socket has still to send: control frames, events, ephemerals; bounded.

Sockets that send the same events share one frame a tick. What earlier ticks left unsent is counted:
over the limit the ephemerals go first, then the socket (close code 4408).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from onrecord.core.domain.ids import SessionId
from onrecord.protocol.attendance import AnswersNow, WaitingNow
from onrecord.protocol.codec import encode
from onrecord.protocol.frames import (
    AnyServerFrame,
    Bye,
    DirectoryNow,
    Ephemeral,
    PresenceNow,
    RecordingNow,
    TypingNow,
)
from onrecord.protocol.limits import WireLimits
from onrecord.protocol.personal import ScheduledNow
from onrecord.protocol.session import SLOW_CONSUMER
from onrecord_archive.events.ids import PersonId

AnyEphemeral = (
    TypingNow | PresenceNow | DirectoryNow | RecordingNow | AnswersNow | WaitingNow | ScheduledNow
)


class LiveEvent(Struct, frozen=True):
    """A published event as every socket gets it: encoded once."""

    archive_index: int
    json: bytes


class Frames:
    """Makes `events` frames; equal event lists of one tick are joined and sealed once."""

    def __init__(self, seal: Callable[[int], str]) -> None:
        self._seal = seal
        self._made: dict[tuple[int, ...], tuple[str, tuple[LiveEvent, ...]]] = {}

    def forget(self) -> None:
        """Start a new tick."""
        self._made.clear()

    def frame(self, events: Sequence[LiveEvent]) -> str:
        """Return the `events` frame of these, with the cursor after the last one."""
        key = tuple(map(id, events))  # one event may have two texts: for those who may not see all
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self.join(events), tuple(events)
        return made[0]

    def join(self, events: Sequence[LiveEvent]) -> str:
        """Return the frame without remembering it (a replay's texts are not the live ones)."""
        joined = b",".join([event.json for event in events]).decode()
        cursor = self._seal(events[-1].archive_index + 1)
        return f'{{"t":"events","events":[{joined}],"cursor":"{cursor}"}}'


class Closing(Struct, frozen=True):
    """The last thing that a socket says."""

    close_code: int
    bye: Bye


def _untold(closing: Closing) -> None:
    """Nobody listens."""


class Outbound:
    """One socket's queue. Belongs to the event loop; only `take` waits."""

    def __init__(
        self, person: PersonId, session: SessionId | None, limits: WireLimits, frames: Frames
    ) -> None:
        self.person = person
        self.session = session
        self.closing: Closing | None = None
        self.said_bye = False
        """Whether `take` has handed out the last thing; `close_code` is then the socket's."""
        self.close_code = 1000
        self.idle = False
        """Nobody has touched the device for a while, it says."""
        self.looking = False
        """Somebody looks at the page, it says."""
        self._limits = limits
        self._frames = frames
        self._control: deque[str] = deque()
        self._events: deque[LiveEvent] = deque()
        self._event_bytes = 0
        self._ephemeral: list[AnyEphemeral] = []
        self._held = True
        self.on_closing: Callable[[Closing], None] = _untold
        """Hears that it is to close, once."""
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def say(self, frame: AnyServerFrame) -> None:
        """Send a control frame, before any event that is still waiting."""
        self.say_text(encode(frame))

    async def drained(self) -> None:
        """Wait until the control frames queued so far were handed to the socket.

        The replay's back-pressure. Cancelling is safe.
        """
        await self._drained.wait()

    def sent(self) -> None:
        """Note that what `take` returned has been handed to the socket."""
        if not self._control:
            self._drained.set()

    def say_text(self, text: str) -> None:
        """Send a frame that is encoded already, as `say` does."""
        self._control.append(text)
        self._drained.clear()
        self._wake.set()

    def replay(self, events: Iterable[LiveEvent]) -> None:
        """Send events of before, in frames that no other socket shares, as `say` does."""
        for part in _parts(events, self._limits.events_frame_bytes):
            self.say_text(self._frames.join(part))

    def release(self, after: int) -> None:
        """End the replay: what came live meanwhile, at or after an archive_index, may go out."""
        self._events = deque(event for event in self._events if event.archive_index >= after)
        self._event_bytes = sum([len(event.json) for event in self._events])
        self._held = False
        self._wake.set()

    def push(self, events: Sequence[LiveEvent]) -> None:
        """Queue one tick's events, or close the socket when earlier ticks' ones are too many."""
        if self._over_limit():
            self._ephemeral.clear()
            self._events.clear()
            detail = "This connection reads too slowly. Reconnect and resume from your cursor."
            self.close(SLOW_CONSUMER, Bye("slow_consumer", detail, retry_after=1.0))
            return
        self._events.extend(events)
        self._event_bytes += sum([len(event.json) for event in events])
        if not self._held:
            self._wake.set()

    def push_ephemeral(self, item: AnyEphemeral) -> None:
        """Queue what may be dropped; it is while events wait unsent."""
        if self.closing is None and len(self._events) < self._limits.queue_events // 2:
            self._ephemeral.append(item)
            self._wake.set()

    def close(self, close_code: int, bye: Bye) -> None:
        """Say bye and close, once what is queued as control has gone out."""
        if self.closing is None:
            self.closing = Closing(close_code, bye)
            self._wake.set()
            self.on_closing(self.closing)

    async def take(self) -> list[str]:
        """Wait for something to send and return it, acknowledgements first.

        Cancelling is safe: nothing is taken before the wait is over.
        """
        await self._wake.wait()
        self._wake.clear()
        out = list(self._control)
        self._control.clear()
        if self.closing is not None:
            out.append(encode(self.closing.bye))
            self.said_bye, self.close_code = True, self.closing.close_code
            return out
        if not self._held:
            out.extend(self._event_frames())
        if self._ephemeral:
            out.append(encode(Ephemeral(self._ephemeral)))
            self._ephemeral = []
        return out

    def _over_limit(self) -> bool:
        return (
            len(self._events) > self._limits.queue_events
            or self._event_bytes > self._limits.queue_bytes
        )

    def _event_frames(self) -> list[str]:
        out = [
            self._frames.frame(part)
            for part in _parts(self._events, self._limits.events_frame_bytes)
        ]
        self._events.clear()
        self._event_bytes = 0
        return out


def _parts(events: Iterable[LiveEvent], most_bytes: int) -> Iterator[list[LiveEvent]]:
    """Cut events into the lists of one `events` frame each.

    It is closed at the first event that takes it past *most_bytes* (server/README.md).
    """
    part: list[LiveEvent] = []
    size = 0
    for event in events:
        part.append(event)
        size += len(event.json)
        if size > most_bytes:
            yield part
            part, size = [], 0
    if part:
        yield part
