"""People who go on writing while things break, and remember what was promised to them.

Each keeps an outbox as the real client does: the same id again until there is an answer, in order.
"""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import new_id
from tests.rig.client import Client, client, text_of
from tests.rig.installation import Installation

Frame = dict[str, Any]
PAUSE = 0.02
"""Seconds between two messages of one person."""


@dataclass
class Writer:
    """One person with one device. Everything here outlives the connection."""

    made: Installation
    name: str
    convs: list[str]
    outbox: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Sent and not answered: id -> (conversation, text), in order."""
    acked: dict[str, Frame] = field(default_factory=dict)
    nacked: dict[str, Frame] = field(default_factory=dict)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Everything ever sent, by id."""
    events: list[Frame] = field(default_factory=list)
    """Everything that came, over all connections, as it came."""
    cursor: str | None = None
    writing: bool = True

    async def run(self) -> None:
        """Connect, send, come back after each loss, until `writing` ends and all is answered."""
        while self.writing or self.outbox:
            try:
                async with client(self.made, self.name, cursor=self.cursor, wait=False) as socket:
                    await self._session(socket)
            except* (OSError, WebSocketException, TimeoutError, EOFError):
                await asyncio.sleep(0.1)

    async def catch_up(self) -> None:
        """Connect once more and take in everything that is missing."""
        async with client(self.made, self.name, cursor=self.cursor, wait=False) as socket:
            await socket.frame("resumed")
            self._take(socket)

    async def _session(self, socket: Client) -> None:
        try:
            await socket.frame("resumed", 5.0)
            for id, (conv, text) in list(self.outbox.items()):
                await socket.send(conv, text, id=id)
            turn = len(self.texts)
            while self.writing or self.outbox:
                if self.writing:
                    turn += 1
                    await self._send(socket, self.convs[turn % len(self.convs)])
                await asyncio.sleep(PAUSE)
                self._answers(socket)
        finally:
            self._take(socket)
            self._answers(socket)

    async def _send(self, socket: Client, conv: str) -> None:
        id, text = new_id(SystemClock()), text_of(40)
        self.outbox[id] = self.texts[id] = (conv, text)
        await socket.send(conv, text, id=id)

    def _answers(self, socket: Client) -> None:
        for id, answer in list(socket.answers.items()):
            if answer["t"] == "ack":
                self.acked.setdefault(id, answer)
                self.outbox.pop(id, None)
            elif answer["t"] == "nack" and "retry_after" not in answer:
                self.nacked[id] = answer
                self.outbox.pop(id, None)
        if any(id in self.outbox for id in socket.answers):
            raise TimeoutError("pending or refused for now: come back and send the same id")

    def _take(self, socket: Client) -> None:
        self.events.extend(socket.events)
        self.cursor = socket.cursor or self.cursor
        socket.events = []


@asynccontextmanager
async def writing(writers: list[Writer]) -> Any:
    """Let everybody write while the block runs; afterwards wait until all is answered."""
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.run())
        try:
            yield
        finally:
            for writer in writers:
                writer.writing = False


def acknowledged(writers: list[Writer]) -> Iterator[tuple[Writer, str, Frame]]:
    """Yield every promise: (who, client id, ack)."""
    for writer in writers:
        for id, ack in writer.acked.items():
            yield writer, id, ack
