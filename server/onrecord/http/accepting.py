"""Accepts connections: counted, their proxy heard, their handshake limited in time.

Facts that the code follows from:
  * asyncio calls a protocol after the TLS handshake, so whoever only connects is counted by nobody;
    and where it finds no free descriptor it stops accepting for a second, for everybody.
  * A handler of a readable socket is called again in the loop's next turn: so it takes a few
    connections and lets the loop go on.
  * A PROXY header comes before TLS, and nothing may be read beyond it.
  * What was written to a peer who does not read stays in the kernel after close, until it gives up
    minutes later; unless SO_LINGER is 0 seconds: then it is dropped, and the peer told by a reset.
"""

import asyncio
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import cast

from starlette.types import Scope

from onrecord.core.domain.networks import network_of
from onrecord.http.admission import Admission, Admitted
from onrecord.http.options import BACKLOG, ProxyOptions
from onrecord.http.proxy_protocol import HEAD_BYTES, BadProxyHeader, read_head, read_source
from onrecord.http.tls_gate import Gate, Paced, secure
from onrecord.http.turns import Line
from onrecord.observability.logs import Log

HANDSHAKE_SECONDS = 5.0
"""How long a PROXY header and a TLS handshake may take together: two round trips."""
CLOSE_SECONDS = 2.0
"""How long a TLS connection may take to send what is left and say goodbye."""
LAST_SECONDS = 0.2
"""How long who floods a socket may take to read why it closes: TLS reads on until it is closed."""
STALL_SECONDS = 20.0
"""How long a peer may read nothing of what waits to be sent."""
AT_ONCE = 16
"""Connections that are accepted in one turn of the loop."""
PAUSE_SECONDS = 0.1
"""How long nothing is accepted where the machine has no descriptor or memory left."""
UNSENT_BYTES = 128 * 1024
"""What may lie in the kernel for a peer, beyond what it has room for (TCP_NOTSENT_LOWAT)."""
_TCP_NOTSENT_LOWAT = 25
"""Linux, include/uapi/linux/tcp.h; Python has no name for it."""
_DROP = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class AcceptOptions:
    """How one listener accepts. Without a context it speaks no TLS (a UNIX socket)."""

    tls: ssl.SSLContext | None
    proxies: ProxyOptions


