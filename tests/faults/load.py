"""People who go on writing while things break, and remember what was promised to them.

Each keeps an outbox as the real client does: the same id again until there is an answer, in order.
Now and then somebody edits or removes what they wrote or reacts to it, renames a group, has a guest
in or out of it, leaves one, and says again what was already answered. Everybody says how far they
have received and read, and says it again whenever they come back.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from websockets.exceptions import WebSocketException

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord_archive.format.record import format_time
from tests.faults.past import Past, past_of
from tests.rig.client import Client, client, text_of
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

Frame = dict[str, Any]
PAUSE = 0.02
"""Seconds between two messages of one person."""
EDIT_EVERY, REMOVE_EVERY, REACT_EVERY, TITLE_EVERY = 9, 23, 7, 11
"""Of a person's commands: about one in eleven renames a group that they lead, one in 23 removes an
own message, one in nine edits one, one in seven reacts to one."""
GUEST_EVERY, SINCE_EVERY, LEAVE_EVERY = 5, 3, 6
"""One command in five, where it is a group that they lead, has its guest in or out, one coming in
three with what was said just before. A guest's sixth command each is to leave where they came for
the first time, the third and so on; else they stay until they are removed."""
SHARED = timedelta(milliseconds=100)
READ_EVERY = 5
"""Positions are said so seldom: each of them is a frame, and of frames there are 200 a second."""
EMOJI = "👍"
AGAIN_EVERY = 13
"""A writer says again what was just acknowledged, every so many commands, and on each connection
the first that ever was: never the newest of the connection before, whose loss that would mend."""


Position = Literal["read", "delivered"]
KINDS: tuple[Position, ...] = ("delivered", "read")
Kind = Literal["invoke", "ok", "fail", "info", "seen", "read", "delivered"]


@dataclass(frozen=True, slots=True)
class Operation:
    """A line of a client's operation log; `at` is monotonic seconds of this machine.

    invoke: first sent. ok: acknowledged. fail: refused for good. info: the outcome is unknown, or
    refused for now, and the same id is sent again. seen: an event came; `id` is its event_id.
    read, delivered: said so, up to `msg_no`; `id` is the conversation.
    """

    at: float
    kind: Kind
    id: str
    msg_no: int = 0


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
    leads: Sequence[str] = ()
    """The groups that they may rename and have their guests in and out of."""
    guests: dict[str, str] = field(default_factory=dict)
    """Group -> the person id of who comes and goes."""
    invited: Counter[str] = field(default_factory=Counter)
    """Group -> how often they had its guest in. Turns may fall into step with removals."""
    visits: Sequence[str] = ()
    """The groups that they are a guest of."""
    newest: dict[str, int] = field(default_factory=dict)
    """Conversation -> the last message that came, while they are in it."""
    present: dict[str, set[str]] = field(default_factory=dict)
    """Conversation -> who came in and did not go since, by the events that came."""
    came: Counter[str] = field(default_factory=Counter)
    """How often they came into a conversation."""
    stated: dict[tuple[Position, str], int] = field(default_factory=dict)
    """(read or delivered, conversation) -> the highest position that they said since they came."""
    claimed: dict[tuple[Position, str], int] = field(default_factory=dict)
    """The same of all times: whoever goes begins anew."""
    recorded: dict[tuple[Position, str], int] = field(default_factory=dict)
    """The same as events told it to them."""
    pause: float = PAUSE
    past: Past | None = None
    """What the archive held before anybody wrote."""

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
                    await socket.frame("resumed")
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

    async def settle(self) -> None:
        """Come back, say all positions again, and wait until they are recorded.

        Whether they are is the checker's to judge: this ends all the same.
        """
        async with client(self.made, self.name, cursor=self.cursor, wait=False) as socket:
            self.connections += 1
            await socket.frame("resumed")
            self._take(socket)
            await self._say_positions(socket)
            await self._say_again(socket)
            with suppress(AssertionError):
                await until(lambda: self._are_recorded(socket))

    def _are_recorded(self, socket: Client) -> bool:
        self._take(socket)
        return all(self.recorded.get(key, 0) >= said for key, said in self.stated.items())

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
            await socket.frame("resumed")
            before = set(self.acked)
            await self._say_again(socket)
            for id in [*list(self.acked)[:1], *self.outbox]:
                await socket.say(self.sent[id])
            while self.writing or self.outbox:
                if self.writing:
                    await self._send(socket, self._next())
                await asyncio.sleep(self.pause)
                self._take(socket)
                if len(self.sent) % READ_EVERY == 0:
                    await self._say_positions(socket)
                last = next(reversed(self.acked), None)
                if last not in before and len(self.sent) % AGAIN_EVERY == 0 and last is not None:
                    await socket.say(self.sent[last])
        finally:
            with suppress(TimeoutError):
                self._take(socket)

    def _next(self) -> Frame:
        """Make up a command: a message, or a change of an own one that nobody removed."""
        turn = len(self.sent) + 1
        visited = [conv for conv in self.visits if self._me in self._there(conv)]
        here = [*self.convs, *visited]
        id, conv = new_id(SystemClock()), here[turn % len(here)]
        if turn % GUEST_EVERY == 0 and conv in self.guests and not self._waits_for_a_guest():
            return self._guest(id, conv)
        if turn % LEAVE_EVERY == 0 and any(self.came[conv] % 2 for conv in visited):
            return {"t": "members", "id": id, "conv": visited[0], "op": "leave"}
        if turn % TITLE_EVERY == 0 and conv in self.leads:
            return {"t": "title", "id": id, "conv": conv, "title": text_of(40)}
        target = self._own_message()
        if target is not None:
            change: Frame = {"id": id, "conv": target["conv"], "target": target["event_id"]}
            if turn % REMOVE_EVERY == 0:
                return {"t": "remove", **change}
            if turn % EDIT_EVERY == 0:
                return {"t": "edit", **change, "text": text_of(40)}
            if turn % REACT_EVERY == 0:
                return {"t": "react", **change, "emoji": EMOJI, "on": True}
        return {"t": "send", "id": id, "conv": conv, "text": text_of(40)}

    @property
    def _me(self) -> str:
        return self.made.people[self.name].id

    def _there(self, conv: str) -> set[str]:
        return self.present.get(conv, set())

    def _waits_for_a_guest(self) -> bool:
        return any(frame["t"] == "members" for frame in self.outbox.values())

    def _guest(self, id: str, conv: str) -> Frame:
        """Have a group's guest in, if they are out, and out, if they are in."""
        guest = self.guests[conv]
        change: Frame = {"t": "members", "id": id, "conv": conv, "person": guest}
        if guest in self._there(conv):
            return {**change, "op": "remove"}
        self.invited[conv] += 1
        if self.invited[conv] % SINCE_EVERY == 0:
            change["since"] = format_time(SystemClock().now() - SHARED)
        return {**change, "op": "add"}

    async def _say_positions(self, socket: Client) -> None:
        """Say what was received everywhere, and read in one conversation.

        Every second time it is the lowest again, as of a device that lags: the highest wins.
        """
        for conv, msg_no in self.newest.items():
            if self.stated.get(("delivered", conv), 0) < msg_no:
                await self._say_position(socket, "delivered", conv, msg_no)
        if self.newest:
            turn = len(self.sent) // READ_EVERY
            conv = list(self.newest)[turn % len(self.newest)]
            again = turn % 2 and ("read", conv) in self.stated
            await self._say_position(socket, "read", conv, 1 if again else self.newest[conv])

    async def _say_again(self, socket: Client) -> None:
        for (kind, conv), msg_no in list(self.stated.items()):
            await self._say_position(socket, kind, conv, msg_no)

    async def _say_position(self, socket: Client, kind: Position, conv: str, msg_no: int) -> None:
        self._log(kind, conv, msg_no=msg_no)
        for raised in KINDS[: 1 + (kind == "read")]:  # what was read was received
            for known in (self.stated, self.claimed):
                known[raised, conv] = max(msg_no, known.get((raised, conv), 0))
        await socket.say({"t": kind, "conv": conv, "msg_no": msg_no})

    def _learn(self, event: Frame) -> None:
        """Follow who is there, what is new, and which of one's own positions are recorded."""
        type, conv = event["type"], event["conv"]
        if "msg_no" in event:
            self.newest[conv] = max(event["msg_no"], self.newest.get(conv, 0))
        if type == "member.added":
            self.present.setdefault(conv, set()).add(event["person"])
            self.came[conv] += event["person"] == self._me
        elif type in ("member.removed", "member.left"):
            gone = event.get("person", event["actor"])
            self.present.setdefault(conv, set()).discard(gone)
            if gone == self._me:
                self.newest.pop(conv, None)
                self.stated = {key: no for key, no in self.stated.items() if key[1] != conv}
        elif type == "positions":
            for change in (one for one in event["changes"] if one["person"] == self._me):
                self.recorded |= {(kind, conv): change[kind] for kind in KINDS if kind in change}

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
                self._learn(event)
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

    def _log(self, kind: Kind, id: str, at: float | None = None, *, msg_no: int = 0) -> None:
        self.operations.append(Operation(at or time.monotonic(), kind, id, msg_no))


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
    writers[0].past = writers[0].past or await asyncio.to_thread(past_of, writers[0].made)
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


async def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for a condition, with a deadline."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"it did not come in {seconds} s"
        await asyncio.sleep(0.02)


async def more_promises(writers: list[Writer], count: int) -> None:
    """Wait until so many more commands are acknowledged, however quick the machine is."""
    before = sum(len(writer.acked) for writer in writers)
    await until(lambda: sum(len(writer.acked) for writer in writers) >= before + count)


def answered(writers: list[Writer], since: float) -> bool:
    """Whether anybody got an ack for what was sent since a moment."""
    for writer in writers:
        sent = {one.id for one in writer.operations if one.kind == "invoke" and one.at > since}
        if sent & writer.acked.keys():
            return True
    return False


def acknowledged(writers: list[Writer]) -> Iterator[tuple[Writer, str, Frame]]:
    """Yield every promise: (who, client id, ack)."""
    for writer in writers:
        for id, ack in writer.acked.items():
            yield writer, id, ack
