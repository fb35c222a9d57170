"""What strangers may use up at one address, and what they leave to somebody who is new there.

Counted first is who asks: their network, in all and at this address. Next comes what all networks
share at an address. Two of them can use that up and keep it so; therefore there is a reserve, of
which each neighbourhood gets a little a day, and nothing if it had as much already. So whoever
wants to use that up too needs many neighbourhoods, though the same ones each day (how many:
codes.py), and who comes from elsewhere gets in where they have fewer. A neighbourhood is wider than
a network, since whoever rents one has many of those. Who is a client changes nothing of it, so that
it tells nobody.

It is counted in memory (throttle.py): a restart gives all back.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from onrecord.domain.clock import Clock
from onrecord.identity.throttle import Allowance, Buckets, Counted, network_of, too_many

V4_BITS, V6_BITS = 24, 48
"""How wide a neighbourhood is: the least that is routed by itself, and what a site is given."""


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
        self._buckets = Buckets(clock)

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
        waits = [self._buckets.wait_s(keys) for keys in (common, kept)]
        if min(waits) > 0.0:
            raise too_many(min(waits))
        keys = (*common, little) if waits[0] <= 0.0 else tuple(kept)
        self._buckets.count(keys)
        return Taken(keys)

    def give_back(self, taken: Taken) -> None:
        """Count one less: it was the right person."""
        self._buckets.give_back(taken.keys)


def neighbourhood_of(address: str) -> str:
    """Return the neighbourhood of an IP address; of anything else, itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    bits = V6_BITS if isinstance(parsed, IPv6Address) else V4_BITS
    return str(ip_network((parsed, bits), strict=False))
