"""The PROXY protocol, version 2: whose connection a load balancer passes on. No I/O.

The format is HAProxy's doc/proxy-protocol.txt, section 2.2: a head of 16 bytes, then as many bytes
as it says; the addresses first, then extensions, which are passed over.
"""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

HEAD_BYTES: Final = 16
MOST_BYTES: Final = 2048
"""The longest body that is taken. Extensions of balancers in use have a few hundred bytes."""

_SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_LOCAL, _PROXY = 0x20, 0x21
_V4: Final = struct.Struct("!4s4sHH")
_V6: Final = struct.Struct("!16s16sHH")
_TCP_V4, _TCP_V6 = 0x11, 0x21
OWN: Final = _SIGNATURE + struct.pack("!BBH", _LOCAL, 0, 0)
"""What comes first from a trusted address where nobody's connection is passed on."""


class BadProxyHeader(ValueError):
    """What came first is no PROXY header of version 2 that says who connects."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first 16 bytes: what is meant, and how many bytes follow."""

    command: int
    family: int
    length: int


def read_head(data: bytes) -> Head:
    """Return what the first HEAD_BYTES say. Raises BadProxyHeader."""
    if len(data) != HEAD_BYTES or not data.startswith(_SIGNATURE):
        raise BadProxyHeader("no signature of version 2")
    command, family, length = struct.unpack_from("!BBH", data, len(_SIGNATURE))
    if command not in (_LOCAL, _PROXY):
        raise BadProxyHeader("another version or command")
    if length > MOST_BYTES:
        raise BadProxyHeader("too long")
    return Head(command, family, length)


def read_source(head: Head, body: bytes) -> tuple[str, int] | None:
    """Return the address and port that connects; None: the proxy itself (a check of health).

    Raises BadProxyHeader.
    """
    if head.command == _LOCAL:
        return None
    try:
        if head.family == _TCP_V4:
            source, _, port, _ = _V4.unpack_from(body)
            return str(IPv4Address(source)), port
        if head.family == _TCP_V6:
            source, _, port, _ = _V6.unpack_from(body)
            return str(IPv6Address(source)), port
    except struct.error as error:
        raise BadProxyHeader("shorter than its addresses") from error
    raise BadProxyHeader("not of TCP")
