"""Whose password is compared next: a known device and a stranger alternate, each kind in turn.

A hash takes a fifth of a second of one of two threads. Without turns whoever sends the most
attempts has them all. So each subscriber (core/domain/networks.py) waits in a line of their own, of
which one goes at a time. Whoever signed in on this device before, or is signed in, waits among
those who are known, in a line of their own person. Neither kind has more than every other turn
while the other waits.

Neighbourhoods take turns, and in each its subscribers, since whoever rents one is many of them.
Whoever comes waits for one round: a turn of each neighbourhood that waits. Where too many wait, the
last of the longest line gives up their place, so that those are refused who send many. Where
MOST_WAITING neighbourhoods have one each who waits, one more is refused: no line is the longest.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from onrecord.core.domain.errors import Unavailable

MOST_WAITING = 48
"""Strangers, and as many who are known beside them.

A round of so many takes 6 s where two cores do little else (8 hashes a second), and 20 to 25 s on
one that other work and the attack itself kept busy (1.9 to 2.4 a second): less than the deadline of
a request (30 s), so whoever has a place gets their turn.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Where somebody stands. `known`: their device has a mark, or a session.

    `whose`: the person who is known, or a stranger's subscriber. `around`: its neighbourhood.
    """

    known: bool = False
    whose: str = ""
    around: str = ""


KNOWN = Line(known=True)


Turn = asyncio.Future[bool]
"""What somebody waits for: True when it is their turn, False where their place is another's."""
_Around = OrderedDict[str, deque[Turn]]


class _Lines:
    """Lines of one kind, of which one goes at a time."""

    def __init__(self, most: int) -> None:
        self._arounds: OrderedDict[str, _Around] = OrderedDict()
        self._most = most
        self._waiting = 0

    def join(self, line: Line) -> Turn:
        """Return what is done when it is their turn, or their place is taken."""
        turn: Turn = asyncio.get_running_loop().create_future()
        lines = self._arounds.setdefault(line.around, OrderedDict())
        lines.setdefault(line.whose, deque()).append(turn)
        self._waiting += 1
        if self._waiting > self._most:
            last = self._drop_last()
            if not last.done():
                last.set_result(False)
        return turn

    def first(self) -> Turn | None:
        """Take out who is next; their line stands behind the others then."""
        if not self._arounds:
            return None
        around, lines = self._arounds.popitem(last=False)
        whose, line = lines.popitem(last=False)
        turn = line.popleft()
        self._waiting -= 1
        if line:
            lines[whose] = line
        if lines:
            self._arounds[around] = lines
        return turn

    def leave(self, line: Line, turn: Turn) -> None:
        """Take out who waits no more; nothing where their place is another's already."""
        lines = self._arounds.get(line.around)
        if lines is not None and turn in lines.get(line.whose, ()):
            self._remove(line.around, line.whose, turn)

    def _drop_last(self) -> Turn:
        """Take out the last of the longest line; of lines as long, of the newest."""
        around, lines = max(reversed(self._arounds.items()), key=lambda each: _size(each[1]))
        whose, line = max(reversed(lines.items()), key=lambda each: len(each[1]))
        turn = line[-1]
        self._remove(around, whose, turn)
        return turn

    def _remove(self, around: str, whose: str, turn: Turn) -> None:
        lines = self._arounds[around]
        lines[whose].remove(turn)
        self._waiting -= 1
        if not lines[whose]:
            del lines[whose]
        if not lines:
            del self._arounds[around]


def _size(lines: _Around) -> int:
    return sum(len(line) for line in lines.values())


class HashTurns:
    """Gives turns. Belongs to the event loop."""

    def __init__(self, at_once: int, most_waiting: int = MOST_WAITING) -> None:
        self._free = at_once
        self._known, self._strangers = _Lines(most_waiting), _Lines(most_waiting)
        self._kinds: tuple[_Lines, ...] = (self._known, self._strangers)

    @asynccontextmanager
    async def turn(self, line: Line | None) -> AsyncIterator[None]:
        """Wait for a turn, and have it; without a line there is no waiting.

        Raises Unavailable (`busy`). Cancelling gives it back.
        """
        if self._free > 0:
            self._free -= 1
        elif line is None:
            raise _busy()
        else:
            await self._wait(line)
        try:
            yield
        finally:
            self._next()

    async def _wait(self, line: Line) -> None:
        lines = self._known if line.known else self._strangers
        turn = lines.join(line)
        try:
            if not await turn:
                raise _busy()
        except asyncio.CancelledError:
            lines.leave(line, turn)
            if turn.done() and not turn.cancelled() and turn.result():
                self._next()
            raise

    def _next(self) -> None:
        """Give the turn to whoever is next; who was cancelled meanwhile is passed over."""
        while (turn := self._first()) is not None:
            if not turn.done():
                turn.set_result(True)
                return
        self._free += 1

    def _first(self) -> Turn | None:
        """Take out who is next: of the other kind than the last one, if any waits."""
        for kind in self._kinds:
            turn = kind.first()
            if turn is not None:
                other = self._known if kind is self._strangers else self._strangers
                self._kinds = (other, kind)
                return turn
        return None


def _busy() -> Unavailable:
    return Unavailable("busy", "The service is busy. Try again in a moment.", retry_after=1.0)
