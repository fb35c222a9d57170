"""The two protocols of a listener, HTTP and WebSocket, each taking in little at a time.

Facts that the code follows from:
  * uvicorn handles all that one read gave before anything else runs. That is up to 256 KiB: 43,000
    empty frames, or chunks of one byte, take most of a second in which nobody is served.
  * A message's fragments, pings and pongs never reach the application, so no limit of its counts
    them.
  * It answers each ping, whether or not the answers are read.
  * It does not hear where its parser takes no upgrade: a line of more than 8 KiB, or a body.
  * The answer to a request whose body is refused leaves the rest of the body to be read.
  * Whatever the application takes of a request has uvicorn read on, also where the next request is
    there already: 256 KiB for each small one, if somebody sends them without waiting for answers.
  * It pauses a WebSocket's reading at each message: two system calls, and a turn of the loop, for
    each that everybody states to have received.
  * h11 takes 20 ms for a head of 4,000 short lines, which 16 KiB hold, and whoever reads cookies as
    much for as many pairs.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import h11
from h11._receivebuffer import ReceiveBuffer  # h11 gives lines to be looked at nowhere else
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import State

from onrecord.core.rate_limiter import Allowance, Bucket
from onrecord.http.accepting import CLOSE_SECONDS, Connection
from onrecord.http.problems import TooManyHeaders, problem_response
from onrecord.observability.logs import Log
from onrecord.protocol.codec import encode
from onrecord.protocol.frames import Bye

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent

PARTS_A_TURN = 64
"""Parts of requests, or frames, that one connection has handled in one turn of the loop: 2 ms."""
PIECE_BYTES = 1024
"""What a WebSocket's parser is given at once: 170 of the smallest frames."""
UNHEARD_BYTES = 16 * 1024
"""What may have come since the application had nothing to do, before no more is read for it."""
MOST_QUEUED = PARTS_A_TURN
"""Messages of one connection that wait for the application. Fewer would tear apart what one read
gave: a sender's burst would take several batches, and each reader several frames."""
FREE_PIECES = 256
BYTES_A_PIECE = 256
"""A body comes in 256 pieces and one more for each 256 bytes; more are refused. TLS records and
chunks of clients in use are larger by far."""
REFUSED_SECONDS = 2.0
"""How long who floods a request may take to read the answer."""
MOST_HEAD_BYTES = 16 * 1024
"""A request's head, where the configuration says nothing."""
MOST_HEADERS = 100
"""Header lines of a request. Browsers send some 20, a proxy adds a few."""
MOST_COOKIES = 100
"""Cookies of a request. We set three."""
POLICY_VIOLATION = 1008
"""Close code of RFC 6455 section 7.4.1."""


class _TooManyLinesError(h11.RemoteProtocolError):
    """A head or trailer has more lines than are looked at."""


class _Lines(ReceiveBuffer):
    """What a parser holds; it gives a head or trailer of so many lines at the most."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return a whole head's lines, or None. Raises _TooManyLinesError."""
        lines = super().maybe_extract_lines()
        if lines is not None and len(lines) > MOST_HEADERS + 1:
            raise _TooManyLinesError("Too many lines.", error_status_hint=TooManyHeaders.status)
        return lines


class _Counted(h11.Connection):
    """A parser that stops after so many parts for others' turn, and counts lines and pieces."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(h11.SERVER, most_bytes)
        self._receive_buffer = _Lines()
        self.left = PARTS_A_TURN
        self.too_many = False
        """A body comes in too many pieces, or its trailer in too many lines."""
        self.too_many_headers = False
        self.ahead = False
        """The next request is here, and the one before it is not answered yet."""
        self._pieces = 0
        self._bytes = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the next part; NEED_DATA also where it is somebody else's turn."""
        if self.left <= 0 or self.too_many or self.too_many_headers:
            return h11.NEED_DATA
        in_body = self.their_state is h11.SEND_BODY
        try:
            event = super().next_event()
        except _TooManyLinesError:
            self.too_many, self.too_many_headers = in_body, not in_body
            return h11.NEED_DATA
        self.ahead = event is h11.PAUSED
        if isinstance(event, h11.Request):
            if _cookies(event) > MOST_COOKIES:
                self.too_many_headers = True
                return h11.NEED_DATA
            self._pieces = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
            self.too_many = self._pieces > FREE_PIECES + self._bytes // BYTES_A_PIECE
        if event is not h11.NEED_DATA and event is not h11.PAUSED:
            self.left -= 1
        return event


def _cookies(request: h11.Request) -> int:
    """Return how many a request has at the most."""
    return sum(1 + value.count(b";") for name, value in request.headers if name == b"cookie")


