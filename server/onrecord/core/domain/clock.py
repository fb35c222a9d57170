"""Time, as an argument: nothing below the composition root reads the system's clock."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol

from onrecord.core.domain.errors import BadInput
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.record import parse_time


class Clock(Protocol):
    """Where the time comes from.

    Implementations: SystemClock, SteadyClock.
    """

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


class SteadyClock:
    """The wall clock of the moment it was made, moved on by the monotonic one: nobody sets it.

    For what must end in time: where the wall clock jumps, nothing ends early and nothing lives on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._began = clock.now(), clock.monotonic()

    def now(self) -> datetime:
        """Return the time: aware, UTC. After a jump it differs from the wall clock."""
        return self._wall + timedelta(seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._clock.monotonic()


def asked_time(text: str, *members: str) -> datetime:
    """Return a time that somebody asks for. Raises BadInput (`bad_time`), which names *members*."""
    try:
        return parse_time(text)
    except BadFormat as error:
        named = " and ".join(f"`{member}`" for member in members)
        raise BadInput("bad_time", f"{named} must be YYYY-MM-DDThh:mm:ss.ffffffZ.") from error
