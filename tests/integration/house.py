"""The listeners as in service: uvicorn, TLS, a real database; in a thread with its own loop."""

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import uvloop
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from onrecord.app.compliance import READING, WRITING
from onrecord.app.house import SERVER
from onrecord.app.root import Root
from onrecord.app.sign_in import CHAT_DOORS
from onrecord.app.uploads import WORK
from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.ports import Recorder
from onrecord.core.threads import Threads
from onrecord.http.application import site_application
from onrecord.http.client_files import static_routes
from onrecord.http.files_application import files_application
from onrecord.http.internal.application import Readiness, internal_application
from onrecord.http.internal.break_glass import GlassRoutes
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
from onrecord.ws.gateway import Gateway
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.checkpoint import Policy
from tests.integration.front_desk import open_desk
from tests.integration.office import PASSWORD, Office
from tests.integration.rooted import root_with
from tests.rig.described import Described
from tests.rig.listening import Listening
from tests.rig.patience import SECONDS as PATIENCE

T = TypeVar("T")

CHAT = SiteOptions("https://chat.localhost:8443", files_origin="https://files.localhost:8445")
CONSOLE = SiteOptions("https://console.localhost:8444")
FILES = SiteOptions("https://files.localhost:8445")
LIMITS = RequestLimits(body_bytes=4096, deadline_s=PATIENCE)
SAME_SITE = {"origin": CHAT.origin, "sec-fetch-site": "same-origin"}


@dataclass
class House:
    """What a test may look at and turn."""

    office: Office
    readers: Threads
    tls: TlsOptions
    ca: Path
    folder: Path
    extra: list[Entry] = field(default_factory=list)
    readiness: Readiness = field(default_factory=lambda: Readiness({}, lambda: None))
    server_options: ServerOptions = field(default_factory=lambda: ServerOptions(drain_s=2))
    limits: RequestLimits = LIMITS
    farewells: list[str] = field(default_factory=list)
    described: Described = field(default_factory=lambda: Described("chat"))
    described_inside: Described = field(default_factory=lambda: Described("internal"))

    def __post_init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.gateway = SmallGateway(self.office)
        instead = {
            Gateway: self.gateway,
            Policy: Policy("log.example", ()),
            READING: self.readers,
            WORK: self.readers,
            WRITING: self.readers,
        }
        self.desk = open_desk(
            self.office, self.folder / "letters", installs=SERVER, instead=instead
        )
        self.root, self.log = self.desk.root, self.desk.log
        self.metrics = self.root.around.metrics
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

    def connect(self, person: PersonId) -> Listening:
        """Have somebody be connected, beside the small gateway."""

        async def connected() -> Listening:
            socket = Listening(person)
            self.root.recording.publishing.fan_out.connect(socket)
            return socket

        return self.run(connected())

    def reopened(self, recorder: Recorder) -> Root:
        """Return the root as after a start, with another way onto the record."""
        around, recording = self.root.around, replace(self.root.recording, recorder=recorder)
        return root_with(self.root.settings, around, recording, SERVER, {})

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
        self.root.join()
        self._listeners = Listeners(
            [
                Listener("chat", self.chat(), TcpOptions("127.0.0.1", 0, self.tls)),
                Listener("files", self.files(), TcpOptions("127.0.0.1", 0, self.tls)),
                Listener("internal", self._internal(), UnixOptions(self.socket_file), last=True),
            ],
            options=self.server_options,
            readiness=self.readiness,
            goodbye=self._goodbye,
            log=make_log(self.log, level="info"),
        )
        self.ports = {name: self._listeners.port(name) for name in ("chat", "files")}
        async with asyncio.TaskGroup() as tasks:
            letters = tasks.create_task(self.desk.coming_back.run())
            await self._listeners.serve(opened.set)
            letters.cancel()

    async def _goodbye(self) -> None:
        self.farewells.append("draining" if self.readiness.draining else "too early")
        for websocket in self.gateway.sockets:
            await websocket.send_text('{"t":"bye"}')

    def chat(self) -> ASGIApp:
        """The chat's application, with the extra routes of the test."""
        pages = static_routes(self.folder / "chat")
        return site_application(
            "chat",
            [*self.root.table("chat"), *pages, *self.extra],
            doors=self.root[CHAT_DOORS],
            site=CHAT,
            limits=self.limits,
            log=make_log(self.log, level="info"),
            metrics=self.metrics,
            proxies=self.server_options.proxies,
        )

    def files(self) -> ASGIApp:
        """The files' application, without a route."""
        log = make_log(self.log, level="info")
        return files_application([], site=FILES, limits=self.limits, log=log, metrics=self.metrics)

    def _internal(self) -> ASGIApp:
        return internal_application(
            readiness=self.readiness,
            break_glass=self.root[GlassRoutes],
            limits=self.limits,
            log=make_log(self.log, level="info"),
            metrics=self.metrics,
        )


class SmallGateway:
    """Takes a ticket, says whose it is, then waits for the end."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.sockets: set[WebSocket] = set()

    async def serve(self, websocket: WebSocket) -> None:
        await websocket.accept()
        ended = asyncio.Event()
        try:
            origin = websocket.headers.get("origin", "")
            signed_in = await self._office.tickets.redeem(await websocket.receive_text(), origin)
        except NotSignedIn as refusal:
            await websocket.close(4401, refusal.code)
            return
        person = signed_in.person
        stop = self._office.registry.watch(signed_in.session, person.id, lambda _: ended.set())
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
