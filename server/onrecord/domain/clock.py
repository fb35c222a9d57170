"""Time, as an argument: nothing below the composition root reads the system's clock."""

from datetime import UTC, datetime
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC. It may jump; order never depends on it."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for durations and deadlines."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return monotonic()
