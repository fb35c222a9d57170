"""How long to wait before a hook is called again: exponential back-off with full jitter."""

import random
from collections.abc import Callable
from dataclasses import dataclass

MOST_DOUBLINGS = 16
"""Keeps the power small; the longest pause is reached long before."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """All in seconds, but for `random`."""

    first: float = 0.5
    """The back-off of the first failure; each further one doubles it."""
    longest: float = 60.0
    """The longest back-off."""
    least: float = 0.05
    """No pause is shorter, whatever the jitter."""
    longest_asked: float = 3600.0
    """The longest pause that a destination may ask for (Retry-After)."""
    operator: float = 60.0
    """Between attempts while an operator must act."""
    blocked_first: float = 30.0
    """Before the first new attempt for a rejected entry; each further one doubles it."""
    blocked_longest: float = 900.0
    """The longest between attempts for a rejected entry."""
    idle: float = 0.5
    """How often to look for a new checkpoint without being woken."""

    random: Callable[[], float] = random.random
    """Draws the jitter, in [0, 1)."""

    def after(self, failures: int, retry_after: float | None) -> float:
        """Return the pause after the n-th failure in a row (from 1).

        Never shorter than the destination asked for.
        """
        back_off = min(self.longest, self.first * 2.0 ** min(failures - 1, MOST_DOUBLINGS))
        asked = min(retry_after or 0.0, self.longest_asked)
        return max(self.least, asked + self.random() * back_off)

    def after_rejection(self, attempts: int) -> float:
        """Return the pause before a rejected entry is tried again, after so many attempts."""
        back_off = self.blocked_first * 2.0 ** min(attempts - 1, MOST_DOUBLINGS)
        return min(self.blocked_longest, back_off) * (0.5 + self.random() / 2)
