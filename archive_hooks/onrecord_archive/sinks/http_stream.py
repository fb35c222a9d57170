"""A connection that HTTP/1.1 is spoken on, which takes no answer from before the question.

Whoever answers twice leaves an answer in the connection, and the next request would take it for
its own: a receipt for a record that nobody has. So an answer has to begin with the first bytes that
are read after the request was written.
"""

from __future__ import annotations

import ssl
from typing import Final

import httpcore2

_BEGINS: Final = b"HTTP/"


class FreshStream(httpcore2.AsyncNetworkStream):
    """Passes bytes on; `is_heard` once something was read since the last write."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        """Take the connection, which is closed with this."""
        self._stream = stream
        self.is_heard = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read. Raises RemoteProtocolError where an answer has begun before its request."""
        data = await self._stream.read(max_bytes, timeout)
        if data and not self.is_heard and not _may_begin(data):
            raise httpcore2.RemoteProtocolError("it answers what it was not asked")
        self.is_heard = self.is_heard or bool(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write."""
        self.is_heard = False
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own
    ) -> httpcore2.AsyncNetworkStream:
        """Begin TLS on it."""
        return FreshStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        """Return what the connection says of itself."""
        return self._stream.get_extra_info(info)


def require_fresh(response: httpcore2.Response) -> None:
    """Raise RemoteProtocolError for an answer that was there before the request was written."""
    stream = response.extensions.get("network_stream")
    if isinstance(stream, FreshStream) and not stream.is_heard:
        raise httpcore2.RemoteProtocolError("it answers what it was not asked")


def _may_begin(data: bytes) -> bool:
    return data.startswith(_BEGINS) or _BEGINS.startswith(data)
