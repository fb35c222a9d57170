"""Requests to an application in this same process: no listener, no bytes that leave it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import httpx2
from starlette.types import ASGIApp, Message

WAITING = 4
"""Pieces of an answer that may wait to be read."""


class Inside(httpx2.AsyncBaseTransport):
    """Fulfils httpx2's transport; an answer is read in pieces, as it is made."""

    def __init__(self, application: ASGIApp, tasks: asyncio.TaskGroup) -> None:
        self._application = application
        self._tasks = tasks

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask the application; return once the answer has begun. Raises what it raises."""
        answer = _Answer(await request.aread())
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "https",
            "path": request.url.path,
            "raw_path": request.url.raw_path.split(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port),
            "client": None,
        }
        answer.begin(self._tasks, self._application(scope, answer.receive, answer.send))
        start = await answer.start()
        return httpx2.Response(start["status"], headers=start["headers"], stream=answer)


class _Answer(httpx2.AsyncByteStream):
    """One exchange: the application runs in a task beside who reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._pieces: asyncio.Queue[Message | None] = asyncio.Queue(WAITING)
        self._sent = False
        self._failure: Exception | None = None

    def begin(self, tasks: asyncio.TaskGroup, work: Awaitable[None]) -> None:
        """Let the application run."""
        self._task = tasks.create_task(self._run(work))

    async def start(self) -> Message:
        """Return the answer's first message. Raises what the application raised before it."""
        first = await self._pieces.get()
        if first is None:
            self._raise()
            raise RuntimeError("the application answered nothing")
        return first

    async def receive(self) -> Message:
        """Give the application the request's body, then silence."""
        if self._sent:
            await asyncio.Event().wait()
        self._sent = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        await self._pieces.put(message)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        while (message := await self._pieces.get()) is not None:
            yield message.get("body", b"")
        self._raise()

    async def aclose(self) -> None:
        """Stop an application that nobody reads any more."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def _run(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  # raised where the answer is read
            self._failure = error
        await self._pieces.put(None)
