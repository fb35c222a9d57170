"""How fast a hook passes entries: an average over the last minutes, for the time that is left."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

WINDOW_S: Final = 300.0
"""What is older no longer counts, seconds."""
SPAN_S: Final = 10.0
"""Passes so close together, seconds, are noted as one: few are kept, however fast a hook is."""


@dataclass(slots=True)
class _Span:
    """How many entries were passed from `began` on, for SPAN_S at most."""

    began: float
    entries: int


@dataclass(slots=True)
class Pace:
    """How many entries a cursor passed lately. All times are monotonic seconds."""

    _spans: deque[_Span] = field(default_factory=deque)

    def note(self, entries: int, now: float) -> None:
        """Note entries that were passed; the first begin the measuring and are not counted."""
        self._forget(now)
        if not self._spans:
            self._spans.append(_Span(now, 0))
        elif now - self._spans[-1].began < SPAN_S:
            self._spans[-1].entries += entries
        else:
            self._spans.append(_Span(now, entries))

    def restart(self) -> None:
        """Forget everything: what comes now may have another pace."""
        self._spans.clear()

    def per_minute(self, now: float) -> float:
        """Return the entries a minute; 0 where none was passed, or too few to tell."""
        self._forget(now)
        passed = sum(span.entries for span in self._spans)
        return 60.0 * passed / max(1.0, now - self._spans[0].began) if passed else 0.0

    def _forget(self, now: float) -> None:
        while self._spans and now - self._spans[0].began > WINDOW_S:
            self._spans.popleft()
