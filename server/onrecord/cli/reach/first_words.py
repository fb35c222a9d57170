"""What a command says first where this machine's address is a balancer's as well.

From a trusted address nothing is taken that does not say for whom it comes (settings, proxies): so
a command says that it comes for itself, and to anybody else's listener nothing of the kind.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpcore2
import httpx2

from onrecord.http.accepting import is_trusted
from onrecord.http.options import ProxyOptions
from onrecord.http.proxy_protocol import OWN

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


@dataclass(frozen=True, slots=True)
class FirstWords:
    """`before_tls` goes before the handshake, `forwarded` into each request. Empty: nothing."""

    before_tls: bytes = b""
    forwarded: str = ""


NOTHING: Final = FirstWords()


def first_words(address: str, port: int, proxies: ProxyOptions) -> FirstWords:
    """Return what to say to a listener of this machine."""
    own = _source(address, port)
    if not is_trusted(own, proxies.trusted):
        return NOTHING
    if proxies.says == "proxy_v2":
        return FirstWords(before_tls=OWN)
    return FirstWords(forwarded=f'for="[{own}]"' if ":" in own else f"for={own}")


def _source(address: str, port: int) -> str:
    """Return the address from which this machine connects there. Sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as one:
        try:
            one.connect((address, port))
        except OSError:  # then the connection cannot be made either, and says why
            return address
        return str(one.getsockname()[0])


class GreetingTransport(httpx2.AsyncHTTPTransport):
    """Connects, and says something before the handshake."""

    def __init__(self, trust: ssl.SSLContext, before_tls: bytes) -> None:
        super().__init__(verify=trust, trust_env=False)
        network = _Greeting(before_tls)  # httpx2 has no argument for it
        self._pool = httpcore2.AsyncConnectionPool(ssl_context=trust, network_backend=network)


class _Greeting(httpcore2.AsyncNetworkBackend):
    def __init__(self, before_tls: bytes) -> None:
        self._before_tls = before_tls
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect. Raises ConnectError, ConnectTimeout."""
        stream = await self._network.connect_tcp(host, port, timeout, local_address, socket_options)
        await stream.write(self._before_tls, timeout)
        return stream

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