class Connection(Admitted):
    """One accepted connection, from before its handshake to its end."""

    def __init__(self, sock: socket.socket, peer: tuple[str, int] | None, since: float) -> None:
        super().__init__(since, self._cut)
        self.client = peer
        """Whose address and port it is: the peer's, or whom a trusted proxy names."""
        self.asks_for: str | None = None
        """The network for which a proxy passes on the request that is being served."""
        self.transport: asyncio.Transport | None = None
        self.unwanted = False
        """Whether the rest of a request's body is not read: it came in crumbs, or is to."""
        self.shaking: asyncio.Task[None] | None = None
        self.admission: Admission | None = None
        self.line: Line | None = None
        """Where it waits for its turns, until it is known who it is."""
        self.gate: Gate | None = None
        """What reads for it, where it speaks TLS."""
        self._sock = sock
        self._gone: list[Callable[[], None]] = []
        self._is_gone = False
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def address(self) -> str:
        """Whose address it is, for the log."""
        return "" if self.client is None else self.client[0]

    def wait(self, go_on: Callable[[], bool], *, in_line: bool = False) -> None:
        """Have *go_on* called in a later turn of the loop: in the line, where that is a stranger's.

        It says whether it began a request. *in_line*: also where its person has signed in.
        """
        if self.line is not None and (in_line or self.waits):
            self.line.wait(self.person or self._sends, go_on)
        else:
            asyncio.get_running_loop().call_soon(go_on)

    def gated(self, tls: asyncio.BufferedProtocol) -> Gate:
        """Return what reads for it from now on, as it speaks TLS."""
        self.gate = Gate(tls, lambda: self.waits, partial(self.wait, in_line=True))
        return self.gate

    def paced(self, transport: asyncio.Transport) -> asyncio.Transport:
        """Return the transport as its protocol is to have it: one that pauses the gate."""
        if self.gate is None:
            return transport
        return cast("asyncio.Transport", Paced(transport, self.gate))

    @property
    def waits(self) -> bool:
        """Whether it waits for its turn whenever something comes."""
        return self.line is not None and self.person is None

    def close(self, transport: asyncio.Transport) -> None:
        """Send what is left and close it; it is cut where that takes too long."""
        transport.close()
        asyncio.get_running_loop().call_later(LAST_SECONDS, self.cut)

    def _cut(self) -> None:
        """Close it without a word; what was not sent is dropped. Nothing, where it is gone."""
        if self._is_gone:
            return
        if self.shaking is not None and not self.shaking.done():
            self.shaking.cancel()
        if self.transport is not None:
            with suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
            self.transport.abort()

    def known(self, person: str) -> None:
        """Note who has proved who they are: it counts no longer as a stranger's."""
        if self.admission is not None:
            self.admission.know(self, person)

    def crumbled(self) -> None:
        """Note that a request's body came in more pieces than are taken."""
        self.unwanted = True
        if self.admission is not None and self._sends is not None:
            self.admission.crumbled(self._sends)

    @property
    def takes_chunks(self) -> bool:
        """Whether chunked bodies are read: not where this network sent crumbs again and again."""
        if self.admission is None or self._sends is None:
            return True
        return not self.admission.has_crumbled(self._sends)

    @property
    def _sends(self) -> str | None:
        """Return whose network sends what is read."""
        return self.network if self.asks_for is None else self.asks_for

    def when_gone(self, told: Callable[[], None]) -> None:
        """Have *told* called once nothing is left of it; at once, where that is so."""
        if self._is_gone:
            told()
        else:
            self._gone.append(told)

    def gone(self) -> None:
        """Note that nothing is left of it. May be told twice."""
        self.moving()
        self._is_gone = True
        if self.admission is not None:
            self.admission.forget(self)
        told, self._gone = self._gone, []
        for each in told:
            each()

    def stalled(self, log: Log) -> None:
        """Note that what is to be sent waits for the peer; it is cut if nothing moves."""
        if self._stalled is None:
            loop = asyncio.get_running_loop()
            self._stalled = loop.call_later(STALL_SECONDS, self._cut_stalled, log)
            self.stalled_since = time.monotonic()

    def _cut_stalled(self, log: Log) -> None:
        log.info("slow_consumer", address=self.address)
        self.cut()

    def moving(self) -> None:
        """Note that the peer reads again."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = self.stalled_since = None

    def close_socket(self) -> None:
        """Close what no transport has taken over."""
        self._sock.close()


class Acceptor:
    """Accepts at one listening socket, from `start` to `close`.

    *make* gives a connection its protocol. Without an admission nobody is counted.
    """

    def __init__(
        self,
        bound: socket.socket,
        make: Callable[[Connection], asyncio.BaseProtocol],
        options: AcceptOptions,
        admission: Admission | None,
        log: Log,
    ) -> None:
        self._bound = bound
        self._make = make
        self._options = options
        self._admission = admission
        self._log = log
        self._shaking: dict[Connection, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to accept; handshakes are tasks of this group."""
        self._tasks = tasks
        self._bound.setblocking(False)
        self._bound.listen(BACKLOG)
        self._resume()

    def close(self) -> None:
        """Accept no more, and end what is still in its handshake. May be called twice."""
        if self._tasks is not None:
            self._tasks = None
            asyncio.get_running_loop().remove_reader(self._bound)
        for connection in list(self._shaking):
            connection.cut()

    def _resume(self) -> None:
        if self._tasks is not None:
            asyncio.get_running_loop().add_reader(self._bound, self._accept)

    def _accept(self) -> None:
        """Take what waits, a few at a time."""
        for _ in range(AT_ONCE):
            if self._tasks is None:
                return
            try:
                sock, peer = self._bound.accept()
            except OSError as error:  # none waits, or it broke meanwhile (accept(2), "Errors")
                if error.errno in (EMFILE, ENFILE, ENOBUFS, ENOMEM):
                    loop = asyncio.get_running_loop()
                    loop.remove_reader(self._bound)
                    loop.call_later(PAUSE_SECONDS, self._resume)
                return
            client = (peer[0], peer[1]) if isinstance(peer, tuple) else None
            self._take(sock, client, self._tasks)

    def _take(
        self, sock: socket.socket, peer: tuple[str, int] | None, tasks: asyncio.TaskGroup
    ) -> None:
        sock.setblocking(False)
        connection = Connection(sock, peer, time.monotonic())
        proxied = peer is not None and self._is_proxy(peer[0])
        if peer is not None and not proxied:
            connection.network = network_of(peer[0])
        if self._admission is not None:
            if not self._admission.admit(connection):
                sock.close()
                return
            connection.admission = self._admission
        says = proxied and self._options.proxies.says == "proxy_v2"
        shaking = tasks.create_task(self._shake(connection, sock, heard=not says))
        connection.shaking = self._shaking[connection] = shaking
        shaking.add_done_callback(lambda _: self._shaken(connection))

    def _shaken(self, connection: Connection) -> None:
        self._shaking.pop(connection, None)
        connection.shaking = None
        if connection.transport is None:
            connection.close_socket()
            connection.gone()

    async def _shake(self, connection: Connection, sock: socket.socket, *, heard: bool) -> None:
        """Hear the proxy, then shake hands; whoever does neither in time is closed.

        Whatever fails in it ends this connection alone.
        """
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                if sock.family != socket.AF_UNIX:
                    sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES)
                if not heard and not await self._hear(connection, sock):
                    return
                await self._begin(connection, sock)
        except (OSError, EOFError, TimeoutError, BadProxyHeader):
            return
        except Exception as error:  # noqa: BLE001  # one stranger's, not everybody's
            self._log.error("handshake_failed", error=type(error).__name__)
            if connection.transport is not None:
                connection.transport.abort()

    async def _begin(self, connection: Connection, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        if self._options.tls is None:
            await loop.connect_accepted_socket(lambda: self._make(connection), sock)
            return
        await secure(
            connection.gated,
            self._make(connection),
            self._options.tls,
            sock,
            handshake_s=HANDSHAKE_SECONDS,
            goodbye_s=CLOSE_SECONDS,
        )

    async def _hear(self, connection: Connection, sock: socket.socket) -> bool:
        """Learn from a proxy who connects; return whether they may."""
        head = read_head(await _exactly(sock, HEAD_BYTES))
        source = read_source(head, await _exactly(sock, head.length))
        if source is None:
            return True
        connection.client = source
        return self._admission is None or self._admission.move(connection, network_of(source[0]))

    def _is_proxy(self, address: str) -> bool:
        return is_trusted(address, self._options.proxies.trusted)


def is_trusted(address: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    """Return whether an address is one of a trusted proxy's."""
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(mapped in network for network in trusted)


async def _exactly(sock: socket.socket, count: int) -> bytes:
    """Read so many bytes and no more. Raises EOFError, OSError. Cancelling loses them."""
    loop, data = asyncio.get_running_loop(), b""
    while len(data) < count:
        piece = await loop.sock_recv(sock, count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def connection_of(scope: Scope) -> Connection | None:
    """Return the connection that a request or socket came on; None outside our listeners."""
    found = scope.get("state", {}).get("connection")
    return found if isinstance(found, Connection) else None
