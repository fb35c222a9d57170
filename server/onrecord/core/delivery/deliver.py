"""What the event loop does with news from the writer thread: acknowledge, then deliver."""

from collections.abc import Callable, Sequence

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.positions import PositionBook
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Refusal
from onrecord.core.hold import Hold
from onrecord.core.settled import Published, Settled
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import Points
from onrecord.protocol.frames import RecordingNow, RecordingState

RESUME_SECONDS = 2.0
"""Sockets that must resume do so within this time, each after its own part of it."""


Heard = Callable[[Sequence[Published]], None]


class Deliver:
    """Step (5). Belongs to the event loop."""

    def __init__(
        self,
        *,
        fan_out: FanOut,
        clock: Clock,
        metrics: Metrics,
        points: Points,
        on_fatal: Callable[[Exception], None],
    ) -> None:
        self.hold = Hold(self._say_state)
        self._closed: Refusal | None = None
        self._fan_out = fan_out
        self._clock = clock
        self._metrics = metrics
        self._points = points
        self._on_fatal = on_fatal
        self._positions: PositionBook | None = None
        self._heard: list[Heard] = []

    def follow(self, positions: PositionBook) -> None:
        """Let the position book see what is published."""
        self._positions = positions

    def tell(self, heard: Heard) -> None:
        """Let *heard* know of what was published, once it was delivered. It must not wait."""
        self._heard.append(heard)

    def settled(self, settled: Settled) -> None:
        """Acknowledge, then deliver one batch."""
        for waiting, outcome in settled.answers:
            waiting.answered(outcome)
        self._points.reach("acknowledged")
        self._fan_out.publish(settled.published, settled.position)
        self._points.reach("delivered")
        if self._positions is not None:
            self._positions.learn(settled.published)
        for heard in self._heard:
            heard(settled.published)
        now = self._clock.monotonic()
        for item in settled.published:
            self._metrics.send_to_deliver.observe(now - item.came_at)

    def recovered(self, position: int) -> None:
        """Events were published that no batch told of: every socket resumes from its cursor."""
        if self._positions is not None:
            self._positions.forget()
        self._fan_out.resync(position, RESUME_SECONDS)

    def recording(self, refusal: Refusal | None) -> None:
        """Tell everybody that recording stopped, or is on again."""
        self._closed = refusal
        self._say_state()

    def _say_state(self) -> None:
        """Tell everybody whether anything can be sent."""
        held: RecordingState = "behind" if self.hold.refusal else "on"
        state = RecordingNow("unavailable" if self._closed else held)
        self._fan_out.whisper(list(self._fan_out.online()), state)

    def failed(self, error: Exception) -> None:
        """End the process with exit code 75."""
        self._on_fatal(error)
