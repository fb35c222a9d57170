"""Several listeners in one event loop, and how they end: readiness, goodbye, stop.

Facts that the code follows from:
  * uvicorn's Server takes over signals and, on one, closes every socket within 100 ms without a
    word. Here signals belong to the composition root, which calls `stop`.
  * Its default for the size of a WebSocket message is 16 MiB.
  * It makes a UNIX socket readable by everybody; so sockets are bound here.
  * Closing a TLS connection waits for the peer's close_notify, up to 30 s; an idle page may never
    answer. So connections on which nothing runs are cut after a moment.
  * It looks each 100 ms whether it should end, and when it does waits for as long at the least; so
    it is told to, and what it waits for is written here.
  * Its keep-alive timer starts with the first answer: whoever never sends a whole request head
    would hold a connection for ever.
  * It has asyncio accept, which counts nobody before the TLS handshake; so accepting.py does.
"""

import asyncio
import os
import socket
import stat
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from errno import EADDRINUSE, EADDRNOTAVAIL
from functools import partial
from pathlib import Path
from typing import TypeGuard

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import NotNow, RefuseToStart
from onrecord.http.accepting import AcceptOptions, Acceptor, Connection
from onrecord.http.admission import Admission, Full
from onrecord.http.internal.application import Readiness
from onrecord.http.options import BACKLOG, ServerOptions, TcpOptions, UnixOptions
from onrecord.http.protocols import HttpConnection, SocketConnection
from onrecord.http.tls import server_context
from onrecord.http.turns import Line
from onrecord.observability.logs import Log

LINGER_SECONDS = 0.5
"""How long a connection on which nothing runs may take to say goodbye."""
LOOK_SECONDS = 0.01
"""How often a server that ends looks whether everything has."""
SAY_SECONDS = 60.0
"""How often it is said how many connections were too many."""
_PASSES = {EADDRINUSE: "address_in_use", EADDRNOTAVAIL: "address_missing"}
"""Who has the address ends; a network may come up after us (a power cut)."""
PRIVATE_UMASK = 0o177
"""Makes a new socket file's mode 0600."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One application at one place. Those with `last` stop after all others have."""

    name: str
    app: ASGIApp
    place: TcpOptions | UnixOptions
    last: bool = False


Accept = Callable[[Callable[[Connection], asyncio.BaseProtocol]], Acceptor]
"""Makes the acceptor of a server from what makes its protocols."""


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals alone, accepts by itself, and tells when it does."""

    def __init__(
        self,
        config: uvicorn.Config,
        options: ServerOptions,
        accept: Accept,
        line: Line | None,
        log: Log,
    ) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()
        self._stopping = asyncio.Event()
        self._log = log
        self._head_s = options.head_s
        self._silent: dict[H11Protocol, float] = {}
        self._line = line
        self._acceptor = accept(self._protocol)
        self._shaking = asyncio.TaskGroup()
        self._upgrade = partial(SocketConnection, log=log, per_second=options.parts_per_second)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the composition root handles signals."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until stopped. Cancelling closes everything at once."""
        async with self._shaking:
            try:
                await super().serve(sockets)
            finally:
                self._acceptor.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        self._acceptor.start(self._shaking)
        self.started = True
        self.accepting.set()

    def _protocol(self, connection: Connection) -> asyncio.BaseProtocol:
        connection.line = self._line
        state, log = self.server_state, self._log
        return HttpConnection(self.config, state, connection, upgrade=self._upgrade, log=log)

    def stop(self) -> None:
        """Begin to end."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Once a second renew the Date header and cut who does not say what they want."""
        while not await self.on_tick(0):
            self._cut_silent()
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let running requests end, up to the drain limit; then cut what is left."""
        self._acceptor.close()
        for each in sockets or ():
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                await self._all_ended()
        for task in self.server_state.tasks:
            task.cancel()
        self.cut()

    def cut(self) -> None:
        """Accept no more, and close every connection without a word."""
        self._acceptor.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def _cut_silent(self) -> None:
        now = time.monotonic()
        connections = list(self.server_state.connections)
        self._silent = {each: self._silent.get(each, now) for each in connections if _silent(each)}
        for connection, since in self._silent.items():
            if now - since > self._head_s:
                connection.transport.abort()

    async def _all_ended(self) -> None:
        idle_since = time.monotonic()
        while self.server_state.connections or self.server_state.tasks:
            if self.server_state.tasks:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > LINGER_SECONDS:
                self.cut()
            await asyncio.sleep(LOOK_SECONDS)


def _silent(connection: object) -> TypeGuard[H11Protocol]:
    """Whether a request's head is awaited, and no keep-alive timer limits how long."""
    return (
        isinstance(connection, H11Protocol)
        and getattr(connection.cycle, "response_complete", True)  # None before the first request
        and connection.timeout_keep_alive_task is None
    )


@contextmanager
def bound(
    places: Mapping[str, TcpOptions | UnixOptions],
) -> Iterator[Mapping[str, socket.socket]]:
    """Bind a listener's socket at each place; at the end all are closed, and files removed.

    Nobody is accepted yet. Raises NotNow, RefuseToStart as `_bind` does.
    """
    with ExitStack() as stack:
        sockets = {}
        for name, place in places.items():
            sockets[name] = stack.enter_context(_bind(name, place))
            if isinstance(place, UnixOptions):
                stack.callback(place.path.unlink, missing_ok=True)
        yield sockets


