"""The wall clock of a server, which a test sets while it runs.

Monotonic time goes on as it is: no clock that somebody sets changes that. (libfaketime would do the
same from below, but slows a server down until its requests take seconds.)
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic


class SetClock:
    """The real clock plus the seconds that stand in a file at this moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return monotonic()


def set_clock(file: Path, seconds: float) -> None:
    """Let a server's clock differ by so much from the real one, from now on."""
    fresh = file.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(file)
