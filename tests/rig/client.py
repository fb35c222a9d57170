"""A client of onrecord.v1 with nothing but `websockets`: it sends, and keeps what it saw."""

import asyncio
import json
import secrets
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.protocol.frames import SUBPROTOCOL
from tests.rig.installation import Installation, credentials
from tests.rig.patience import SECONDS as PATIENCE

Frame = dict[str, Any]


class Client:
    """One socket. `events` are all that came, in order; `answers` the last answer of each id."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[Frame] = []
        self.answers: dict[str, Frame] = {}
        self.said: dict[str, Frame] = {}
        """Every command, by id."""
        self.frames: list[Frame] = []
        self.cursor: str | None = None
        self.heard_at = time.monotonic()
        self._changed = asyncio.Condition()

    async def say(self, frame: Frame) -> None:
        """Send a frame."""
        if "id" in frame:
            self.said[frame["id"]] = frame
        await self.socket.send(json.dumps(frame))

    async def send(self, conv: str, text: str, *, id: str | None = None, **more: Any) -> str:
        """Send a message; return its id."""
        id = id or new_id(SystemClock())
        await self.say({"t": "send", "id": id, "conv": conv, "text": text, **more})
        return id

    async def sent(self, conv: str, text: str, **more: Any) -> Frame:
        """Send a message and return its answer."""
        return await self.answer(await self.send(conv, text, **more))

    async def command(self, **frame: Any) -> Frame:
        """Send a command with a fresh id and return its answer."""
        id = new_id(SystemClock())
        await self.say({"id": id, **frame})
        return await self.answer(id)

    async def answer(self, id: str, seconds: float = PATIENCE) -> Frame:
        """Wait for a command's answer."""
        await self.until(lambda: id in self.answers, seconds)
        return self.answers[id]

    async def event(self, event_id: str, seconds: float = PATIENCE) -> Frame:
        """Wait for an event."""
        await self.until(lambda: any(e["event_id"] == event_id for e in self.events), seconds)
        return next(e for e in self.events if e["event_id"] == event_id)

    async def frame(self, kind: str, seconds: float = PATIENCE) -> Frame:
        """Wait for the first frame of a kind."""
        await self.until(lambda: any(f["t"] == kind for f in self.frames), seconds)
        return next(f for f in self.frames if f["t"] == kind)

    async def until(self, condition: Any, seconds: float = PATIENCE) -> None:
        """Wait until a condition of what came holds."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def listen(self) -> None:
        """Take in what comes until the socket closes."""
        async for text in self.socket:
            frame: Frame = json.loads(text)
            async with self._changed:
                self._take(frame)
                self._changed.notify_all()

    def _take(self, frame: Frame) -> None:
        self.heard_at = time.monotonic()
        self.frames.append({**frame, "came_at": self.heard_at})
        if frame["t"] == "events":
            self.events.extend(frame["events"])
        if frame["t"] in ("events", "resumed"):
            self.cursor = frame["cursor"]
        if frame["t"] in ("ack", "nack", "pending"):
            self.answers[frame["id"]] = frame


def tls(made: Installation) -> ssl.SSLContext:
    """Return a context that trusts the installation's CA alone."""
    return ssl.create_default_context(cafile=str(made.ca))


@asynccontextmanager
async def client(
    made: Installation,
    name: str,
    *,
    cursor: str | None = None,
    wait: bool = True,
    ticket: str | None = None,
) -> AsyncIterator[Client]:
    """Connect as a user by token, or as a page with its ticket, and wait until resumed.

    A client has no token: they connect as their browser's page does.
    """
    chat = made.settings.chat
    if name in made.cookies and ticket is None:
        ticket = await ticket_of(made, name)
    async with connect(
        f"wss://chat.localhost:{chat.port}/api/v1/ws",
        host="127.0.0.1",
        local_addr=(made.sources[name], 0) if name in made.sources else None,
        ssl=tls(made),
        server_hostname="chat.localhost",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        origin=None if ticket is None else Origin(chat.origin),
        compression=None,
        max_size=None,
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
    ) as socket:
        one = Client(socket)
        hello: Frame = {"t": "hello"}
        hello |= {"token": made.tokens[name]} if ticket is None else {"ticket": ticket}
        if cursor is not None:
            hello["cursor"] = cursor
        await one.say(hello)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(one.listen())
            if wait:
                await one.until(lambda: any(frame["t"] in _READY for frame in one.frames))
            yield one
            listening.cancel()


async def ticket_of(made: Installation, name: str) -> str:
    """Ask for a client's ticket, as their browser does."""
    chat = made.settings.chat
    headers = {"host": chat.origin.removeprefix("https://"), **credentials(made, name)}
    async with httpx2.AsyncClient(
        verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        answer = await browser.post(
            f"https://127.0.0.1:{chat.port}/api/v1/ws-ticket",
            extensions={"sni_hostname": chat.host},
        )
    assert answer.is_success, answer.text
    ticket: str = answer.json()["ticket"]
    return ticket


_READY = {"resumed", "resync_required", "bye", "events", "ephemeral"}


def text_of(size: int) -> str:
    """Return a text of *size* characters that no other has."""
    return secrets.token_hex(size // 2 + 1)[:size]
