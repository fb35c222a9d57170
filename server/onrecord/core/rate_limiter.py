"""How often something may be done: token buckets, in memory alone. Belongs to the event loop."""

from collections.abc import Hashable, Sequence

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import TooMany

MOST_BUCKETS = 20_000
_AT_ONCE = 10
"""Above MOST_BUCKETS one in so many is dropped at once, so that sorting is rare."""
ATTEMPTS = TooMany("too_many_attempts", "Too many attempts. Wait before you try again.")


class Allowance(Struct, frozen=True):
    """So many at once, then one each `every_s` seconds; and how what is too much is refused."""

    burst: int
    every_s: float
    refusal: TooMany = ATTEMPTS


Counted = tuple[Hashable, Allowance]
"""By what something is counted (a person, a network …), and how much of it is allowed."""


class Bucket:
    """What is left of one allowance; it fills again by itself. Times are monotonic seconds."""

    __slots__ = ("_allowance", "_at", "_level")

    def __init__(self, allowance: Allowance, now: float) -> None:
        self._allowance, self._level, self._at = allowance, float(allowance.burst), now

    def level(self, now: float) -> float:
        """Return how many are left."""
        risen = self._level + (now - self._at) / self._allowance.every_s
        return min(risen, self._allowance.burst)

    def wait_s(self, now: float) -> float:
        """Return after how many seconds one is left; 0.0: one is."""
        return max((1.0 - self.level(now)) * self._allowance.every_s, 0.0)

    def add(self, change: float, now: float) -> None:
        """Take out (-1.0) or give back (1.0), within nothing and the burst."""
        self._level = max(min(self.level(now) + change, self._allowance.burst), 0.0)
        self._at = now

    def take(self, now: float) -> float:
        """Take one and return 0.0; or nothing, and the seconds until one is left."""
        level = self.level(now)
        if level < 1.0:
            return (1.0 - level) * self._allowance.every_s
        self._level, self._at = level - 1.0, now
        return 0.0


class RateLimiter:
    """One bucket for each thing that is counted.

    When there are too many, the fullest are dropped first and, among equals, the longest unused. A
    full bucket loses nothing by it, and filling the memory with new keys does not give back what
    was used up under another.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[Counted, Bucket] = {}
        """The last used stands last."""

    def take(self, *counted: Counted) -> None:
        """Count one for each. Raises TooMany, as its allowance says, and then counts nothing."""
        wait_s = self.try_take(*counted)
        if wait_s:
            said = max(counted, key=self.wait_s)[1].refusal
            raise TooMany(said.code, said.detail, retry_after=round(wait_s, 3))

    def try_take(self, *counted: Counted) -> float:
        """Count one for each and return 0.0; or nothing, and the seconds until each has one."""
        now = self._clock.monotonic()
        wait_s = self._wait_s(counted, now)
        if not wait_s:
            self._add(-1.0, counted, now)
        return wait_s

    def wait_s(self, *counted: Counted) -> float:
        """Return after how many seconds each has one left; 0.0: now."""
        return self._wait_s(counted, self._clock.monotonic())

    def count(self, *counted: Counted) -> None:
        """Count one for each; a bucket that is empty stays empty."""
        self._add(-1.0, counted, self._clock.monotonic())

    def give_back(self, *counted: Counted) -> None:
        """Count one less for each."""
        self._add(1.0, counted, self._clock.monotonic())

    def _wait_s(self, counted: Sequence[Counted], now: float) -> float:
        found = (self._buckets.get(one) or Bucket(one[1], now) for one in counted)
        return max(bucket.wait_s(now) for bucket in found)

    def _add(self, change: float, counted: Sequence[Counted], now: float) -> None:
        for one in counted:
            bucket = self._buckets.pop(one, None) or Bucket(one[1], now)
            bucket.add(change, now)
            self._buckets[one] = bucket
        if len(self._buckets) > MOST_BUCKETS:
            full = sorted(
                self._buckets, key=lambda one: -self._buckets[one].level(now) / one[1].burst
            )
            for one in full[: len(full) - MOST_BUCKETS + MOST_BUCKETS // _AT_ONCE]:
                del self._buckets[one]
