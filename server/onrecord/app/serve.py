"""The server: recording, accounts, gateway and the listeners, closed in reverse."""

import asyncio
import gc
import random
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from starlette.types import ASGIApp

from onrecord.app.accounts import Accounts, accounts
from onrecord.app.administration import glass_routes, watch_notices
from onrecord.app.assurance import assurance_routes
from onrecord.app.clients import Clients, clients
from onrecord.app.complaints import complaint_clock, complaints
from onrecord.app.console import Console, console
from onrecord.app.copies import copy_desk, leaving
from onrecord.app.coverage import coverage
from onrecord.app.descriptors import claim
from onrecord.app.ending import Background, Ended, Ending
from onrecord.app.filing import Filing, file_checks, filing, filing_routes
from onrecord.app.hooks import auditor, checks, dispatcher
from onrecord.app.measuring import Measuring
from onrecord.app.policy_watch import policy_watch
from onrecord.app.provided import record_provided
from onrecord.app.pushing import Pushing, pushing
from onrecord.app.recording import Recording, Surroundings, recording
from onrecord.app.sending_later import sending_later
from onrecord.app.settings import listeners
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import proxy_options, server_options, wire_limits
from onrecord.app.signing_in import signing_in
from onrecord.app.talking import broadcasts, talking
from onrecord.core.delivery.positions import PositionBook
from onrecord.core.delivery.presence import Presence
from onrecord.core.domain.clock import Clock, SystemClock
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.process.kernel import hide_memory
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.chat.routes import ReadingRoutes
from onrecord.features.clients.coming_in_routes import ChoiceRoutes, ComingInRoutes
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.hooks.routes import HookRoutes
from onrecord.features.hours.own_routes import ColleagueRoutes, OwnHoursRoutes
from onrecord.features.own_copy.routes import CopyRoutes
from onrecord.features.people.firm_routes import FirmRoutes
from onrecord.features.people.picture_routes import PictureRoutes
from onrecord.features.people.status_routes import StatusRoutes
from onrecord.features.policies.watch import OffChannelWatch
from onrecord.features.sign_in.ports import Audience
from onrecord.features.sign_in.socket_routes import SocketRoutes
from onrecord.features.uploads.serving_routes import FileRoutes
from onrecord.http.application import site_application
from onrecord.http.client_files import static_routes
from onrecord.http.cookies import SessionDoors
from onrecord.http.files_application import files_application
from onrecord.http.internal.application import Readiness, internal_application
from onrecord.http.listeners import Listener, Listeners, bound
from onrecord.http.options import RequestLimits, SiteOptions, TcpOptions, TlsOptions, UnixOptions
from onrecord.http.person_turns import pace_of_messages
from onrecord.http.routes import Entry
from onrecord.observability.logs import Log, make_log, take_over_library_logs
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints, Points
from onrecord.protocol.frames import Bye
from onrecord.ws.gateway import Gateway, Policies
from onrecord.ws.live import Live
from onrecord.ws.replay import Replay

GOODBYE_SECONDS = 1.0
NEW_OBJECTS = 10_000
"""How many new objects Python's collector waits for, instead of 700: each look at a thousand
sockets' objects is a pause for everybody."""