class _Flow(FlowControl):
    """Reads on only where nothing that was read waits for its turn."""

    def __init__(self, transport: asyncio.Transport, conn: _Counted) -> None:
        super().__init__(transport)
        self._conn = conn

    def pause_reading(self) -> None:
        """Read nothing more, whoever began to."""
        self.read_paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on, unless the next request is here."""
        if not self._conn.ahead:
            super().resume_reading()


class HttpConnection(H11Protocol):
    """HTTP on one connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        connection: Connection,
        *,
        upgrade: Callable[..., asyncio.BaseProtocol],
        log: Log,
    ) -> None:
        super().__init__(config, server_state, {"connection": connection})
        self._log = log
        self.conn: _Counted = _Counted(config.h11_max_incomplete_event_size or MOST_HEAD_BYTES)
        self.ws_protocol_class = partial(upgrade, connection)  # type: ignore[assignment]
        self._connection = connection
        self._waits = False
        self._is_turn = False
        self._upgraded = False
        connection.busy = self._is_busy

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        transport = self._connection.paced(transport)
        super().connection_made(transport)
        self.flow = _Flow(transport, self.conn)
        self._connection.transport = transport
        self.client = self._connection.client

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        self._connection.gone()

    def handle_events(self) -> None:
        """Handle a few parts; the rest after everybody else's turn, and a stranger's all so."""
        if self._connection.waits and not self._is_turn:
            self._wait()
            return
        self.conn.left = PARTS_A_TURN
        if not self._connection.unwanted:
            super().handle_events()
        if self.transport.is_closing() or self._upgraded:
            return
        if self.conn.too_many_headers:
            self._refuse_headers()
        elif self.conn.too_many and not self._connection.unwanted:
            self._refuse_pieces()
        elif self.conn.left <= 0:
            self._wait()
        elif self.conn.their_state is h11.IDLE:
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """Go on with the next request; close where the rest of this one's body was not wanted."""
        super().on_response_complete()
        if self._connection.unwanted:
            self._connection.close(self.transport)
        elif self.conn.their_state is h11.SEND_BODY:
            self.loop.call_later(CLOSE_SECONDS, self._close_unread, self.cycle)

    def send_400_response(self, msg: str) -> None:
        """Say that this is no HTTP; without a word where an answer has begun."""
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.close()

    def pause_writing(self) -> None:
        """Hold answers back: the peer does not read."""
        super().pause_writing()
        self._connection.stalled(self._log)

    def resume_writing(self) -> None:
        """Send on."""
        super().resume_writing()
        self._connection.moving()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the rest to a WebSocket."""
        self._upgraded = True
        super().handle_websocket_upgrade(event)

    def _wait(self) -> None:
        """Read nothing more until it is this connection's turn."""
        if not self._waits:
            self._waits = True
            self.transport.pause_reading()
            self._connection.wait(self._go_on)

    def _go_on(self) -> bool:
        """Handle a few parts; return whether a request began."""
        self._waits = False
        if self.transport.is_closing() or self._upgraded:
            return False
        if not self.flow.read_paused:
            self.transport.resume_reading()
        before, self._is_turn = self.cycle, True
        try:
            self.handle_events()
        finally:
            self._is_turn = False
        return self.cycle is not before or self._upgraded

    def _refuse_headers(self) -> None:
        """Say why, and close. Nothing of the rest is read."""
        refusal = TooManyHeaders("too_many_headers", "Send fewer headers or cookies.")
        address = self._connection.address
        self._log.info("request_refused", code=refusal.code, address=address)
        answer = problem_response(refusal)
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for part in (
            h11.Response(status_code=refusal.status, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(part) or b"")
        self._connection.close(self.transport)

    def _refuse_pieces(self) -> None:
        """Read no more of this request, and have the application hear why (security.BodyLimit)."""
        address = self._connection.address
        self._log.info("request_refused", code="too_many_pieces", address=address)
        self.loop.call_later(REFUSED_SECONDS, self._connection.cut)
        self._connection.crumbled()
        self.flow.pause_reading()
        self.cycle.message_event.set()
        if self.cycle.response_complete:
            self.transport.close()

    def _close_unread(self, cycle: RequestResponseCycle) -> None:
        """Close where a request that was answered goes on and on."""
        if self.cycle is cycle and self.conn.their_state is h11.SEND_BODY:
            self.transport.close()

    def _is_busy(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's type leaves out the beginning
        return cycle is not None and not cycle.more_body and not cycle.response_complete


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket on one connection.

    Frames that are no whole message count: *per_second* of them, twice as many at once. Whoever
    sends more is told so (`too_many_frames`) and closed. Whole messages are the session's to count.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        log: Log,
        per_second: int,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
    ) -> None:
        super().__init__(config, server_state, app_state)
        self.close_timeout = CLOSE_SECONDS
        self._connection = connection
        self._log = log
        self._held = bytearray()
        self._unheard = 0
        self._waits = False
        self._frames = 0
        self._owed = b""
        self._budget = Bucket(Allowance(2 * per_second, 1 / per_second), self.loop.time())
        connection.busy = lambda: False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        super().connection_made(transport)
        self.client = self._connection.client
        self.read_paused = True  # perhaps it is: `_read_on` sees to it

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._held.clear()
        super().connection_lost(exc)
        self._connection.gone()

    def data_received(self, data: bytes) -> None:
        """Take in what came, in small pieces; a stranger's when it is their turn."""
        if self._is_little(data):
            self._frames = 0
            self._parse(data)
            return
        self._held += data
        if self._connection.waits:
            self._stop_reading()
            self._wait()
        elif not self._waits:
            self._go_on()

    def _is_little(self, data: bytes) -> bool:
        """Return whether it is parsed at once: one piece, and nothing before it is unheard."""
        return not (
            len(data) > PIECE_BYTES
            or self._unheard
            or self._held
            or self.read_paused
            or self._waits
            or self._connection.waits
            or self.transport.is_closing()
        )

    def _parse(self, piece: bytes) -> None:
        """Give the parser a piece."""
        super().data_received(piece)
        self._unheard = 0 if self.queue.empty() else self._unheard + len(piece)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self._refuse_upgrade()

    def _wait(self) -> None:
        if not self._waits:
            self._waits = True
            self._connection.wait(self._go_on)

    def _go_on(self) -> bool:
        """Give the parser so many frames; the rest after everybody else's turn. Return False."""
        self._waits = False
        self._frames = 0
        while self._held and self.queue.qsize() < MOST_QUEUED and not self.transport.is_closing():
            if self._frames >= PARTS_A_TURN:
                self._wait()
                break
            piece = bytes(self._held[:PIECE_BYTES])
            del self._held[:PIECE_BYTES]
            self._parse(piece)
        if self.transport.is_closing():
            return False
        if self._held or self._unheard >= UNHEARD_BYTES:
            self._stop_reading()
        else:
            self._read_on()
        return False

    def _stop_reading(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def _read_on(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def send_receive_event_to_app(self) -> None:
        """Queue a message. Whether more is read is `_go_on`'s to say."""
        paused, self.read_paused = self.read_paused, True
        super().send_receive_event_to_app()
        self.read_paused = paused

    def _refuse_upgrade(self) -> None:
        """Close, with the answer that the parser has for it, if any: uvicorn hears of neither."""
        address = self._connection.address
        self._log.info("request_refused", code="bad_request", address=address)
        self._held.clear()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._connection.close(self.transport)

    async def receive(self) -> "ASGIReceiveEvent":
        """Wait for the next message. Cancelling is safe."""
        message = await self.queue.get()
        if self.queue.empty():
            self._unheard = 0
            if self.read_paused:
                self._wait()
        return message

    def handle_text(self, event: Frame) -> None:
        """Take a text frame."""
        self._count(whole=event.fin)
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Take a binary frame."""
        self._count(whole=event.fin)
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment."""
        self._count()
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer; where the peer reads no answers the last one alone, once it does.

        RFC 6455 section 5.5.3 allows it.
        """
        self._count()
        if self.transport.is_closing():
            return
        output = self.conn.data_to_send()
        if self.writable.is_set() or self.conn.state is not State.OPEN:
            self.transport.write(b"".join(output))
        elif output:
            self._owed = output[-1]

    def handle_pong(self, event: Frame) -> None:
        """Take an answer."""
        self._count()
        super().handle_pong(event)

    def pause_writing(self) -> None:
        """Hold messages back: the peer does not read."""
        super().pause_writing()
        self._connection.stalled(self._log)

    def resume_writing(self) -> None:
        """Send on."""
        super().resume_writing()
        self._connection.moving()
        owed, self._owed = self._owed, b""
        if owed and self.conn.state is State.OPEN:
            self.transport.write(owed)

    def _count(self, *, whole: bool = False) -> None:
        self._frames += 1
        if whole and not self.close_sent:
            return
        if self._budget.take(self.loop.time()) and not self.transport.is_closing():
            self._refuse_frames()

    def _refuse_frames(self) -> None:
        """Say why, if the peer reads, and close. Nothing of the rest is read."""
        code = "too_many_frames"
        address = self._connection.address
        self._log.info("socket_closed", close_code=POLICY_VIOLATION, code=code, address=address)
        self._held.clear()
        if self.conn.state is not State.OPEN or not self.writable.is_set():
            self._connection.cut()
            return
        detail = "This connection sends too many fragments, pings or pongs."
        self.conn.send_text(encode(Bye(code, detail, retry_after=60.0)).encode())
        self.conn.fail(POLICY_VIOLATION, code)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": POLICY_VIOLATION})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._connection.close(self.transport)
