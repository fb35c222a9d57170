"""A WebSocket client that costs little: just what the load generator needs (RFC 6455)."""

import asyncio
import base64
import os
import ssl
import struct
from collections.abc import Callable
from typing import cast


class RawSocket(asyncio.Protocol):
    """Hands each text message to `on_text` as bytes. Its masking key is zero: allowed, and free."""

    def __init__(self, path: str, host: str, on_text: Callable[[bytes], None]) -> None:
        self._hello = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: onrecord.v1\r\n\r\n"
        ).encode()
        self._on_text = on_text
        self._buffer = bytearray()
        self._upgraded = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none of its classes
        self.transport.write(self._hello)

    def connection_lost(self, error: Exception | None) -> None:
        """Note the end."""
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed during the handshake"))

    def data_received(self, data: bytes) -> None:
        """Take in bytes; hand over the messages that are complete."""
        buffer = self._buffer
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(ConnectionError(bytes(buffer[:60]).decode("latin-1")))
                return
            del buffer[: end + 4]
            self._upgraded = True
            self.opened.set_result(None)
        at = 0
        while (found := _frame(buffer, at)) is not None:
            opcode, start, at = found
            if opcode == 1:
                self._on_text(bytes(buffer[start:at]))
            elif opcode == 9:
                self._write(0x8A, bytes(buffer[start:at]))
        if at:
            del buffer[:at]

    def send(self, text: bytes) -> None:
        """Send a text message."""
        self._write(0x81, text)

    def _write(self, first: int, payload: bytes) -> None:
        assert self.transport is not None
        size = len(payload)
        if size < 126:
            head = struct.pack("!BBI", first, 0x80 | size, 0)
        else:
            head = struct.pack("!BBHI", first, 0xFE, size, 0)
        self.transport.write(head + payload)

    def close(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.abort()


def _frame(buffer: bytearray, at: int) -> tuple[int, int, int] | None:
    """Return (opcode, start, end) of the frame at an offset, None while it is incomplete."""
    if len(buffer) < at + 2:
        return None
    size, start = buffer[at + 1] & 0x7F, at + 2
    if size == 126:
        if len(buffer) < at + 4:
            return None
        size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
    elif size == 127:
        if len(buffer) < at + 10:
            return None
        size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
    if len(buffer) < start + size:
        return None
    return buffer[at] & 0x0F, start, start + size


async def open_socket(
    *,
    port: int,
    path: str,
    host: str,
    context: ssl.SSLContext,
    on_text: Callable[[bytes], None],
) -> RawSocket:
    """Connect to a port of this machine and upgrade."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: RawSocket(path, f"{host}:{port}", on_text),
        "127.0.0.1",
        port,
        ssl=context,
        server_hostname=host,
    )
    await socket.opened
    return socket
