"""What strangers may use up at one address, and what they leave to somebody who is new there.

Counted first is who asks: the subscriber (core/domain/networks.py), in all and at this address.
Next comes what all subscribers share at an address. Two of them can use that up and keep it so.
So there is a reserve, of which each neighbourhood gets a little a day, and nothing once it had as
much. To use that up too takes many neighbourhoods, though the same ones each day (how many:
codes.py); with fewer, who comes from elsewhere gets in. Whoever rents a neighbourhood is many
subscribers. Who is a client changes nothing of it, so that it tells nobody.

It is counted in memory (core/rate_limiter.py): a restart gives all back.
"""

from dataclasses import dataclass

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.networks import neighbourhood_of, subscriber_of
from onrecord.core.rate_limiter import Allowance, Counted, RateLimiter


@dataclass(frozen=True, slots=True)
class Shares:
    """What may be used up. `everywhere`: by a subscriber, at all addresses together.

    At one address: `subscriber`, by one; `common`, by all together; `reserve`, by neighbourhoods
    that have not used up what each of them gets, `little`.
    """

    everywhere: Allowance
    subscriber: Allowance
    common: Allowance
    little: Allowance
    reserve: Allowance


@dataclass(frozen=True, slots=True)
class Taken:
    """What one attempt was counted under."""

    keys: tuple[Counted, ...]


class Strangers:
    """Counts attempts by people who have proved nothing."""

    def __init__(self, clock: Clock, shares: Shares) -> None:
        self._shares = shares
        self._limiter = RateLimiter(clock)

    def take(self, about: str, caller: str) -> Taken:
        """Count one at the address *about*, by somebody at the IP address *caller*.

        Raises TooMany (`too_many_attempts`), and then counts nothing.
        """
        shares, subscriber = self._shares, subscriber_of(caller)
        first: list[Counted] = [
            ((None, subscriber), shares.everywhere),
            ((about, subscriber), shares.subscriber),
        ]
        little: Counted = ((about, f"around {neighbourhood_of(caller)}"), shares.little)
        common = [*first, ((about, None), shares.common)]
        kept = [*first, little, ((about, "reserve"), shares.reserve)]
        keys = min(common, kept, key=lambda each: self._limiter.wait_s(*each))
        self._limiter.take(*keys)
        if keys is common:
            self._limiter.count(little)
        return Taken((*first, little, keys[-1]))

    def give_back(self, taken: Taken) -> None:
        """Count one less: it was the right person."""
        self._limiter.give_back(*taken.keys)
