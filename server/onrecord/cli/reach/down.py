"""The internal socket of a server that is down: an operator must act, and it says why."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from onrecord.app.settings.lock import owning
from onrecord.core.domain.errors import RefuseToStart, Unavailable
from onrecord.http.internal.bodies import ReadinessReport

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator
    from socket import socket

    from onrecord.app.settings.paths import DataPaths

HEAD_S = 2.0
"""Seconds in which a request's head must come."""
AGAIN_S = 2.0
"""Seconds until a socket that could not be bound is tried again."""


@asynccontextmanager
async def telling(paths: DataPaths, reason: str) -> AsyncIterator[None]:
    """Answer every request on the internal socket with 503 and the reason, until the block ends.

    A socket that is another server's is left alone. Where none can be made, as on a volume that is
    full or beside a command that holds the lock, nothing answers, which is unhealthy as well, and
    it is tried again. Cancelling is safe.
    """
    body = msgspec.json.encode(ReadinessReport("down", {}, reason))
    head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
    answer = f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body

    async def respond(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            async with asyncio.timeout(HEAD_S):
                await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        writer.close()

    tried = asyncio.Event()

    async def answering() -> None:
        while (bound := _bound(paths)) is None:
            tried.set()
            await asyncio.sleep(AGAIN_S)
        server = await asyncio.start_unix_server(respond, sock=bound)
        tried.set()
        try:
            await server.serve_forever()
        finally:
            # If a server holds the lock by now, the socket is that server's.
            with suppress(OSError, RefuseToStart, Unavailable), owning(paths.lock):
                paths.internal.unlink()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(answering())
        await tried.wait()
        yield
        task.cancel()


def _bound(paths: DataPaths) -> socket | None:
    """Bind the internal socket. None: it cannot be bound, or another server has it.

    The lock is held for no longer than that: an operator's commands need it.
    """
    from onrecord.http.listeners import bind_file

    with suppress(OSError, RefuseToStart, Unavailable):
        if paths.root.is_dir():
            with owning(paths.lock):
                return bind_file(paths.internal)
    return None
