"""People who go on writing while things break, and remember what was promised to them.

Each keeps an outbox as the real client does: the same id again until there is an answer, in order.
Now and then somebody edits or removes what they wrote, and says again what was already answered.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from websockets.exceptions import WebSocketException

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import new_id
from tests.rig.client import Client, client, text_of
from tests.rig.installation import Installation

Frame = dict[str, Any]
PAUSE = 0.02
"""Seconds between two messages of one person."""
EDIT_EVERY, REMOVE_EVERY = 9, 23
"""Of a person's commands: about one in nine edits, one in 23 removes an own message."""
AGAIN_EVERY = 13
"""A writer says again what was just acknowledged, every so many commands, and on each connection
the first that ever was: never the newest of the connection before, whose loss that would mend."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A line of a client's operation log; `at` is monotonic seconds of this machine.

    invoke: first sent. ok: acknowledged. fail: refused for good. info: the outcome is unknown, or
    refused for now, and the same id is sent again. seen: an event came; `id` is its event_id.
    """

    at: float
    kind: Literal["invoke", "ok", "fail", "info", "seen"]
    id: str


@dataclass
class Writer:
    """One person with one device. Everything here outlives the connection."""

    made: Installation
    name: str
    convs: list[str]
    outbox: dict[str, Frame] = field(default_factory=dict)
    """Sent and not answered: id -> command, in order."""
    acked: dict[str, Frame] = field(default_factory=dict)
    nacked: dict[str, Frame] = field(default_factory=dict)
    again: list[tuple[str, Frame]] = field(default_factory=list)
    """Answers to what was answered before: they must be the same."""
    sent: dict[str, Frame] = field(default_factory=dict)
    """Every command, by id."""
    events: list[Frame] = field(default_factory=list)
    """Everything that came, over all connections, as it came."""
    operations: list[Operation] = field(default_factory=list)
    connections: int = 0
    cursor: str | None = None
    writing: bool = True
    interrupted: bool = False
    """Stops in the middle. A task group that a lost connection ends may swallow a cancellation."""
    pause: float = PAUSE

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """Every message ever sent: id -> (conversation, text)."""
        return {
            id: (frame["conv"], frame["text"])
            for id, frame in self.sent.items()
            if frame["t"] == "send"
        }

    async def arrive(self) -> None:
        """Connect for the first time and keep the cursor: from here on nothing may be missed."""
        while self.cursor is None:
            try:
                async with client(self.made, self.name, wait=False) as socket:
                    await socket.frame("resumed", 5.0)
                    self._take(socket)
            except* (OSError, WebSocketException, TimeoutError, EOFError):
                await asyncio.sleep(0.1)

    async def run(self) -> None:
        """Connect, send, come back after each loss, until `writing` ends and all is answered."""
        while not self.interrupted and (self.writing or self.outbox):
            try:
                async with client(self.made, self.name, cursor=self.cursor, wait=False) as socket:
                    self.connections += 1
                    await self._session(socket)
            except* (OSError, WebSocketException, TimeoutError, EOFError):
                for id in self.outbox:
                    self._log("info", id)
                await asyncio.sleep(0.1)

    async def catch_up(self) -> None:
        """Connect once more and take in everything that is missing."""
        async with client(self.made, self.name, cursor=self.cursor, wait=False) as socket:
            self.connections += 1
            await socket.frame("resumed")
            self._take(socket)

    def adopt(self, socket: Client) -> None:
        """Count what was said over a socket of this person's as theirs."""
        self.connections += 1
        self.sent |= socket.said
        self.acked |= {id: one for id, one in socket.answers.items() if one["t"] == "ack"}
        self.nacked |= {id: one for id, one in socket.answers.items() if one["t"] == "nack"}

    async def _session(self, socket: Client) -> None:
        try:
            await socket.frame("resumed", 5.0)
            before = set(self.acked)
            for id in [*list(self.acked)[:1], *self.outbox]:
                await socket.say(self.sent[id])
            while self.writing or self.outbox:
                if self.writing:
                    await self._send(socket, self._next())
                await asyncio.sleep(self.pause)
                self._take(socket)
                last = next(reversed(self.acked), None)
                if last not in before and len(self.sent) % AGAIN_EVERY == 0 and last is not None:
                    await socket.say(self.sent[last])
        finally:
            with suppress(TimeoutError):
                self._take(socket)

    def _next(self) -> Frame:
        """Make up a command: a message, or a change of an own one that nobody removed."""
        turn = len(self.sent) + 1
        id, conv = new_id(SystemClock()), self.convs[turn % len(self.convs)]
        if turn % EDIT_EVERY == 0 or turn % REMOVE_EVERY == 0:
            target = self._own_message()
            if target is not None:
                change: Frame = {"id": id, "conv": target["conv"], "target": target["event_id"]}
                if turn % REMOVE_EVERY == 0:
                    return {"t": "remove", **change}
                return {"t": "edit", **change, "text": text_of(40)}
        return {"t": "send", "id": id, "conv": conv, "text": text_of(40)}

    def _own_message(self) -> Frame | None:
        gone = {frame["target"] for frame in self.sent.values() if frame["t"] == "remove"}
        for id in reversed(self.acked):
            if self.sent[id]["t"] == "send" and self.acked[id]["event_id"] not in gone:
                return self.acked[id]
        return None

    async def _send(self, socket: Client, command: Frame) -> None:
        self.outbox[command["id"]] = self.sent[command["id"]] = command
        self._log("invoke", command["id"])
        await socket.say(command)

    def _take(self, socket: Client) -> None:
        """Take in all that came; raise TimeoutError if something must be said again."""
        frames, socket.frames, socket.events = socket.frames, [], []
        self.cursor = socket.cursor or self.cursor
        unsettled = [
            frame["id"]
            for frame in frames
            if frame["t"] in ("ack", "nack", "pending") and not self._answered(frame)
        ]
        for frame in frames:
            for event in frame.get("events", ()):
                self.events.append(event)
                self._log("seen", event["event_id"], frame["came_at"])
        if unsettled:
            raise TimeoutError("pending or refused for now: come back and send the same id")

    def _answered(self, answer: Frame) -> bool:
        """Note an answer; return whether it is the last word."""
        id, at = answer["id"], answer["came_at"]
        if id in self.acked:
            self.again.append((id, answer))
        elif answer["t"] == "ack":
            self.acked[id] = answer
            self._log("ok", id, at)
        elif answer["t"] == "nack" and "retry_after" not in answer:
            self.nacked[id] = answer
            self._log("fail", id, at)
        else:
            self._log("info", id, at)
            return False
        self.outbox.pop(id, None)
        return True

    def _log(
        self,
        kind: Literal["invoke", "ok", "fail", "info", "seen"],
        id: str,
        at: float | None = None,
    ) -> None:
        self.operations.append(Operation(at or time.monotonic(), kind, id))


