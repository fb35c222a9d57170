"""Guessing made slow: failed sign-ins per user name and address, and what else has a key."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from onrecord.domain.clock import Clock
from onrecord.domain.errors import TooMany

MOST_KEYS = 20_000
"""How many buckets are kept; above that the fullest go first (Buckets)."""
_AT_ONCE = 10
"""One in so many goes at once, so that it is seldom sorted."""
V6_NETWORK_BITS = 64
"""One IPv6 subscriber has at least a /64 (RFC 6177), so it counts as one address."""

Key = tuple[str | None, str | None]
"""A name, an address, or both."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many failures at once, then one each `every_s` seconds."""

    burst: int
    every_s: float


Counted = tuple[Key, Allowance]
"""What is counted, and how much of it is allowed."""


@dataclass(frozen=True, slots=True)
class ThrottleOptions:
    """Failures allowed. A firm may sit behind one address, so that has room.

    The allowance of a name counts all addresses: it is wide, so that a stranger's guessing does
    not lock somebody out for long.
    """

    name_at_address: Allowance = Allowance(5, 30.0)
    name: Allowance = Allowance(30, 20.0)
    address: Allowance = Allowance(60, 2.0)


class Buckets:
    """A level a key, which rises again by itself. In memory alone: after a restart all are full.

    Where there are too many, the fullest are forgotten, of those as full the longest unused: what
    is back at its burst loses nothing by it, and who fills up the memory with new keys does not get
    back what was used up at another one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[Key, tuple[float, float, Allowance]] = OrderedDict()

    def take(self, keys: Sequence[Counted]) -> None:
        """Count one for each. Raises TooMany (`too_many_attempts`), and then counts nothing."""
        wait_s = self.wait_s(keys)
        if wait_s > 0.0:
            raise too_many(wait_s)
        self.count(keys)

    def wait_s(self, keys: Sequence[Counted]) -> float:
        """Return after how many seconds each of them has one left; not above 0 means now."""
        now = self._clock.monotonic()
        return max((1.0 - self._level(key, each, now)) * each.every_s for key, each in keys)

    def count(self, keys: Sequence[Counted]) -> None:
        """Count one for each, of those that have none left nothing."""
        self._add(keys, -1.0)

    def give_back(self, keys: Sequence[Counted]) -> None:
        """Count one less for each."""
        self._add(keys, 1.0)

    def _add(self, keys: Sequence[Counted], change: float) -> None:
        now = self._clock.monotonic()
        for key, allowance in keys:
            level = min(self._level(key, allowance, now) + change, allowance.burst)
            self._buckets[key] = (max(level, 0.0), now, allowance)
            self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_KEYS:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Forget the fullest until one in _AT_ONCE of the room is free."""

        def full(key: Key) -> float:
            allowance = self._buckets[key][2]
            return self._level(key, allowance, now) / allowance.burst

        many = len(self._buckets) - MOST_KEYS + MOST_KEYS // _AT_ONCE
        for key in sorted(self._buckets, key=full, reverse=True)[:many]:
            del self._buckets[key]

    def _level(self, key: Key, allowance: Allowance, now: float) -> float:
        level, at, _ = self._buckets.get(key, (float(allowance.burst), now, allowance))
        return min(level + (now - at) / allowance.every_s, float(allowance.burst))


def too_many(wait_s: float) -> TooMany:
    """Return the refusal (`too_many_attempts`) of who has to wait so many seconds."""
    detail = "Too many attempts. Wait before you try again."
    return TooMany("too_many_attempts", detail, retry_after=round(wait_s, 1))


class Counter:
    """Counts attempts by one key, each with the same allowance."""

    def __init__(self, clock: Clock, allowance: Allowance) -> None:
        self._buckets = Buckets(clock)
        self._allowance = allowance

    def take(self, key: str) -> None:
        """Count one attempt. Raises TooMany (`too_many_attempts`), and then counts nothing."""
        self._buckets.take([((key, None), self._allowance)])

    def give_back(self, key: str) -> None:
        """Count one attempt less: it was the right person."""
        self._buckets.give_back([((key, None), self._allowance)])


class Throttle:
    """Counts attempts before they are checked, and gives those back that succeed."""

    def __init__(self, clock: Clock, options: ThrottleOptions) -> None:
        self._options = options
        self._buckets = Buckets(clock)

    def take(self, name: str | None, address: str) -> None:
        """Count one attempt; a link's has no name.

        Raises TooMany (`too_many_attempts`), and then counts nothing.
        """
        self._buckets.take(self._keys(name, address))

    def give_back(self, name: str | None, address: str) -> None:
        """Count one attempt less: it was the right person."""
        self._buckets.give_back(self._keys(name, address))

    def _keys(self, name: str | None, address: str) -> list[Counted]:
        network = network_of(address)
        keys: list[Counted] = [((None, network), self._options.address)]
        if name is not None:
            keys.append(((name, network), self._options.name_at_address))
            keys.append(((name, None), self._options.name))
        return keys


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or an IPv6 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> V6_NETWORK_BITS << V6_NETWORK_BITS))
    return str(parsed)
