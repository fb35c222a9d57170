"""Connects to push services, and to nothing inside a network.

What a name resolves to is looked at, and that address connected to: one that is not global is
refused. A host that the settings name with its port is the firm's own, and may be inside.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from httpcore2 import (
    AnyIOBackend,
    AsyncNetworkBackend,
    AsyncNetworkStream,
    ConnectError,
    ConnectTimeout,
)

from onrecord.features.notifications.push.services import Services

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class GuardedNetwork(AsyncNetworkBackend):
    """Connects to what a name resolves to, once it was looked at: no second look-up comes between.

    TLS still asks for the name's certificate.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._network = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> AsyncNetworkStream:
        """Connect. Raises ConnectError, ConnectTimeout."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolved(host, port)
        except TimeoutError as error:
            raise ConnectTimeout("the name was not resolved in time") from error
        if not self._services.is_inside(host, port):
            check_global(addresses)
        failure: ConnectError | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except ConnectError as error:
                failure = error
        raise failure or ConnectError("the name resolves to nothing")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises ConnectError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConnectError("the name does not resolve") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def check_global(addresses: Iterable[str]) -> None:
    """Raises ConnectError if any address is not one of the internet's."""
    for text in addresses:
        address = ip_address(text)
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        if not address.is_global or address.is_multicast:
            raise ConnectError("the name resolves to an address that is not global")
