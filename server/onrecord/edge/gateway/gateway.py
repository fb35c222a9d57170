"""One WebSocket from handshake to close: hello, replay, then frames both ways.

A socket has two tasks: the first reads, the second replays and then writes. Whichever ends first
ends the other.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace
from starlette.websockets import WebSocket, WebSocketDisconnect

from onrecord.delivery.outbound import Outbound
from onrecord.domain.errors import NotSignedIn, Refusal, Unavailable
from onrecord.domain.values import Origin
from onrecord.edge.gateway.buckets import Buckets
from onrecord.edge.gateway.inbound import go, handle
from onrecord.edge.gateway.live import Connection, Live
from onrecord.identity.period import verification_due
from onrecord.identity.ports import SignedIn
from onrecord.wire.codec import encode
from onrecord.wire.complaints import Complaints
from onrecord.wire.frames import SUBPROTOCOL, Bye, Heartbeat, Hello, Welcome
from onrecord.wire.session import (
    OUT_OF_ORDER,
    SESSION_ENDED,
    TOO_MANY_SOCKETS,
    CloseSocket,
    ServerSession,
    Wait,
)
from onrecord_archive.record import format_time

HELLO_SECONDS = 10.0
TRY_AGAIN_LATER = 1013
"""Close code of the IANA registry: the server cannot take the socket at the moment."""
ABNORMAL = 1006
"""RFC 6455 section 7.1.5: the connection was lost without a close frame."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What clients are told of what the firm has decided (settings, Policy, Help, Devices)."""

    off_channel: bool = False
    orders: Literal["off", "banner", "stop"] = "off"
    orders_banner: Mapping[str, str] = field(default_factory=dict)
    complaints: Complaints | None = None
    calls: Mapping[str, str] = field(default_factory=dict)
    kept_days: int = 7
    lock_minutes: float = 0


class Gateway:
    """Serves sockets. Belongs to the event loop."""

    def __init__(
        self,
        live: Live,
        *,
        origins: frozenset[str],
        buckets: Buckets,
        policies: Policies | None = None,
    ) -> None:
        self._live = live
        self._policies = policies or Policies()
        self._origins = origins
        self._buckets = buckets
        self._beats: list[set[Outbound]] = [set() for _ in range(live.limits.heartbeat_s)]
        self._opened = 0
        self._draining: Bye | None = None

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
        self._live.fan_out.close_all(1012, bye)

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
            signed_in = await self._let_in(hello, origin)
        except Refusal as refusal:
            final = isinstance(refusal, NotSignedIn)
            close_code = SESSION_ENDED if final else TRY_AGAIN_LATER
            await self._refuse(websocket, CloseSocket(close_code, refusal.code, refusal.detail))
            return
        person = signed_in.person.id
        if self._live.fan_out.count(person) >= self._live.limits.sockets_per_person:
            detail = "Too many connections of one person. Close another window first."
            too_many = CloseSocket(TOO_MANY_SOCKETS, "too_many_sockets", detail)
            await self._refuse(websocket, too_many)
            return
        connection = self._connection(websocket, signed_in)
        beats = self._beats[self._opened % len(self._beats)]
        self._opened += 1
        beats.add(connection.outbound)
        position = self._live.fan_out.connect(connection.outbound)
        stop = self._live.sessions.watch(
            signed_in.session,
            person,
            lambda code: go(connection.outbound, code),
        )
        try:
            await self._both_ways(websocket, session, connection, hello.cursor, position)
        finally:
            stop()
            beats.discard(connection.outbound)
            self._live.fan_out.disconnect(connection.outbound)
            await self._live.presence.went(person)

    async def _let_in(self, hello: Hello, origin: str | None) -> SignedIn:
        if hello.ticket is not None:
            if origin is None:
                raise NotSignedIn("origin_missing", "A ticket is for a page; scripts use a token.")
            return await self._live.tickets.redeem(hello.ticket, origin)
        signed_in = await self._live.tokens.redeem(hello.token or "")
        if signed_in.proof_due:
            raise verification_due()
        return signed_in

    async def _refuse(self, websocket: WebSocket, refusal: CloseSocket) -> None:
        """Let a socket not in: say why, close it, and note it."""
        close_code, code = refusal.close_code, refusal.code
        self._live.log.info(
            "socket_refused", close_code=close_code, code=code, address=_address(websocket)
        )
        bye = Bye(code, refusal.detail, final=close_code == SESSION_ENDED)
        await websocket.send_text(encode(bye))
        await websocket.close(close_code)

    def _connection(self, websocket: WebSocket, signed_in: SignedIn) -> Connection:
        limits, now = self._live.limits, self._live.clock.monotonic()
        person = signed_in.person.id
        if signed_in.rate is not None:
            per_minute, burst = signed_in.rate
            limits = replace(limits, messages_per_minute=per_minute, burst=burst)
        rate = (limits.messages_per_minute, limits.burst)
        bucket = self._buckets.of(person, rate, now)
        address = _address(websocket)
        outbound = Outbound(person, signed_in.session, limits, self._live.frames)
        origin = Origin(signed_in.auth, signed_in.device, (address,) if address else ())
        policies = self._policies
        outbound.say(
            Welcome(
                person=person,
                device=signed_in.device or "",
                server_time=format_time(self._live.clock.now()),
                heartbeat_s=limits.heartbeat_s,
                limits=limits.announced(),
                recording="unavailable" if self._live.recorder.unavailable() else "on",
                off_channel=policies.off_channel,
                orders=policies.orders,
                orders_banner=dict(policies.orders_banner) or None,
                complaints=policies.complaints,
                calls=dict(policies.calls) or None,
                kept_days=policies.kept_days,
                lock_minutes=policies.lock_minutes,
            )
        )
        return Connection(signed_in, outbound, origin, bucket)

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
                starting = tasks.create_task(self._start(connection, cursor, position))
                try:
                    await self._read(websocket, session, connection)
                except WebSocketDisconnect:
                    pass
                finally:
                    writing.cancel()
                    starting.cancel()
        except* WebSocketDisconnect:
            pass

    async def _start(self, connection: Connection, cursor: str | None, position: int) -> None:
        """Replay, then tell who is there. Who cannot be replayed to comes back later."""
        try:
            await self._live.replay.run(connection.outbound, cursor, position)
        except Unavailable as busy:
            bye = Bye(busy.code, busy.detail, busy.retry_after)
            connection.outbound.close(TRY_AGAIN_LATER, bye)
            return
        for there in await self._live.presence.came(connection.person):
            connection.outbound.push_ephemeral(there)
        for item in await self._live.attendance.came(connection.person):
            connection.outbound.push_ephemeral(item)

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


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else ""
