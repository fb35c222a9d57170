"""Looks that are open: what was recorded, and so may be read, by the session that made them."""

from collections import OrderedDict
from typing import Generic, TypeVar

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.ids import SessionId
from onrecord.features.compliance.values import Officer

L = TypeVar("L")

UNREAD_SECONDS = 1800.0
"""How long a look stays open without being read."""
MOST_OPEN = 200
"""Looks open at once in this process; the one that was not read for longest goes first."""
MOST_WEIGHT = 500_000
"""Hits and ranges that are open at once, together; a hit takes about 100 bytes."""


class _Key(Struct, frozen=True):
    session: SessionId
    case: str
    number: int


class _Kept(Struct, Generic[L], frozen=True):
    look: L
    weight: int
    read_at: float
    """Monotonic seconds."""


class OpenLooks(Generic[L]):
    """Keeps looks by their record's number in their case. Belongs to the event loop."""

    def __init__(self, clock: Clock, *, most_weight: int = MOST_WEIGHT) -> None:
        self._clock = clock
        self._most_weight = most_weight
        self._open: OrderedDict[_Key, _Kept[L]] = OrderedDict()
        self._weight = 0

    def keep(self, officer: Officer, case: str, number: int, look: L, *, weight: int = 1) -> None:
        """Open a look that is on the record. *weight*: how much there is of it."""
        self._forget_unread()
        self._put(_Key(officer.session, case, number), _Kept(look, weight, self._clock.monotonic()))
        while len(self._open) > MOST_OPEN or (
            self._weight > self._most_weight and len(self._open) > 1
        ):
            self._forget_oldest()

    def get(self, officer: Officer, case: str, number: int) -> L:
        """Return an open look of this session. Raises NotFound (`look_over`)."""
        self._forget_unread()
        key = _Key(officer.session, case, number)
        found = self._open.pop(key, None)
        if found is None:
            raise NotFound("look_over", "This look is over. Look again: that is a new record.")
        self._weight -= found.weight
        self._put(key, _Kept(found.look, found.weight, self._clock.monotonic()))
        return found.look

    def _put(self, key: _Key, kept: _Kept[L]) -> None:
        self._open[key] = kept
        self._weight += kept.weight

    def _forget_unread(self) -> None:
        oldest = self._clock.monotonic() - UNREAD_SECONDS
        while self._open and next(iter(self._open.values())).read_at < oldest:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, kept = self._open.popitem(last=False)
        self._weight -= kept.weight
