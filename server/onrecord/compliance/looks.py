"""Looks that are open: what was recorded, and so may be read, by the session that made them."""

from collections import OrderedDict
from typing import Generic, TypeVar

from msgspec import Struct

from onrecord.compliance.ports import Officer
from onrecord.domain.clock import Clock
from onrecord.domain.errors import NotFound
from onrecord.domain.ids import SessionId

L = TypeVar("L")

UNREAD_SECONDS = 1800.0
"""How long a look stays open without being read."""
MOST_OPEN = 200
"""Looks open at once in this process; the one that was not read for longest goes first."""


class _Key(Struct, frozen=True):
    session: SessionId
    case: str
    number: int


class OpenLooks(Generic[L]):
    """Keeps looks by their record's number in their case. Belongs to the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[_Key, tuple[float, L]] = OrderedDict()

    def keep(self, officer: Officer, case: str, number: int, look: L) -> None:
        """Open a look that is on the record."""
        self._forget()
        self._open[_Key(officer.session, case, number)] = (self._clock.monotonic(), look)
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    def get(self, officer: Officer, case: str, number: int) -> L:
        """Return an open look of this session. Raises NotFound (`look_over`)."""
        self._forget()
        key = _Key(officer.session, case, number)
        found = self._open.pop(key, None)
        if found is None:
            raise NotFound("look_over", "This look is over. Look again: that is a new record.")
        self._open[key] = (self._clock.monotonic(), found[1])
        return found[1]

    def _forget(self) -> None:
        oldest = self._clock.monotonic() - UNREAD_SECONDS
        while self._open and next(iter(self._open.values()))[0] < oldest:
            self._open.popitem(last=False)
