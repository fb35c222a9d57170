"""Which addresses a hook may connect to: looked at on the very connection that is made.

A name is looked up once, what it gives is looked at, and that address is connected to; TLS still
asks for the name's certificate. So whoever answers for the name cannot answer differently between
the look and the connection (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias

import httpcore2

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.http_stream import FreshStream

Address: TypeAlias = IPv4Address | IPv6Address
_SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)
_NEVER: Final = tuple(
    ip_network(each)
    for each in (
        *("169.254.0.0/16", "fe80::/10"),  # link-local: most clouds' metadata services
        *("100.100.100.200", "168.63.129.16", "192.0.0.192"),  # the others'
        *("fd00:ec2::/32", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"),  # by IPv6
        *("0.0.0.0/8", "::/128", "224.0.0.0/4", "ff00::/8", "255.255.255.255"),  # no one machine
    )
)
"""Refused where `allow` names no network: no archive is there, and a machine's own keys may be.

Everything else, loopback and private networks included, is where banks have their services.
"""
_TRANSLATED: Final = ip_network("64:ff9b::/96")
_HOST: Final = re.compile(r"(\*\.)?[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Egress:
    """Hosts by name and networks that may be connected to; where there are none, most are."""

    hosts: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def takes_host(self, host: str) -> bool:
        """Tell whether a host may be named; `*.bank.example` stands for all names that end so."""
        return not self.hosts or any(
            host.endswith(word[1:]) if word.startswith("*.") else host == word
            for word in self.hosts
        )

    def takes(self, address: Address) -> bool:
        """Tell whether an address may be connected to, by whatever way IPv6 writes an IPv4 one."""
        meant = _inner(address)
        if self.networks:
            return any(meant in ip_network(each) for each in self.networks)
        return not any(meant in each for each in _NEVER)


ANYWHERE: Final = Egress()


def parse_egress(text: str) -> Egress:
    """Return what the option `allow` says: networks, addresses and host names, parted by spaces.

    Raises Misconfigured.
    """
    hosts: list[str] = []
    networks: list[str] = []
    for word in text.replace(",", " ").lower().split():
        try:
            networks.append(str(ip_network(word)))
        except ValueError as error:
            if not _HOST.fullmatch(word) or word.replace(".", "").isdigit():
                says = f"the option allow: {word} is no network, address or host name ({error})"
                raise Misconfigured(says) from error
            hosts.append(word)
    return Egress(tuple(hosts), tuple(networks))


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to what a name resolves to, once it was looked at."""

    def __init__(self, egress: Egress) -> None:
        """Take what may be connected to."""
        self._egress = egress
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect. Raises ConnectError, ConnectTimeout; Misconfigured if only refused ones are."""
        try:
            async with asyncio.timeout(timeout):
                found = await _resolved(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("the name was not resolved in time") from error
        taken = [each for each in found if self._egress.takes(ip_address(each))]
        if not taken:
            says = f"{host} is at {', '.join(found)}, where this hook may not connect to (`allow`)"
            raise Misconfigured(says)
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in taken:
            try:
                return FreshStream(
                    await self._network.connect_tcp(
                        address, port, timeout, local_address, socket_options
                    )
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error  # one that never answers hides none of the others
        raise failure or httpcore2.ConnectError("the name resolves to nothing")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


async def _resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, at least one. Raises ConnectError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError("the name does not resolve") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