class Listeners:
    """All listeners of a process, at *sockets* that were bound before: else it binds them itself.

    Then its constructor may refuse to start.

    `goodbye` is awaited once draining has begun: it tells sockets that they must go, and waits
    until they have or a time limit of its own has passed.
    """

    def __init__(
        self,
        listeners: Sequence[Listener],
        *,
        options: ServerOptions,
        readiness: Readiness,
        goodbye: Callable[[], Awaitable[None]],
        log: Log,
        sockets: Mapping[str, socket.socket] | None = None,
    ) -> None:
        self._readiness = readiness
        self._log = log
        self._options = options
        full = _Full(log)
        self._admission = Admission(options.admission, clock=SystemClock(), full=full.count)
        self._line = Line()
        self._goodbye = goodbye
        self._stop = asyncio.Event()
        self._places: dict[str, tuple[Listener, socket.socket, Server]] = {}
        with ExitStack() as undo:
            for listener in listeners:
                name = listener.name
                bound = _bind(name, listener.place) if sockets is None else sockets[name]
                undo.callback(bound.close)
                self._places[name] = (listener, bound, self._server(listener, bound))
            undo.pop_all()

    def _server(self, listener: Listener, bound: socket.socket) -> Server:
        place, options = listener.place, self._options
        tls = server_context(place.tls) if isinstance(place, TcpOptions) else None
        accept = partial(
            Acceptor,
            bound,
            options=AcceptOptions(tls, options.proxies),
            admission=None if tls is None else self._admission,
            log=self._log,
        )
        line = None if tls is None else self._line
        return Server(_config(listener, options), options, accept, line, self._log)

    def port(self, name: str) -> int:
        """Return the port that a TCP listener got."""
        port: int = self._places[name][1].getsockname()[1]
        return port

    async def serve(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until `stop`, then drain; *ready* is called when every listener accepts.

        Cancelling closes everything at once, without a goodbye.
        """
        servers = [server for _, _, server in self._places.values()]
        try:
            async with asyncio.TaskGroup() as tasks:
                running = {
                    name: tasks.create_task(server.serve(sockets=[bound]))
                    for name, (_, bound, server) in self._places.items()
                }
                for server in servers:
                    await server.accepting.wait()
                if ready is not None:
                    ready()
                await self._stop.wait()
                await self._drain(running)
        finally:
            for _, bound, server in self._places.values():
                server.cut()
                bound.close()
            self._remove_files()

    def stop(self) -> None:
        """Begin to drain. May be called from a signal handler of the loop, and twice."""
        self._readiness.draining = True
        self._stop.set()

    async def _drain(self, running: Mapping[str, asyncio.Task[None]]) -> None:
        self._readiness.draining = True
        await self._goodbye()
        for last in (False, True):
            ending = [name for name, (each, _, _) in self._places.items() if each.last is last]
            for name in ending:
                self._places[name][2].stop()
            if ending:
                await asyncio.wait([running[name] for name in ending])

    def _remove_files(self) -> None:
        for listener, _, _ in self._places.values():
            if isinstance(listener.place, UnixOptions):
                listener.place.path.unlink(missing_ok=True)


class _Full:
    """Says that there were too many connections: the first at once, then how many each minute."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._counts: Counter[Full] = Counter()
        self._said: set[Full] = set()

    def count(self, what: Full) -> None:
        """Count one."""
        self._counts[what] += 1
        if what not in self._said:
            self._said.add(what)
            self._say(what)

    def _say(self, what: Full) -> None:
        count = self._counts.pop(what, 0)
        if not count:
            self._said.discard(what)
            return
        self._log.warning("connections_full", code=what, count=count)
        asyncio.get_running_loop().call_later(SAY_SECONDS, self._say, what)


def _config(listener: Listener, options: ServerOptions) -> uvicorn.Config:
    return uvicorn.Config(
        listener.app,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=options.frame_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=options.ping_s,
        ws_ping_timeout=options.pong_s,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=options.keep_alive_s,
        timeout_graceful_shutdown=options.drain_s,
        h11_max_incomplete_event_size=options.header_bytes,
    )


def _bind(name: str, place: TcpOptions | UnixOptions) -> socket.socket:
    """Bind a listener's socket, and have it listen: of two who bind at once, one is refused here.

    Raises NotNow (`address_in_use`, `address_missing`), RefuseToStart (`address_refused`).
    """
    try:
        return bind_file(place.path) if isinstance(place, UnixOptions) else _bind_tcp(place)
    except OSError as error:
        where = str(place.path) if isinstance(place, UnixOptions) else _endpoint(place)
        detail = f"The {name} listener cannot listen on {where}: {error.strerror}."
        advice = "Stop what listens there, or choose another address in the settings."
        if error.errno in _PASSES:
            raise NotNow(_PASSES[error.errno], detail, advice) from error
        raise RefuseToStart("address_refused", detail, advice) from error


def _endpoint(place: TcpOptions) -> str:
    return f"{place.address}:{place.port}"


def _bind_tcp(place: TcpOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((place.address, place.port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def bind_file(path: Path) -> socket.socket:
    """Bind a socket file that its owner alone may open, in the place of one that was left behind.

    Raises OSError.
    """
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(PRIVATE_UMASK)
    try:
        bound.bind(str(path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(umask)
    return bound
