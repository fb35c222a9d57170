"""What strangers may use up at one address, and what they leave to somebody who is new there.

Counted first is who asks: their network, in all and at this address. Next comes what all networks
share at an address. Two of them can use that up and keep it so; therefore there is a reserve, of
which each neighbourhood gets a little a day, and nothing if it had as much already. So whoever
wants to use that up too needs many neighbourhoods, though the same ones each day (how many:
codes.py), and who comes from elsewhere gets in where they have fewer. A neighbourhood is wider than
a network, since whoever rents one has many of those. Who is a client changes nothing of it, so that
it tells nobody.

It is counted in memory (core/rate_limiter.py): a restart gives all back.
"""

from dataclasses import dataclass

from onrecord.core.rate_limiter import Allowance, Counted, RateLimiter
from onrecord.domain.clock import Clock
from onrecord.identity.throttle import neighbourhood_of, network_of


@dataclass(frozen=True, slots=True)
class Shares:
    """What may be used up. `everywhere`: by a network, at all addresses together.

    At one address: `network`, by one; `common`, by all together; `reserve`, by neighbourhoods that
    have not used up what each of them gets, `little`.
    """

    everywhere: Allowance
    network: Allowance
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
        shares, network = self._shares, network_of(caller)
        first: list[Counted] = [
            ((None, network), shares.everywhere),
            ((about, network), shares.network),
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
