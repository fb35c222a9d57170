"""Guessing made slow: failed sign-ins per user name and address (an IPv6 /64 counts as one)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.networks import subscriber_of
from onrecord.core.rate_limiter import Allowance, Counted, RateLimiter


class ThrottleOptions(Struct, frozen=True):
    """Failures allowed. A firm may sit behind one address, so that has room.

    The allowance of a name counts all addresses: it is wide, so that a stranger's guessing does
    not lock somebody out for long.
    """

    name_at_address: Allowance = Allowance(5, 30.0)
    known: Allowance = Allowance(10, 60.0)
    """Of a device that signed this person in before, or of a session: nobody else uses it up."""
    secrets: Allowance = Allowance(60, 2.0)
    """Links and invitations that are none. A right one is never counted."""
    name: Allowance = Allowance(30, 20.0)
    address: Allowance = Allowance(60, 2.0)


@dataclass(slots=True)
class Attempt:
    """One that is being checked."""

    failed: bool = False

    def fail(self) -> None:
        """Note that it was wrong: it stays counted."""
        self.failed = True


class Throttle:
    """Counts attempts before they are checked, and gives back those that were not wrong.

    What ended before that was known is given back too: a busy service, an archive out of reach or a
    deadline keep nobody out who knows their password, and tell nothing to who guesses.
    """

    def __init__(self, clock: Clock, options: ThrottleOptions) -> None:
        self._options = options
        self._limiter = RateLimiter(clock)

    def take(self, name: str | None, address: str) -> None:
        """Count one attempt; a code's has no name.

        Raises TooMany (`too_many_attempts`), and then counts nothing.
        """
        self._limiter.take(*self._keys(name, address))

    def attempt(self, name: str | None, address: str) -> AbstractContextManager[Attempt]:
        """Count as `take` does, while it is checked; unless it fails it is given back."""
        return self._attempt(self._keys(name, address))

    def known_attempt(self, by: str) -> AbstractContextManager[Attempt]:
        """Count as `attempt` does, by what proved something before: apart from everybody else's."""
        return self._attempt([(f"known {by}", self._options.known)])

    def take_known(self, by: str) -> None:
        """Count one for good by what proved something before, as `known_attempt` does.

        Raises TooMany (`too_many_attempts`), and then counts nothing.
        """
        self._limiter.take((f"known {by}", self._options.known))

    def take_wrong(self, address: str) -> None:
        """Count a secret of 256 bits that is none: nobody guesses one, so the work is counted.

        Raises TooMany (`too_many_attempts`), and then counts nothing.
        """
        self._limiter.take((("secrets", subscriber_of(address)), self._options.secrets))

    @contextmanager
    def _attempt(self, keys: list[Counted]) -> Iterator[Attempt]:
        self._limiter.take(*keys)
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if not attempt.failed:
                self._limiter.give_back(*keys)

    def _keys(self, name: str | None, address: str) -> list[Counted]:
        subscriber = subscriber_of(address)
        keys: list[Counted] = [((None, subscriber), self._options.address)]
        if name is not None:
            keys.append(((name, subscriber), self._options.name_at_address))
            keys.append(((name, None), self._options.name))
        return keys
