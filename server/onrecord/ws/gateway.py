"""One WebSocket from handshake to close: hello, replay, then frames both ways.

A socket has two tasks: the first reads, the second replays and then writes. Whichever ends first
ends the other.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec.structs import replace
from starlette.websockets import WebSocket, WebSocketDisconnect

from onrecord.core.delivery.outbound import Closing, Outbound
from onrecord.core.domain.errors import NotSignedIn, Refusal
from onrecord.core.domain.values import Origin
from onrecord.features.sign_in.values import SignedIn
from onrecord.http.accepting import Connection as Line
from onrecord.http.accepting import connection_of
from onrecord.protocol.codec import encode
from onrecord.protocol.frames import SUBPROTOCOL, Bye, Heartbeat, Hello, Welcome
from onrecord.protocol.limits import sends
from onrecord.protocol.session import (
    OUT_OF_ORDER,
    SESSION_ENDED,
    SLOW_CONSUMER,
    TOO_MANY_SOCKETS,
    CloseSocket,
    ServerSession,
    Wait,
)
from onrecord.ws.inbound import go, handle
from onrecord.ws.live import TRY_AGAIN_LATER, Connection, Live
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

HELLO_SECONDS = 10.0
CLOSING_SECONDS = 3.0
"""How long a socket that is told to go may take to read what waits for it, and the bye."""
ABNORMAL = 1006
"""RFC 6455 section 7.1.5: the connection was lost without a close frame."""


class Gateway:
    """Serves sockets. Belongs to the event loop.

    *welcome* makes the greeting, with what every client is told already in it.
    """

    def __init__(
        self,
        live: Live,
        *,
        origins: frozenset[str],
        welcome: Callable[..., Welcome] = Welcome,
    ) -> None:
        self._live = live
        self._welcome = welcome
        self._origins = origins
        self._beats: list[set[Outbound]] = [set() for _ in range(live.limits.heartbeat_s)]
        self._opened = 0
        self._draining: Bye | None = None
        self._counts: Counter[PersonId] = Counter()

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes. Cancelling closes it without a bye."""
        origin = websocket.headers.get("origin")
        if origin is not None and origin not in self._origins:
            await websocket.close(1008)
            return
        if SUBPROTOCOL not in websocket.scope["subprotocols"] or self._draining is not None:
            await websocket.close(1008 if self._draining is None else 1013)
            return
        await websocket.accept(subprotocol=SUBPROTOCOL)
        session = ServerSession(self._live.limits, self._live.clock.monotonic())
        with suppress(WebSocketDisconnect):
            hello = await self._hello(websocket, session)
            if hello is not None:
                await self._open(websocket, session, hello, origin)
        session.close()

    async def beat(self) -> None:
        """Send every socket its heartbeat, spread over the interval, until cancelled."""
        second = 0
        while True:
            await asyncio.sleep(1.0)
            second = (second + 1) % len(self._beats)
            at = format_time(self._live.clock.now())
            for outbound in self._beats[second]:
                outbound.say(Heartbeat(at))

    def drain(self, bye: Bye) -> None:
        """Let no socket in any more; close those that are open, each with its own delay."""
        self._draining = bye
        self._live.outgoing.fan_out.close_all(1012, bye)

    async def _hello(self, websocket: WebSocket, session: ServerSession) -> Hello | None:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                message = await _next(websocket)
        except TimeoutError:
            expected = CloseSocket(OUT_OF_ORDER, "hello_expected", "No hello came in time.")
            await self._refuse(websocket, expected)
            return None
        meaning = session.receive(message, self._live.clock.monotonic())
        if isinstance(meaning, Hello):
            return meaning
        if isinstance(meaning, CloseSocket):
            await self._refuse(websocket, meaning)
        return None

    async def _open(
        self, websocket: WebSocket, session: ServerSession, hello: Hello, origin: str | None
    ) -> None:
        try:
            signed_in = await self._live.doors.let_in(hello, origin)
        except Refusal as refusal:
            final = isinstance(refusal, NotSignedIn)
            close_code = SESSION_ENDED if final else TRY_AGAIN_LATER
            await self._refuse(websocket, CloseSocket(close_code, refusal.code, refusal.detail))
            return
        person = signed_in.person.id
        line = connection_of(websocket.scope)
        if line is not None:
            line.known(person)
        if self._counts[person] >= self._live.limits.sockets_per_person:
            detail = "Too many connections of one person. Close another window first."
            too_many = CloseSocket(TOO_MANY_SOCKETS, "too_many_sockets", detail)
            await self._refuse(websocket, too_many)
            return
        connection = self._connection(websocket, signed_in)
        connection.outbound.on_closing = partial(self._closing, person, line)
        beats = self._beats[self._opened % len(self._beats)]
        self._opened += 1
        beats.add(connection.outbound)
        position = self._live.outgoing.fan_out.connect(connection.outbound)
        stop = self._live.doors.sessions.watch(
            signed_in.session,
            person,
            lambda code: go(connection.outbound, code),
        )
        self._counts[person] += 1
        try:
            await self._both_ways(websocket, session, connection, hello.cursor, position)
        finally:
            stop()
            beats.discard(connection.outbound)
            self._live.outgoing.fan_out.disconnect(connection.outbound)
            if line is None:
                self._gone(person)
            else:
                line.when_gone(partial(self._gone, person))
            await self._live.outgoing.presence.went(person)

    def _closing(self, person: PersonId, line: Line | None, closing: Closing) -> None:
        """Give a socket a moment to say goodbye: who does not read holds what was not sent."""
        if closing.close_code == SLOW_CONSUMER:
            self._live.log.info("slow_consumer", person=person)
        _cut_soon(line)

    def _gone(self, person: PersonId) -> None:
        """Count a socket no more: nothing is left of its connection."""
        self._counts[person] -= 1
        if not self._counts[person]:
            del self._counts[person]

    async def _refuse(self, websocket: WebSocket, refusal: CloseSocket) -> None:
        """Let a socket not in: say why, close it, and note it."""
        close_code, code = refusal.close_code, refusal.code
        self._live.log.info(
            "socket_refused", close_code=close_code, code=code, address=_address(websocket)
        )
        _cut_soon(connection_of(websocket.scope))
        bye = Bye(code, refusal.detail, final=close_code == SESSION_ENDED)
        await websocket.send_text(encode(bye))
        await websocket.close(close_code)

    def _connection(self, websocket: WebSocket, signed_in: SignedIn) -> Connection:
        limits = self._live.limits
        person = signed_in.person.id
        if signed_in.rate is not None:
            per_minute, burst = signed_in.rate
            limits = replace(limits, messages_per_minute=per_minute, burst=burst)
        address = _address(websocket)
        outbound = Outbound(person, signed_in.session, limits, self._live.outgoing.frames)
        origin = Origin.at(address, signed_in.auth, signed_in.device)
        outbound.say(
            self._welcome(
                person=person,
                device=signed_in.device or "",
                server_time=format_time(self._live.clock.now()),
                heartbeat_s=limits.heartbeat_s,
                limits=limits.announced(),
                recording=self._live.sending.recorder.state(),
            )
        )
        return Connection(signed_in, outbound, origin, sends(person, limits.rate, signed_in.most))

    async def _both_ways(
        self,
        websocket: WebSocket,
        session: ServerSession,
        connection: Connection,
        cursor: str | None,
        position: int,
    ) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._write(websocket, connection.outbound))
                starting = tasks.create_task(
                    self._live.outgoing.start(connection, cursor, position)
                )
                try:
                    await self._read(websocket, session, connection)
                except WebSocketDisconnect:
                    pass
                finally:
                    writing.cancel()
                    starting.cancel()
        except* WebSocketDisconnect:
            pass

    async def _read(
        self, websocket: WebSocket, session: ServerSession, connection: Connection
    ) -> None:
        clock = self._live.clock
        while connection.outbound.closing is None:
            received = session.receive(await _next(websocket), clock.monotonic())
            if isinstance(received, Wait):
                await asyncio.sleep(received.seconds)
                received = received.then
            await handle(self._live, connection, received)
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass

    async def _write(self, websocket: WebSocket, outbound: Outbound) -> None:
        """Send until the bye is said. Raises WebSocketDisconnect when nobody is there any more."""
        while not outbound.said_bye:
            for text in await outbound.take():
                await _send(websocket, text)
            outbound.sent()
            # This socket has its part of a tick; those that come after it have nothing yet.
            self._live.points.reach("half_delivered")
        with suppress(WebSocketDisconnect):
            await websocket.close(outbound.close_code)


async def _next(websocket: WebSocket) -> str | bytes:
    """Return the next message. Raises WebSocketDisconnect. Cancelling is safe."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", ABNORMAL))
    text: str | None = message.get("text")
    binary: bytes = message.get("bytes") or b""
    return binary if text is None else text


async def _send(websocket: WebSocket, text: str) -> None:
    try:
        await websocket.send_text(text)
    except RuntimeError as error:
        # Nobody answered uvicorn's pings: it has closed by itself, and waits for a goodbye.
        raise WebSocketDisconnect(ABNORMAL) from error


def _cut_soon(line: Line | None) -> None:
    """Let a peer that is told to go hold its connection for a moment and no longer."""
    if line is not None:
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, line.cut)


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else ""
