"""What a load balancer says before TLS: the PROXY protocol, version 2."""

import struct
from ipaddress import IPv4Address, ip_address

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
LOCAL = SIGNATURE + struct.pack("!BBH", 0x20, 0x00, 0)
"""The balancer speaks for itself: a check of health."""


def proxy_header(address: str, port: int = 50_000, extensions: bytes = b"") -> bytes:
    """Return the header of a connection that a balancer passes on."""
    source = ip_address(address)
    family = 0x11 if isinstance(source, IPv4Address) else 0x21
    body = source.packed + bytes(len(source.packed)) + struct.pack("!HH", port, 443) + extensions
    return SIGNATURE + struct.pack("!BBH", 0x21, family, len(body)) + body