async def serve(
    settings: Settings,
    ready: Callable[[], None] | None = None,
    *,
    ended: Ended = lambda code, error: None,
    prepare: Callable[[Accounts], Awaitable[None]] | None = None,
    points: Points | None = None,
    static: Path | None = None,
    clock: Clock | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT, then drain. Return the exit code.

    0 stopped; 75 durability is in doubt, start again (DESIGN: failed fsync); 78 an operator must
    act. *prepare* is awaited before anybody is let in (the demo adds its people); *ready* is called
    once every listener accepts, *ended* with what ended it and its code; *static* holds the two
    client builds, by default the ones inside the package. Raises RefuseToStart, Unavailable,
    Fenced.
    """
    hide_memory()  # from hooks, which run as the same user
    metrics = Metrics()
    log = _log(settings, metrics)
    ending = Ending(ended)
    around = Surroundings(clock or SystemClock(), log, metrics, points or NoPoints(), ending.fail)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        sockets = stack.enter_context(bound(_places(settings)))  # before an epoch is taken
        open_recording = await enter(recording(settings, around))
        log.info("recovered", archive_index=open_recording.archive.size)
        await record_provided(settings, open_recording, around.clock)
        who = await enter(accounts(settings, open_recording, around))
        if prepare is not None:
            await prepare(who)
        outside = stack.enter_context(clients(settings, open_recording, who, around))
        shared = await enter(filing(settings, open_recording, who, around, outside.assured.fresh))
        oversight = await enter(console(settings, open_recording, who, around, shared))
        server = _Process(
            settings,
            around,
            open_recording,
            who,
            outside,
            files=shared,
            console=oversight,
            pushing=await enter(pushing(settings, open_recording, around)),
            static=static or _built_clients(),
            sockets=sockets,
        )
        await server.run(ending, ready)
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
    """What is built on recording and accounts."""

    def __init__(
        self,
        settings: Settings,
        around: Surroundings,
        recording: Recording,
        who: Accounts,
        outside: Clients,
        *,
        files: Filing,
        console: Console,
        pushing: Pushing,
        static: Path,
        sockets: Mapping[str, socket.socket],
    ) -> None:
        self._settings = settings
        self._around = around
        self._recording = recording
        self._who = who
        self._clients = outside
        self._files = files
        self._console = console
        self._pushing = pushing
        self._static = static
        self._bound = sockets
        self._positions = PositionBook(
            recorder=recording.recorder,
            store=recording.store,
            readers=recording.read,
            clock=around.clock,
        )
        recording.deliver.follow(self._positions)
        self._hooks = dispatcher(settings, recording, around)
        self._auditor = auditor(settings, recording, around)
        self._measuring = Measuring(around, recording, self._hooks, self._auditor)
        self._readiness = Readiness(
            checks(settings, recording, self._hooks) | file_checks(files),
            recording.archiver.closed,
        )
        content, write = files.client_content, console.write
        self._copies = copy_desk(settings, recording, who, around, write=write, files=content)
        who.people.on_end(console.exports.end_of)
        limiter = RateLimiter(around.clock)
        self._later = sending_later(settings, recording, around, limiter)
        self._pace = pace_of_messages(limiter, wire_limits(settings).rate)
        self._gateway = self._make_gateway(limiter)

    async def run(self, ending: Ending, ready: Callable[[], None] | None) -> None:
        """Serve until told to stop."""
        listeners = Listeners(
            self._listeners(),
            options=server_options(self._settings, claim(self._settings.limits.connections)),
            readiness=self._readiness,
            goodbye=lambda: self._goodbye(ending),
            log=self._around.log,
            sockets=self._bound,
        )
        ending.stop = listeners.stop
        if ending.error is not None:  # while starting, in another thread
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, listeners.stop)
        async with asyncio.TaskGroup() as group:
            tasks = Background(group, ending)
            background = [
                tasks.create_task(self._gateway.beat()),
                tasks.create_task(self._positions.run()),
                tasks.create_task(self._who.keeper.run()),
                *self._clients.start(tasks),
                tasks.create_task(coverage(self._recording, self._around).run()),
                tasks.create_task(broadcasts(self._recording, self._around).finish()),
                tasks.create_task(self._later.run()),
                tasks.create_task(complaint_clock(self._recording, self._around).run()),
                tasks.create_task(watch_notices(self._who, self._recording)),
                *(tasks.create_task(watch.run()) for watch in self._watches()),
                tasks.create_task(self._console.exports.run()),
                tasks.create_task(self._files.uploads.run()),
                tasks.create_task(self._measuring.run()),
                tasks.create_task(self._copies.run()),
                *self._pushing.start(tasks),
                tasks.create_task(self._hooks.run()),
                tasks.create_task(self._auditor.run(ending.fail)),
            ]
            await listeners.serve(lambda: self._ready(listeners, ready))
            for task in background:
                task.cancel()

    def _ready(self, listeners: Listeners, ready: Callable[[], None] | None) -> None:
        _calm_collector()
        for name in ("chat", "console", "files"):
            self._around.log.info("listening", listener=name, port=listeners.port(name))
        if ready is not None:
            ready()

    def _watches(self) -> list[OffChannelWatch]:
        return policy_watch(self._settings, self._recording, self._around)

    def _make_gateway(self, limiter: RateLimiter) -> Gateway:
        recording, who = self._recording, self._who
        live = Live(
            clock=self._around.clock,
            limits=wire_limits(self._settings),
            limiter=limiter,
            tickets=who.tickets,
            tokens=who.tokens,
            sessions=who.registry,
            fan_out=recording.fan_out,
            frames=recording.frames,
            presence=Presence(
                fan_out=recording.fan_out, store=recording.store, readers=recording.read
            ),
            attendance=self._clients.attending.board,
            positions=self._positions,
            recorder=recording.recorder,
            replay=Replay(
                store=recording.store,
                readers=recording.read,
                cursors=recording.cursors,
                most=wire_limits(self._settings).resume_entries,
            ),
            step_up=self._files.step_up,
            log=self._around.log,
            points=self._around.points,
        )
        policy = self._settings.policy
        banner = {str(language): text for language, text in policy.orders_banner.items()}
        policies = Policies(policy.off_channel, policy.orders, banner, complaints(self._settings))
        calls = {str(language): text for language, text in self._settings.help.calls.items()}
        kept = self._settings.devices
        policies = replace(policies, kept_days=kept.kept_days, lock_minutes=kept.lock_minutes)
        policies = replace(policies, calls=calls)
        origins = self._site(self._settings.chat).origins
        return Gateway(live, origins=origins, policies=policies)

    def _listeners(self) -> list[Listener]:
        settings, around = self._settings, self._around
        places = _places(settings)
        files_site = files_application(
            FileRoutes(self._files.links, self._files.opening).table(),
            site=self._site(settings.files),
            limits=RequestLimits(),
            log=around.log,
            metrics=around.metrics,
        )
        internal = internal_application(
            readiness=self._readiness,
            break_glass=glass_routes(settings, self._who),
            limits=RequestLimits(),
            log=around.log,
            metrics=around.metrics,
        )
        return [
            Listener("chat", self._chat(), places["chat"]),
            Listener("console", self._oversight(), places["console"]),
            Listener("files", files_site, places["files"]),
            Listener("internal", internal, places["internal"], last=True),
        ]

    def _oversight(self) -> ASGIApp:
        doors = self._console.doors
        clock = self._around.clock
        orders = HookOrders(self._hooks, recorder=self._recording.recorder, clock=clock)
        table = [
            *signing_in("console", self._who, doors, self._around.metrics).table(),
            *self._console.table,
            *HookRoutes(orders, clock).table(),
        ]
        return self._page("console", table, doors, self._settings.console)

    def _chat(self) -> ASGIApp:
        recording, who, clock = self._recording, self._who, self._around.clock
        doors = SessionDoors(
            audience="chat",
            sessions=who.sessions,
            tokens=who.tokens,
            demand=self._clients.notices.demand,
        )
        reading = ReadingRoutes(
            store=recording.store,
            readers=recording.read,
            cursors=recording.cursors,
            online=recording.fan_out.online,
            firm=self._who.firm.profile,
        )
        outside, sockets = self._clients, self._sockets()
        inviting = InvitingRoutes(outside.invites, clock)
        sign_in = signing_in("chat", who, doors, self._around.metrics, outside)
        coming_in = ComingInRoutes(
            invitation=outside.invitation,
            coming_back=outside.coming_back,
            firm=self._who.firm.profile,
            pictures=who.pictures,
            code_lifetime_s=self._settings.clients.code_minutes * 60,
            let_in=sign_in.coming.let_in,
        )
        choices = ChoiceRoutes(outside.notices, outside.reminders, RateLimiter(clock))
        copying = CopyRoutes(self._copies, leaving(recording, who), recording.read, doors)
        pictures = PictureRoutes(who.pictures, "chat")
        own_hours = OwnHoursRoutes(who.hours, clock, "chat")
        hours = (own_hours, ColleagueRoutes(who.hours, who.people, clock))
        shown = FirmRoutes(self._who.firm.profile, who.pictures, RateLimiter(clock))
        own = (shown, pictures, StatusRoutes(who.statuses), self._pushing.routes, *hours)
        parts = (sign_in, reading, sockets, inviting, coming_in, choices, copying, *own)
        table = [entry for part in parts for entry in part.table()]
        table += filing_routes(self._files, outside.notices.demand)
        table += talking(recording, who, self._around, self._later)
        seconds = coming_in.code_lifetime_s
        table += assurance_routes(outside.assured, inviting, sign_in, code_lifetime_s=seconds)
        return self._page("chat", table, doors, self._settings.chat)

    def _sockets(self) -> SocketRoutes:
        return SocketRoutes(
            tickets=self._who.tickets,
            notices=self._clients.notices,
            serve=self._gateway.serve,
        )

    def _page(
        self, name: Audience, table: list[Entry], doors: SessionDoors, listener: listeners.Listener
    ) -> ASGIApp:
        """Return a site for browsers: its routes and the client that was built for it."""
        return site_application(
            name,
            [*table, *static_routes(self._static / name)],
            doors=doors,
            site=self._site(listener),
            limits=RequestLimits(),
            log=self._around.log,
            metrics=self._around.metrics,
            proxies=proxy_options(self._settings),
            pace=self._pace,
        )

    def _site(self, listener: listeners.Listener) -> SiteOptions:
        return SiteOptions(listener.origin, files_origin=self._settings.files.origin)

    async def _goodbye(self, ending: Ending) -> None:
        retry_after = round(random.uniform(0.5, 3.0), 3)  # noqa: S311 - jitter, no secret
        detail = "The service is being restarted. Your text is kept."
        code = "restarting" if ending.error is None else "failed"
        self._around.log.info("draining", code=code, count=self._recording.fan_out.count())
        self._gateway.drain(Bye(code, detail, retry_after=retry_after))
        await self._recording.fan_out.emptied(GOODBYE_SECONDS)


def _places(settings: Settings) -> dict[str, TcpOptions | UnixOptions]:
    """Where the listeners are."""
    return {
        "chat": _tcp(settings.chat),
        "console": _tcp(settings.console),
        "files": _tcp(settings.files),
        "internal": UnixOptions(settings.paths.internal),
    }


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
