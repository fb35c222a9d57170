"""The server: recording, the features and the listeners, closed in reverse."""

import asyncio
import gc
import random
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path

from starlette.types import ASGIApp

from onrecord.app.descriptors import claim
from onrecord.app.ending import Background, Ended, Ending
from onrecord.app.house import SERVER
from onrecord.app.provided import record_provided
from onrecord.app.recording import Served, Surroundings, recording
from onrecord.app.root import Root, open_root
from onrecord.app.settings import listeners
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import proxy_options, server_options, wire_limits
from onrecord.app.sign_in import CHAT_DOORS, CONSOLE_DOORS
from onrecord.app.sockets import MESSAGES
from onrecord.core.domain.clock import Clock, SystemClock
from onrecord.core.domain.zones import all_zones
from onrecord.core.hooks.process.kernel import hide_memory
from onrecord.features.sign_in.values import Audience
from onrecord.features.uploads.links import Links
from onrecord.features.uploads.opening import Opening
from onrecord.features.uploads.serving_routes import FileRoutes
from onrecord.http.application import site_application
from onrecord.http.client_files import static_routes
from onrecord.http.cookies import SessionDoors
from onrecord.http.files_application import files_application
from onrecord.http.internal.application import Readiness, internal_application
from onrecord.http.internal.break_glass import GlassRoutes
from onrecord.http.listeners import Listener, Listeners, bound
from onrecord.http.options import RequestLimits, SiteOptions, TcpOptions, TlsOptions, UnixOptions
from onrecord.http.person_turns import pace_of_messages
from onrecord.observability.logs import Log, make_log, take_over_library_logs
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints, Points
from onrecord.protocol.frames import Bye
from onrecord.ws.gateway import Gateway

GOODBYE_SECONDS = 1.0
NEW_OBJECTS = 10_000
"""How many new objects Python's collector waits for, instead of 700: each look at a thousand
sockets' objects is a pause for everybody."""


