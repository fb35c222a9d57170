"""What connections of ours do with what comes, over a transport that keeps what is written."""

import asyncio
import base64
import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from onrecord.http.accepting import Connection
from onrecord.http.protocols import PARTS_A_TURN, UNHEARD_BYTES, HttpConnection, SocketConnection
from onrecord.observability.logs import make_log

BURST = 16
"""Messages that a client has in flight: `make bench`'s closed loop."""


class Wire(asyncio.Transport):
    """A transport: what was written, and whether reading is paused."""

    def __init__(self) -> None:
        super().__init__({"sslcontext": None})
        self.written = bytearray()
        self.paused = False
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self.protocol

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came so far")


UPGRADE = (
    b"GET /api/v1/ws HTTP/1.1\r\nHost: chat\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + base64.b64encode(bytes(16)) + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def a_socket(app: Any = None) -> tuple[SocketConnection, Wire]:
    """A socket on which nothing came yet."""
    config = Config(app, ws="websockets-sansio", log_config=None, lifespan="off")
    config.load()
    with_nobody = Connection(None, ("192.0.2.1", 5), 0.0)  # type: ignore[arg-type]
    socket = SocketConnection(
        with_nobody,
        log=make_log(io.StringIO(), level="error"),
        per_second=200,
        config=config,
        server_state=ServerState(),
        app_state={},
    )
    return socket, Wire()


async def opened(taken: list[str], *, reads: asyncio.Event) -> tuple[SocketConnection, Wire]:
    """A socket whose application has accepted, and takes messages once it *reads*."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await reads.wait()
        while (message := await receive())["type"] == "websocket.receive":
            taken.append(message["text"])

    socket, wire = a_socket(app)
    socket.connection_made(wire)
    socket.data_received(UPGRADE)
    await until(lambda: b"101" in wire.written)
    wire.written.clear()
    return socket, wire


def frame(opcode: Opcode, data: bytes) -> bytes:
    return Frame(opcode, data).serialize(mask=True)


async def ended(socket: SocketConnection) -> None:
    """Let the application go."""
    socket.connection_lost(None)
    await until(lambda: not socket.tasks)


def test_who_does_not_read_is_owed_the_last_answer_alone() -> None:
    async def story() -> tuple[bytes, bytes]:
        reads = asyncio.Event()
        socket, wire = await opened([], reads=reads)
        socket.pause_writing()
        for number in range(200):
            socket.data_received(frame(Opcode.PING, b"%d" % number))
        meanwhile = bytes(wire.written)
        socket.resume_writing()
        later = bytes(wire.written)
        reads.set()
        await ended(socket)
        return meanwhile, later

    meanwhile, later = asyncio.run(story())
    assert meanwhile == b""
    assert later == Frame(Opcode.PONG, b"199").serialize(mask=False)


def test_messages_that_nobody_takes_yet_are_not_read_on() -> None:
    """A few are handed over, the rest lies as it came, and no more is read meanwhile."""

    async def story() -> tuple[int, bool, list[str]]:
        taken: list[str] = []
        reads = asyncio.Event()
        socket, wire = await opened(taken, reads=reads)
        for number in range(500):
            socket.data_received(frame(Opcode.TEXT, b"%d" % number))
        waiting, paused = socket.queue.qsize(), wire.paused
        reads.set()
        await until(lambda: len(taken) == 500)
        await ended(socket)
        return waiting, paused, taken

    waiting, paused, taken = asyncio.run(story())
    assert waiting <= PARTS_A_TURN
    assert paused
    assert taken == [str(number) for number in range(500)]


REQUEST = b"POST /api/v1/sign-in HTTP/1.1\r\nHost: chat\r\nContent-Length: 40\r\n\r\n" + b"x" * 40
A_READ = 200
"""Requests; as many bytes as one read may give."""
READS = 6


def test_a_burst_of_messages_waits_for_the_application_at_once() -> None:
    """Torn apart, it would come in several batches, and to each reader in several frames."""

    async def story() -> int:
        reads = asyncio.Event()
        socket, _ = await opened([], reads=reads)
        socket.data_received(frame(Opcode.TEXT, b"m" * 300) * BURST)
        waiting = socket.queue.qsize()
        reads.set()
        await ended(socket)
        return waiting

    assert asyncio.run(story()) == BURST


@pytest.mark.parametrize("large", [100, 5_000])
def test_reading_pauses_where_much_is_unheard_and_goes_on_once_nothing_is(large: int) -> None:
    """Each message by itself pauses nothing: that would cost two system calls for each."""

    async def story() -> tuple[list[bool], bool]:
        taken: list[str] = []
        reads = asyncio.Event()
        socket, wire = await opened(taken, reads=reads)
        paused = []
        for _ in range(10):
            if not wire.paused:
                socket.data_received(frame(Opcode.TEXT, b"m" * large))
            paused.append(wire.paused)
        reads.set()
        await until(lambda: socket.queue.empty() and not wire.paused)
        socket.data_received(frame(Opcode.TEXT, b"last"))
        await until(lambda: taken[-1:] == ["last"])
        await ended(socket)
        return paused, wire.paused

    most = UNHEARD_BYTES // large
    expected = [number > most for number in range(10)]  # of the first its end alone counts
    assert asyncio.run(story()) == (expected, False)


async def take_and_answer(scope: Any, receive: Any, send: Any) -> None:
    while (await receive())["more_body"]:
        pass
    await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def held_of_pipelined(cuts: random.Random) -> int:
    """Send requests as fast as they are read, and wait until all are answered.

    Return how many bytes the connection held at the most.
    """
    config = Config(take_and_answer, log_config=None, lifespan="off")
    config.load()
    with_nobody = Connection(None, ("192.0.2.1", 5), 0.0)  # type: ignore[arg-type]
    log = make_log(io.StringIO(), level="error")
    http = HttpConnection(config, ServerState(), with_nobody, upgrade=SocketConnection, log=log)
    wire, held = Wire(), 0
    wire.set_protocol(http)
    http.connection_made(wire)
    coming = memoryview(REQUEST * A_READ * READS)
    while coming:
        await until(lambda: not wire.paused)
        size = cuts.randint(1, A_READ * len(REQUEST))
        http.data_received(bytes(coming[:size]))
        held, coming = max(held, len(http.conn.trailing_data[0])), coming[size:]
    await until(lambda: wire.written.count(b"HTTP/1.1 204") == A_READ * READS)
    http.connection_lost(None)
    return held


@pytest.mark.parametrize("seed", range(3))
def test_requests_that_come_before_answers_are_not_read_ahead(seed: int) -> None:
    held = asyncio.run(held_of_pipelined(random.Random(seed)))
    assert held <= 2 * A_READ * len(REQUEST)


@pytest.mark.promise("P12", planted=True)
def test_control_requests_that_are_read_ahead_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.http.protocols._Flow", lambda wire, conn: FlowControl(wire))
    held = asyncio.run(held_of_pipelined(random.Random(0)))
    assert held > 2 * A_READ * len(REQUEST)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"X-Long: " + b"b" * 9_000, b"HTTP/1.1 431"),
        (b"Content-Length: 5", b""),
        (b"Transfer-Encoding: chunked", b""),
    ],
)
def test_an_upgrade_that_the_parser_does_not_take_ends(lines: bytes, status: bytes) -> None:
    """It would stay open for ever, with no hello to wait for."""

    async def story() -> tuple[bytes, bool]:
        socket, wire = a_socket()
        socket.connection_made(wire)
        socket.data_received(UPGRADE.replace(b"\r\n", b"\r\n" + lines + b"\r\n", 1))
        await until(lambda: not socket._held)
        return bytes(wire.written), wire.closed

    written, closed = asyncio.run(story())
    assert (written[: len(status)], closed) == (status, True)
