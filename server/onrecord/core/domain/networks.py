"""Which addresses count as one: whoever has one of them has them all.

                    IPv4       IPv6
  subscriber_of     itself     /64    one line, behind which a whole office may sit
  network_of        /24        /64    connections, and what is recorded of refusals
  neighbourhood_of  /24        /48    what is rented, or given to a site, as a whole

An IPv4-mapped address is the IPv4 one that it stands for. What is no address (the peer of a UNIX
socket has none) is returned as it is.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

V4_BITS: Final = 24
"""The longest prefix that is routed on its own in IPv4's global table; a subscriber who has
several addresses has neighbours."""
V6_BITS: Final = 64
"""One IPv6 subscriber has at least a /64 (RFC 6177)."""
SITE_V6_BITS: Final = 48
"""What a site is given."""


def subscriber_of(address: str) -> str:
    """Return whose line an address is: `192.0.2.1`, `2001:db8::`."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(_first(parsed, V6_BITS))
    return address if parsed is None else str(parsed)


def network_of(address: str) -> str:
    """Return the network of an address: `192.0.2.0/24`, `2001:db8::/64`."""
    return _within(address, V4_BITS, V6_BITS)


def neighbourhood_of(address: str) -> str:
    """Return the neighbourhood of an address: `192.0.2.0/24`, `2001:db8::/48`."""
    return _within(address, V4_BITS, SITE_V6_BITS)


def _within(address: str, v4_bits: int, v6_bits: int) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return address
    bits = v4_bits if isinstance(parsed, IPv4Address) else v6_bits
    return f"{_first(parsed, bits)}/{bits}"


def _first(address: IPv4Address | IPv6Address, bits: int) -> IPv4Address | IPv6Address:
    """Return the first address that begins with the same bits."""
    shift = address.max_prefixlen - bits
    return type(address)(int(address) >> shift << shift)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return parsed if mapped is None else mapped