@asynccontextmanager
async def writing(writers: list[Writer]) -> Any:
    """Let everybody write while the block runs; afterwards wait until all is answered.

    Nobody writes before everybody has been there: who was has a cursor, and must miss nothing.
    """
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_all_write(writers))
        try:
            yield
        finally:
            for writer in writers:
                writer.writing = False


async def _all_write(writers: list[Writer]) -> None:
    await asyncio.gather(*(writer.arrive() for writer in writers))
    await asyncio.gather(*(writer.run() for writer in writers))


@asynccontextmanager
async def interrupted(writers: list[Writer]) -> Any:
    """Let everybody write while the block runs, and stop them in the middle of it."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(writer.run()) for writer in writers]
        try:
            yield
        finally:
            for writer, task in zip(writers, running, strict=True):
                writer.interrupted = True
                task.cancel()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition, with a deadline."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"it did not come in {seconds} s"
        await asyncio.sleep(0.02)


async def more_promises(writers: list[Writer], count: int, seconds: float = 30.0) -> None:
    """Wait until so many more commands are acknowledged, however quick the machine is."""
    before = sum(len(writer.acked) for writer in writers)
    await until(lambda: sum(len(writer.acked) for writer in writers) >= before + count, seconds)


def acknowledged(writers: list[Writer]) -> Iterator[tuple[Writer, str, Frame]]:
    """Yield every promise: (who, client id, ack)."""
    for writer in writers:
        for id, ack in writer.acked.items():
            yield writer, id, ack
