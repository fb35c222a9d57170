"""Which addresses count as one: whoever has one of them has them all."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

V4_BITS: Final = 24
"""The longest prefix that is routed on its own in IPv4's global table; a subscriber who has
several addresses has neighbours."""
V6_BITS: Final = 64
"""One IPv6 subscriber has at least a /64 (RFC 6177)."""


def network_of(address: str) -> str:
    """Return the network of an address: `192.0.2.0/24`, `2001:db8::/64`.

    An IPv4-mapped address is the IPv4 one that it stands for. What is no address (the peer of a
    UNIX socket has none) is returned as it is.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, IPv4Address):
        shift = 32 - V4_BITS
        return f"{IPv4Address(int(parsed) >> shift << shift)}/{V4_BITS}"
    shift = 128 - V6_BITS
    return f"{IPv6Address(int(parsed) >> shift << shift)}/{V6_BITS}"
