"""What stands between a socket and TLS: it hands TLS little at a time, and says who waits.

Facts that the code follows from:
  * uvloop has TLS open all that one read gave, up to 256 KiB, and all that came while nothing was
    read: 11,000 of the smallest records take 70 ms, 9,000 KeyUpdates (RFC 8446 section 4.6.3), of
    which no application hears, a second. So does a hello that comes in records of one byte (50 ms),
    and so does all that comes while a connection closes.
  * libuv reads on, 32 times, as long as what it reads fills the room that it was given.
  * Whoever has signed in sends as they like, too: what their pieces cost is looked at.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable

from uvloop.loop import SSLProtocol  # type: ignore[attr-defined]  # its stub leaves it out

LEAST_BYTES = 512
"""What TLS is given of a stranger at once: 23 records, 19 KeyUpdates."""
MOST_BYTES = 16 * 1024
"""What it is given of anybody else: one record of the largest size, RFC 8446 section 5.1."""
DEAR_SECONDS = 0.002
"""What a piece takes after which the next is half as large: 20 messages at once take 1 ms."""
CHEAP_SECONDS = DEAR_SECONDS / 4
"""After such a piece the next is twice as large."""


class Gate(asyncio.BufferedProtocol):
    """A protocol to the socket, and to TLS its transport. Whoever speaks through TLS pauses it.

    *in_turns*: whether it waits for its turn whenever something comes; *wait* has what goes on
    called in a later turn of the loop, in the line, also of who has signed in.
    """

    def __init__(
        self,
        tls: asyncio.BufferedProtocol,
        in_turns: Callable[[], bool],
        wait: Callable[[Callable[[], bool]], None],
    ) -> None:
        self._tls = tls
        self._in_turns = in_turns
        self._later = wait
        self._room = memoryview(tls.get_buffer(MOST_BYTES))
        self._size = LEAST_BYTES
        self._piece = self._room[:LEAST_BYTES]
        self._held = 0
        """Bytes in TLS's room that wait for their turn."""
        self._waits = False
        self._paused = False
        self.connection_lost = tls.connection_lost  # type: ignore[method-assign]
        self.eof_received = tls.eof_received  # type: ignore[method-assign]
        self.pause_writing = tls.pause_writing  # type: ignore[method-assign]
        self.resume_writing = tls.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self._socket = transport
        self.write = transport.write
        self.close = transport.close
        self.get_extra_info = transport.get_extra_info
        self._force_close = transport._force_close  # type: ignore[attr-defined]  # as uvloop has it
        self._tls.connection_made(self)  # type: ignore[arg-type]  # TLS's transport is the gate

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return room for the next piece."""
        return self._piece

    def buffer_updated(self, nbytes: int) -> None:
        """Have TLS open a piece; in the line, where it is a stranger's, or there may be more."""
        if nbytes < self._size and not self._in_turns():
            if nbytes < LEAST_BYTES:
                self._tls.buffer_updated(nbytes)  # too little to be dear: nobody looks at a clock
            else:
                self._open(nbytes)
        else:
            self._held = nbytes
            self._socket.pause_reading()
            self._wait()

    def pause_reading(self) -> None:
        """Read nothing more, and open nothing that is here."""
        self._paused = True
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._paused = False
        self._read_on()

    def _wait(self) -> None:
        if not self._waits:
            self._waits = True
            self._later(self._go_on)

    def _go_on(self) -> bool:
        """Have TLS open what is held. Return False: it begins no request of its own."""
        self._waits = False
        if not self._paused:
            self._open(self._held)
            self._read_on()
        return False

    def _read_on(self) -> None:
        if self._paused:
            return
        if self._held:
            self._wait()
        else:
            self._socket.resume_reading()

    def _open(self, nbytes: int) -> None:
        self._held = 0
        began = time.perf_counter()
        self._tls.buffer_updated(nbytes)
        took = time.perf_counter() - began
        if took > DEAR_SECONDS or self._in_turns():
            self._size = max(LEAST_BYTES, self._size // 2)
        elif took < CHEAP_SECONDS:
            self._size = min(MOST_BYTES, self._size * 2)
        self._piece = self._room[: self._size]


class Paced:
    """TLS's transport, as a protocol of ours has it: to pause it pauses the gate."""

    def __init__(self, transport: asyncio.Transport, gate: Gate) -> None:
        self._transport = transport
        self._gate = gate
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.pause_reading = gate.pause_reading
        self.resume_reading = gate.resume_reading

    def close(self) -> None:
        """Say goodbye, and read on until the peer has: that ends it soon."""
        self._transport.close()
        self._gate.resume_reading()

    def __getattr__(self, name: str) -> object:
        """Be TLS's transport in all else."""
        found: object = getattr(self._transport, name)
        return found


async def secure(
    gate_of: Callable[[asyncio.BufferedProtocol], Gate],
    protocol: asyncio.BaseProtocol,
    context: ssl.SSLContext,
    sock: socket.socket,
    *,
    handshake_s: float,
    goodbye_s: float,
) -> None:
    """Shake hands on a connected socket; *protocol* goes on with what comes through TLS.

    Raises OSError, of which SSLError is one. Cancelling closes the connection.
    """
    loop = asyncio.get_running_loop()
    shaken: asyncio.Future[None] = loop.create_future()
    make: Callable[..., asyncio.BufferedProtocol] = SSLProtocol
    tls = make(
        loop,
        protocol,
        context,
        shaken,
        server_side=True,
        ssl_handshake_timeout=handshake_s,
        ssl_shutdown_timeout=goodbye_s,
    )
    gate = gate_of(tls)
    transport: asyncio.Transport = tls._get_app_transport()  # type: ignore[attr-defined]  # as uvloop
    try:
        await loop.connect_accepted_socket(lambda: gate, sock)
        await shaken
    except BaseException:
        transport.close()
        raise
