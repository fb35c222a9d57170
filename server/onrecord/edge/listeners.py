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
"""

import asyncio
import os
import socket
import stat
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from errno import EADDRINUSE
from typing import TypeGuard

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from onrecord.domain.errors import RefuseToStart
from onrecord.edge.internal.application import Readiness
from onrecord.edge.options import ServerOptions, TcpOptions, UnixOptions
from onrecord.edge.tls import server_context

LINGER_SECONDS = 0.5
"""How long a connection on which nothing runs may take to say goodbye."""
LOOK_SECONDS = 0.01
"""How often a server that ends looks whether everything has."""
PRIVATE_UMASK = 0o177
"""Makes a new socket file's mode 0600."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One application at one place. Those with `last` stop after all others have."""

    name: str
    app: ASGIApp
    place: TcpOptions | UnixOptions
    last: bool = False


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals alone and tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config, *, head_s: float) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()
        self._stopping = asyncio.Event()
        self._head_s = head_s
        self._silent: dict[H11Protocol, float] = {}

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the composition root handles signals."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self.accepting.set()

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
        for each in (*self.servers, *(sockets or ())):
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
        """Close the listening sockets, and every connection without a word."""
        for server in getattr(self, "servers", ()):
            server.close()
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


class Listeners:
    """All listeners of a process. Sockets are bound by the constructor, so it may refuse to start.

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
    ) -> None:
        self._readiness = readiness
        self._goodbye = goodbye
        self._stop = asyncio.Event()
        self._places: dict[str, tuple[Listener, socket.socket, Server]] = {}
        with ExitStack() as undo:
            for listener in listeners:
                config, bound = _config(listener, options), _bind(listener)
                undo.callback(bound.close)
                self._places[listener.name] = (
                    listener,
                    bound,
                    Server(config, head_s=options.head_s),
                )
            undo.pop_all()

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


def _config(listener: Listener, options: ServerOptions) -> uvicorn.Config:
    context = None
    if isinstance(listener.place, TcpOptions):
        context = server_context(listener.place.tls)
    return uvicorn.Config(
        listener.app,
        ssl_context_factory=None if context is None else lambda config, default: context,
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
        backlog=options.backlog,
    )


def _bind(listener: Listener) -> socket.socket:
    """Bind a listener's socket. Raises RefuseToStart (`address_in_use`, `address_refused`)."""
    place = listener.place
    try:
        return _bind_unix(place) if isinstance(place, UnixOptions) else _bind_tcp(place)
    except OSError as error:
        where = str(place.path) if isinstance(place, UnixOptions) else _endpoint(place)
        in_use = error.errno == EADDRINUSE
        raise RefuseToStart(
            "address_in_use" if in_use else "address_refused",
            f"The {listener.name} listener cannot listen on {where}: {error.strerror}.",
            "Stop what listens there, or choose another address in the settings.",
        ) from error


def _endpoint(place: TcpOptions) -> str:
    return f"{place.address}:{place.port}"


def _bind_tcp(place: TcpOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((place.address, place.port))
    except OSError:
        bound.close()
        raise
    return bound


def _bind_unix(place: UnixOptions) -> socket.socket:
    """Bind a socket file, replacing one that a killed process left behind."""
    if place.path.exists() and stat.S_ISSOCK(place.path.stat().st_mode):
        place.path.unlink()
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(PRIVATE_UMASK)
    try:
        bound.bind(str(place.path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(umask)
    return bound
