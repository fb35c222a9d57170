"""How many requests of one person are answered at once: a few, and the others wait in their line.

Each takes time of the loop and a reader's thread, so whoever sends many at once would have all of
both. What a request takes before it is known whose it is, and sending the answer, is not in it.

What a request puts on the record for ever counts as a message of theirs, so that nobody fills the
archive by it faster than by writing.
"""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import RateLimiter
from onrecord.protocol.limits import Rate, sends
from onrecord_archive.events.ids import PersonId

AT_ONCE = 6
"""A browser asks six times at once (the limit of a host over HTTP/1.1 in Chrome, Edge, Firefox)."""
MOST_WAITING = 64
"""Beside those that are answered. More than a page of ours asks at its start, in a few tabs."""
RETRY_AFTER_S = 1.0


@dataclass(slots=True)
class _Requests:
    """Those of one person."""

    turns: Semaphore
    count: int = 0


class PersonTurns:
    """Gives turns at one listener. Belongs to the event loop."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._at_once = at_once
        self._most = at_once + most_waiting
        self._people: dict[str, _Requests] = {}

    @asynccontextmanager
    async def turn(self, person: str) -> AsyncIterator[None]:
        """Wait for a turn of this person, and have it.

        Raises TooMany (`rate_limited`) where as many wait as may. Cancelling gives it back.
        """
        requests = self._people.get(person)
        if requests is None:
            requests = self._people[person] = _Requests(Semaphore(self._at_once))
        if requests.count >= self._most:
            detail = "Too many requests at once. Try again in a moment."
            raise TooMany("rate_limited", detail, retry_after=RETRY_AFTER_S)
        requests.count += 1
        try:
            async with requests.turns:
                yield
        finally:
            requests.count -= 1
            if not requests.count:
                del self._people[person]


Pace = Callable[[PersonId], None]
"""Counts one of somebody's. Raises TooMany (`rate_limited`)."""

PACED: Final = frozenset(
    {
        ("POST", "/api/v1/tokens"),
        ("POST", "/api/v1/notice"),
        ("POST", "/api/v1/me/role-code"),
        ("PUT", "/api/v1/me/picture"),
        ("DELETE", "/api/v1/me/picture"),
        ("PUT", "/api/v1/me/status"),
        ("PUT", "/api/v1/me/hours"),
        ("PUT", "/api/v1/me/away"),
        ("DELETE", "/api/v1/me/away"),
        ("PUT", "/api/v1/conversations/{conv}/picture"),
        ("DELETE", "/api/v1/conversations/{conv}/picture"),
        ("POST", "/api/v1/clients/{person}/confirmation"),
        ("DELETE", "/api/v1/clients/{person}/confirmation"),
    }
)
"""What one could do again and again, each time a record, and what nothing else limits."""


def unpaced(person: PersonId) -> None:
    """Count nothing."""


def pace_of_messages(limiter: RateLimiter, rate: Rate) -> Pace:
    """Return what counts as a message of theirs does. *limiter*: the gateway's."""

    def count(person: PersonId) -> None:
        wait_s = limiter.try_take(*sends(person, rate))
        if wait_s:
            detail = "You are changing this faster than this service allows. Wait a little."
            raise TooMany("rate_limited", detail, retry_after=round(wait_s, 3))

    return count