async def serve(
    settings: Settings,
    ready: Callable[[], None] | None = None,
    *,
    ended: Ended = lambda code, error: None,
    prepare: Callable[[Root], Awaitable[None]] | None = None,
    points: Points | None = None,
    static: Path | None = None,
    clock: Clock | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT, then drain. Return the exit code.

    0 stopped; 75 durability is in doubt (a failed fsync), start again; 78 an operator must
    act. *prepare* is awaited before anybody is let in (the demo adds its people); *ready* is called
    once every listener accepts, *ended* with what ended it and its code; *static* holds the two
    client builds, by default the ones inside the package. Raises RefuseToStart, Unavailable,
    Fenced.
    """
    hide_memory()  # from hooks, which run as the same user
    all_zones()  # no request opens a file of theirs
    metrics = Metrics()
    log = _log(settings, metrics)
    ending = Ending(ended)
    around = Surroundings(clock or SystemClock(), log, metrics, points or NoPoints(), ending.fail)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        sockets = stack.enter_context(bound(_places(settings)))  # before an epoch is taken
        open_recording = await enter(recording(settings, around))
        log.info("recovered", archive_index=open_recording.archiving.archive.size)
        await record_provided(settings, open_recording, around.clock)
        root = await enter(open_root(settings, around, open_recording, SERVER))
        if prepare is not None:
            await prepare(root)
        await _Process(root, static or _built_clients()).run(sockets, ending, ready)
    return ending.told(log)


def _log(settings: Settings, metrics: Metrics) -> Log:
    log = make_log(
        sys.stderr,
        level=settings.log.level,
        text=settings.log.format == "text",
        dropped=lambda reason: metrics.log_drops.labels(reason).inc(),
    )
    take_over_library_logs(log)
    return log


class _Process:
    """The listeners, and what runs beside them."""

    def __init__(self, root: Root, static: Path) -> None:
        self._root = root
        self._static = static
        self._readiness = Readiness(root.checks, root[Served].archiving.archiver.closed)
        self._pace = pace_of_messages(root[MESSAGES], wire_limits(root.settings).rate)

    async def run(
        self,
        sockets: Mapping[str, socket.socket],
        ending: Ending,
        ready: Callable[[], None] | None,
    ) -> None:
        """Serve until told to stop."""
        settings = self._root.settings
        listeners = Listeners(
            self._listeners(),
            options=server_options(settings, claim(settings.limits.connections)),
            readiness=self._readiness,
            goodbye=lambda: self._goodbye(ending),
            log=self._root.around.log,
            sockets=sockets,
        )
        ending.stop = listeners.stop
        if ending.error is not None:  # while starting, in another thread
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, listeners.stop)
        async with asyncio.TaskGroup() as group:
            tasks = Background(group, ending)
            background = [tasks.create_task(each) for each in self._root.background()]
            await listeners.serve(lambda: self._ready(listeners, ready))
            for task in background:
                task.cancel()

    def _ready(self, listeners: Listeners, ready: Callable[[], None] | None) -> None:
        _calm_collector()
        for name in ("chat", "console", "files"):
            self._root.around.log.info("listening", listener=name, port=listeners.port(name))
        if ready is not None:
            ready()

    def _listeners(self) -> list[Listener]:
        root, settings = self._root, self._root.settings
        places, limits = _places(settings), RequestLimits()
        log, metrics = root.around.log, root.around.metrics
        files_site = files_application(
            FileRoutes(root[Links], root[Opening]).table(),
            site=self._site(settings.files),
            limits=limits,
            log=log,
            metrics=metrics,
        )
        internal = internal_application(
            readiness=self._readiness,
            break_glass=root[GlassRoutes],
            limits=limits,
            log=log,
            metrics=metrics,
        )
        chat = self._page("chat", root[CHAT_DOORS], settings.chat)
        console = self._page("console", root[CONSOLE_DOORS], settings.console)
        return [
            Listener("chat", chat, places["chat"]),
            Listener("console", console, places["console"]),
            Listener("files", files_site, places["files"]),
            Listener("internal", internal, places["internal"], last=True),
        ]

    def _page(self, name: Audience, doors: SessionDoors, listener: listeners.Listener) -> ASGIApp:
        """Return a site for browsers: its routes and the client that was built for it."""
        return site_application(
            name,
            [*self._root.table(name), *static_routes(self._static / name)],
            doors=doors,
            site=self._site(listener),
            limits=RequestLimits(),
            log=self._root.around.log,
            metrics=self._root.around.metrics,
            proxies=proxy_options(self._root.settings),
            pace=self._pace,
        )

    def _site(self, listener: listeners.Listener) -> SiteOptions:
        return SiteOptions(listener.origin, files_origin=self._root.settings.files.origin)

    async def _goodbye(self, ending: Ending) -> None:
        retry_after = round(random.uniform(0.5, 3.0), 3)  # noqa: S311 - jitter, no secret
        detail = "The service is being restarted. Your text is kept."
        code = "restarting" if ending.error is None else "failed"
        fan_out = self._root.recording.publishing.fan_out
        self._root.around.log.info("draining", code=code, count=fan_out.count())
        self._root[Gateway].drain(Bye(code, detail, retry_after=retry_after))
        await fan_out.emptied(GOODBYE_SECONDS)


def tcp_places(settings: Settings) -> dict[str, TcpOptions]:
    """Return where the listeners are that people reach."""
    return {
        "chat": _tcp(settings.chat),
        "console": _tcp(settings.console),
        "files": _tcp(settings.files),
    }


def _places(settings: Settings) -> dict[str, TcpOptions | UnixOptions]:
    return {**tcp_places(settings), "internal": UnixOptions(settings.paths.internal)}


def _tcp(listener: listeners.Listener) -> TcpOptions:
    tls = TlsOptions(listener.certificate, listener.key)
    return TcpOptions(listener.address, listener.port, tls)


def _built_clients() -> Path:
    return Path(str(files("onrecord.http") / "static"))


def _calm_collector() -> None:
    """Leave what was made while starting out of every later collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
