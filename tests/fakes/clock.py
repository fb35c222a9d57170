"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta


class StillClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds
