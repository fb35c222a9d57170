"""The listeners as in service: uvicorn, TLS, a real database; in a thread with its own loop."""

import asyncio
import io
import json
import ssl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import uvloop
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from onrecord.app.events import TABLES
from onrecord.core.delivery.cursor import Cursors
from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.ports import Recorder
from onrecord.core.rate_limiter import RateLimiter
from onrecord.core.threads import Threads
from onrecord.features.broadcasts.record_store import BroadcastStore
from onrecord.features.broadcasts.routes import BroadcastRoutes
from onrecord.features.broadcasts.service import Broadcasts
from onrecord.features.chat.routes import ReadingRoutes
from onrecord.features.chat.starting_routes import StartingRoutes
from onrecord.features.clients.assurance_routes import AssuringRoutes
from onrecord.features.clients.coming_in_routes import ChoiceRoutes, ComingInRoutes
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.passkey_routes import PasskeyRoutes
from onrecord.features.clients.reset_routes import ResetRoutes
from onrecord.features.groups.routes import GroupRoutes
from onrecord.features.own_copy.desk import CopyDesk, copy_jobs
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.routes import CopyRoutes
from onrecord.features.own_copy.store import CopyStore
from onrecord.features.people.bodies import Place
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.firm_routes import FirmRoutes
from onrecord.features.people.picture_routes import PictureRoutes
from onrecord.features.proof_packages.service import JobOptions
from onrecord.features.reports.routes import ReportingRoutes
from onrecord.features.reports.service import Reports
from onrecord.features.scheduled.due import DueMessages
from onrecord.features.scheduled.routes import SchedulingRoutes
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.scheduled.service import Scheduled
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.features.sign_in.lock_routes import LockRoutes
from onrecord.features.sign_in.routes import MeRoutes, OwnSessionRoutes, SigningIn, SignInRoutes
from onrecord.features.sign_in.socket_routes import SocketRoutes
from onrecord.features.sign_in.token_routes import OwnTokenRoutes
from onrecord.http.application import site_application
from onrecord.http.client_files import static_routes
from onrecord.http.cookies import SessionDoors
from onrecord.http.files_application import files_application
from onrecord.http.internal.application import Readiness, internal_application
from onrecord.http.internal.break_glass import GlassRoutes
from onrecord.http.letting_in import LettingIn
from onrecord.http.listeners import Listener, Listeners
from onrecord.http.options import (
    RequestLimits,
    ServerOptions,
    SiteOptions,
    TcpOptions,
    TlsOptions,
    UnixOptions,
)
from onrecord.http.routes import Entry
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.checkpoint import Policy
from tests.integration.front_desk import BANK, CODE_OPTIONS, Assured, Desk, open_desk
from tests.integration.office import PASSWORD, Office
from tests.rig.described import Described
from tests.rig.patience import SECONDS as PATIENCE
from tools.openapi import Part

T = TypeVar("T")

CHAT = SiteOptions("https://chat.localhost:8443", files_origin="https://files.localhost:8445")
CONSOLE = SiteOptions("https://console.localhost:8444")
FILES = SiteOptions("https://files.localhost:8445")
ORIGINS: dict[Place, str] = {"chat": CHAT.origin, "console": CONSOLE.origin}
LIMITS = RequestLimits(body_bytes=4096, deadline_s=PATIENCE)
SAME_SITE = {"origin": CHAT.origin, "sec-fetch-site": "same-origin"}


SEALED = SealedWords(bytes(32))


@dataclass
class House:
    """What a test may look at and turn."""

    office: Office
    readers: Threads
    tls: TlsOptions
    ca: Path
    folder: Path
    extra: list[Entry] = field(default_factory=list)
    online: set[PersonId] = field(default_factory=set)
    log: io.StringIO = field(default_factory=io.StringIO)
    metrics: Metrics = field(default_factory=Metrics)
    readiness: Readiness = field(default_factory=lambda: Readiness({}, lambda: None))
    server_options: ServerOptions = field(default_factory=lambda: ServerOptions(drain_s=2))
    limits: RequestLimits = LIMITS
    farewells: list[str] = field(default_factory=list)
    sockets: set[WebSocket] = field(default_factory=set)
    whispered: list[PersonId] = field(default_factory=list)
    described: Described = field(default_factory=lambda: Described("chat"))
    described_inside: Described = field(default_factory=lambda: Described("internal"))
    firm: FirmProfile = BANK

    def __post_init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.limiter = RateLimiter(self.office.clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: Listeners | None = None
        self.failure: BaseException | None = None
        self._clients: list[httpx2.Client] = []

    @property
    def socket_file(self) -> Path:
        """The internal listener."""
        return self.folder / "internal.sock"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the server's loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def lines(self) -> list[dict[str, object]]:
        """What was logged."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Serve while the block runs; stop gracefully after it."""
        opened = threading.Event()
        thread = threading.Thread(target=self._serve, args=(opened,))
        thread.start()
        opened.wait(PATIENCE)
        try:
            if self.failure is not None:
                raise self.failure
            yield
        finally:
            for client in self._clients:
                client.close()
            self.close()
            thread.join(PATIENCE)
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Begin to drain."""
        if self._loop is not None and self._listeners is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._listeners.stop)

    def client(self, listener: str = "chat", site: SiteOptions = CHAT) -> httpx2.Client:
        """A browser at one listener: it sends the right Host and, unless told otherwise, Origin."""
        context = ssl.create_default_context(cafile=str(self.ca))
        client = httpx2.Client(
            timeout=PATIENCE,
            base_url=f"https://127.0.0.1:{self.ports[listener]}",
            verify=context,
            headers={**SAME_SITE, "host": site.host},
            trust_env=False,
            event_hooks={"response": [self.described.check]} if listener == "chat" else None,
        )
        self._clients.append(client)
        return client

    def internal(self) -> httpx2.Client:
        """Somebody at the internal listener."""
        transport = httpx2.HTTPTransport(uds=str(self.socket_file))
        client = httpx2.Client(
            timeout=PATIENCE,
            transport=transport,
            base_url="http://internal",
            event_hooks={"response": [self.described_inside.check]},
        )
        self._clients.append(client)
        return client

    def signed_in(self, username: str = "ada") -> httpx2.Client:
        """A browser that has signed in."""
        client = self.client()
        body = {"username": username, "password": PASSWORD, "device": "Test"}
        response = client.post("/api/v1/sign-in", json=body)
        assert response.status_code == 200, response.text
        return client

    def _serve(self, opened: threading.Event) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._main(opened))
        except BaseException as error:  # noqa: BLE001  # the test's thread raises it
            self.failure = error
        finally:
            opened.set()

    async def _main(self, opened: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners = Listeners(
            [
                Listener("chat", self.chat(), TcpOptions("127.0.0.1", 0, self.tls)),
                Listener("files", self._files(), TcpOptions("127.0.0.1", 0, self.tls)),
                Listener("internal", self._internal(), UnixOptions(self.socket_file), last=True),
            ],
            options=self.server_options,
            readiness=self.readiness,
            goodbye=self._goodbye,
            log=make_log(self.log, level="info"),
        )
        self.ports = {name: self._listeners.port(name) for name in ("chat", "files")}
        async with asyncio.TaskGroup() as tasks:
            letters = tasks.create_task(self._letters.run())
            await self._listeners.serve(opened.set)
            letters.cancel()

    async def _goodbye(self) -> None:
        self.farewells.append("draining" if self.readiness.draining else "too early")
        for websocket in self.sockets:
            await websocket.send_text('{"t":"bye"}')

    def _doors(self, desk: Desk) -> SessionDoors:
        """Find who asks at the chat, and whether a notice is due."""
        sessions, tokens = self.office.sessions, self.office.tokens
        demand = desk.notices.demand
        return SessionDoors(audience="chat", sessions=sessions, tokens=tokens, demand=demand)

    def _signing_in(self, desk: Desk, doors: SessionDoors) -> SigningIn:
        office, assurance = self.office, desk.assured.assurance
        password, signs, out = office.own_password, office.sign_in, office.sign_out
        told, codes = office.account_notices, office.approvals.codes
        me = MeRoutes("chat", lambda: BANK, password, told, codes, desk.notices)
        let_in = LettingIn("chat", doors, office.sessions, out, me.who)
        coming = SignInRoutes(let_in, signs, office.links, self.metrics, desk.coming_back)
        own = OwnSessionRoutes("chat", doors, office.sessions, signs, out, password, assurance)
        return SigningIn(me, coming, own)

    def chat(self) -> ASGIApp:
        """The chat's application, with the extra routes of the test."""
        office, desk = self.office, open_desk(self.office, self.folder / "letters")
        self._letters, doors = desk.coming_back, self._doors(desk)
        sign_in = self._signing_in(desk, doors)
        coming_in = ComingInRoutes(
            invitation=desk.invitation,
            coming_back=desk.coming_back,
            firm=lambda: BANK,
            pictures=office.pictures,
            code_lifetime_s=int(CODE_OPTIONS.lifetime.total_seconds()),
            let_in=sign_in.coming.let_in,
        )
        choices = ChoiceRoutes(desk.notices, desk.reminders, self.limiter)
        sockets = SocketRoutes(office.tickets, desk.notices, self._socket)
        inviting = InvitingRoutes(desk.invites, office.clock)
        parts: tuple[Part, ...] = (sign_in, self._reading(), *self._talking(), sockets)
        parts += (coming_in, choices, CopyRoutes(self._copies(), desk.leaving, self.readers, doors))
        parts += (FirmRoutes(lambda: self.firm, office.pictures, RateLimiter(office.clock)),)
        table = [entry for part in parts for entry in part.table()]
        code_s = coming_in.code_lifetime_s
        table += self._assuring(desk.assured, inviting, sign_in, code_s)
        return site_application(
            "chat",
            [*table, *self._more(desk)],
            doors=doors,
            site=CHAT,
            limits=self.limits,
            log=make_log(self.log, level="info"),
            metrics=self.metrics,
            proxies=self.server_options.proxies,
        )

    def _assuring(
        self, assured: Assured, inviting: InvitingRoutes, sign_in: SigningIn, code_s: int
    ) -> list[Entry]:
        let_in = sign_in.coming.let_in
        parts: tuple[Part, ...] = (
            AssuringRoutes(
                assurance=assured.assurance,
                proving=assured.proving,
                doors=let_in.doors,
                code_lifetime_s=code_s,
            ),
            ResetRoutes(assured.resets, inviting, sign_in.me.firm),
            PasskeyRoutes(assured.passkeys, let_in, sign_in.coming.sign_in),
            LockRoutes(
                app_lock=assured.app_lock,
                passkeys=assured.passkeys,
                doors=let_in.doors,
                who=sign_in.me.who,
            ),
        )
        return [entry for part in parts for entry in part.table()]

    def scheduled(self) -> Scheduled:
        """What waits to be sent."""
        return Scheduled(
            store=self.office.world.reads,
            planned=ScheduledStore(
                self.office.world.database, SealedWords(bytes(32)), TABLES.slots
            ),
            read=self.readers,
            write=self.readers,
            clock=self.office.clock,
            limits=WireLimits(),
            changed=self.whispered.append,
        )

    def due(self, recorder: Recorder | None = None) -> DueMessages:
        """What says it, when the test wants."""
        return DueMessages(
            recorder=recorder or self.office.records,
            planned=ScheduledStore(
                self.office.world.database, SealedWords(bytes(32)), TABLES.slots
            ),
            read=self.readers,
            write=self.readers,
            limiter=self.limiter,
            rate=WireLimits().rate,
            changed=self.whispered.append,
        )

    async def _served(self, client: PersonId) -> None:
        """Nobody is connected here: recording/test_directory_told.py has who is told."""

    def _talking(self) -> tuple[Part, ...]:
        office, read = self.office, self.readers
        records, reads, clock = office.records, office.world.reads, office.clock
        recorded = BroadcastStore(office.world.database)
        many = Broadcasts(recorder=records, store=reads, recorded=recorded, read=read, clock=clock)
        return (
            StartingRoutes(records, reads, read, self.limiter, self._served),
            GroupRoutes(records, reads, read, office.pictures, clock),
            BroadcastRoutes(many, self.limiter),
            ReportingRoutes(Reports(recorder=records, store=reads, read=read), self.limiter),
            SchedulingRoutes(self.scheduled(), self.due(), self.limiter, WireLimits().rate),
            OwnTokenRoutes(office.tokens, "chat"),
        )

    def _copies(self) -> CopyDesk:
        """A desk whose copies are asked for by nobody here: integration/own_copy does."""
        store = CopyStore(self.office.world.database)
        jobs = copy_jobs(
            CopyMaker(store, self.folder, Policy("log.example", ())),
            self.office.entries,
            read=self.readers,
            write=self.readers,
            clock=self.office.clock,
            log=make_log(self.log, level="info"),
            options=JobOptions(self.folder / "copies"),
        )
        return CopyDesk(store=store, jobs=jobs, read=self.readers, clock=self.office.clock)

    def _reading(self) -> ReadingRoutes:
        return ReadingRoutes(
            store=self.office.world.reads,
            readers=self.readers,
            cursors=Cursors(bytes(32)),
            online=lambda: self.online,
            firm=lambda: BANK,
        )

    def _more(self, desk: Desk) -> list[Entry]:
        inviting = InvitingRoutes(desk.invites, self.office.clock)
        pictures = PictureRoutes(self.office.pictures, "chat")
        pages = static_routes(self.folder / "chat")
        return [*inviting.table(), *pictures.table(), *pages, *self.extra]

    def _files(self) -> ASGIApp:
        log = make_log(self.log, level="info")
        return files_application([], site=FILES, limits=self.limits, log=log, metrics=self.metrics)

    def _internal(self) -> ASGIApp:
        return internal_application(
            readiness=self.readiness,
            break_glass=GlassRoutes(self.office.break_glass, self.office.people, ORIGINS),
            limits=self.limits,
            log=make_log(self.log, level="info"),
            metrics=self.metrics,
        )

    async def _socket(self, websocket: WebSocket) -> None:
        """A small gateway: takes a ticket, says whose it is, then waits for the end."""
        await websocket.accept()
        ended = asyncio.Event()
        try:
            origin = websocket.headers.get("origin", "")
            signed_in = await self.office.tickets.redeem(await websocket.receive_text(), origin)
        except NotSignedIn as refusal:
            await websocket.close(4401, refusal.code)
            return
        person = signed_in.person
        stop = self.office.registry.watch(signed_in.session, person.id, lambda _: ended.set())
        await websocket.send_text(person.name)
        self.sockets.add(websocket)
        try:
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(websocket.receive())
                waiting = tasks.create_task(ended.wait())
                await asyncio.wait((reading, waiting), return_when=asyncio.FIRST_COMPLETED)
                reading.cancel()
                waiting.cancel()
        finally:
            stop()
            self.sockets.discard(websocket)
        if ended.is_set():
            await websocket.close(4401)
