"""The load generator, a process of its own: `load.py PLAN.json FIGURES.json`.

The plan: port, host, ca, path, seconds, messages a second (0: closed loop) and in flight, settle
(seconds after the last connect), and the clients: token (absent for the baseline), rooms, and
whether each sends. It says `connected` and `measured` and goes on when a line comes; at the end it
waits until every message has come everywhere, writes its figures and says `done`. Times are of
every message that was sent in the measured time, those that came after it among them.
"""

import asyncio
import gc
import json
import re
import resource
import ssl
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.raw_socket import RawSocket, open_socket

MESSAGE = b'"type":"message.sent"'
NUMBER = b'"msg_no":'
TEXT = "x" * 180
"""With the time at which it was due and its sender's number in front, 200 bytes."""
STAMP = re.compile(rb'"text":"(\d{9}\.\d{6})(\d{4})')
CONNECTS_AT_ONCE = 20
DRAIN_SECONDS = 150.0
"""The baseline cannot keep up with W1 at 1,000 a second: what it was sent comes long after."""


class Member:
    """One connected client."""

    def __init__(self, load: "Load", plan: dict[str, Any], number: int) -> None:
        self.load = load
        self.number = number
        self.plan = plan
        self.conv: str = plan["rooms"][0]
        self.socket: RawSocket | None = None
        self.ready = asyncio.Event()
        self.flying: dict[str, float] = {}
        self.own = 0
        self.seen = 0
        self.last_no = 0
        """The newest message's number in the conversation; where there is none, how many came."""
        self.holes = 0
        """Frames that did not begin where the one before ended."""

    async def connect(self) -> None:
        """Connect and, with a token, say hello and wait for `resumed`."""
        path = self.load.plan["path"].replace("ROOMS", ",".join(self.plan["rooms"]))
        self.socket = await open_socket(
            port=self.load.plan["port"],
            path=path,
            host=self.load.plan["host"],
            context=self.load.context,
            on_text=self.take,
        )
        if "token" in self.plan:
            self.socket.send(json.dumps({"t": "hello", "token": self.plan["token"]}).encode())
            await self.ready.wait()

    def take(self, text: bytes) -> None:
        """Take in one frame of the server."""
        if text.startswith(b'{"t":"events"'):
            self._events(text)
        elif text.startswith(b'{"t":"ack"'):
            self._ack(json.loads(text))
        elif text.startswith(b'{"t":"resumed"'):
            self.ready.set()
        elif text.startswith((b'{"t":"nack"', b'{"t":"pending"', b'{"t":"bye"')):
            self.load.refused += 1

    def _ack(self, ack: dict[str, Any]) -> None:
        self.load.acked(ack, time.perf_counter() - self.flying.pop(ack["id"]))
        if self.load.closed_loop and not self.load.over:
            self.send()

    def _events(self, text: bytes) -> None:
        count = text.count(MESSAGE) or text.count(b'"t":"send"')
        if not count:
            return
        self.seen += count
        now = time.perf_counter()
        stamps = self.load.stamps(text)
        self.load.deliver_times.extend([now - due for due, by in stamps if by != self.number])
        self._follow(text, count)
        if self.load.marks:
            self.say("delivered")

    def _follow(self, text: bytes, count: int) -> None:
        """Note the newest number: nothing may be missing, and nothing come twice."""
        at = text.rfind(NUMBER)
        if at < 0:
            self.last_no += count
            return
        digits = text[at + len(NUMBER) : at + len(NUMBER) + 12]
        last = int(digits.partition(b",")[0])
        if self.last_no and last != self.last_no + count:
            self.holes += 1
        self.last_no = last

    def say(self, position: str) -> None:
        """State a position."""
        assert self.socket is not None
        frame = f'{{"t":"{position}","conv":"{self.conv}","msg_no":{self.last_no}}}'
        self.socket.send(frame.encode())

    def send(self, due: float | None = None) -> None:
        """Send the next message; its time runs from when it was due, which is now by default."""
        assert self.socket is not None
        id = self.load.next_id()
        due = time.perf_counter() if due is None else due
        self.flying[id] = due
        self.own += 1
        text = f"{due:016.6f}{self.number:04d}{TEXT}"
        frame = f'{{"t":"send","id":"{id}","conv":"{self.conv}","text":"{text}"}}'
        self.socket.send(frame.encode())


class Load:
    """All clients of a run."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.context = ssl.create_default_context(cafile=plan["ca"])
        self.closed_loop = plan["rate"] == 0
        self.marks: bool = plan["marks"]
        self.over = False
        self.refused = 0
        self.acks: list[tuple[str, int, str]] = []
        """(conversation, conv_seq, event_id); the baseline has none."""
        self.ack_times: list[float] = []
        self.deliver_times = array("d")
        """How long each message was under way to each member but its sender."""
        self._stamped: tuple[bytes, list[tuple[float, int]]] = (b"", [])
        self.members = [Member(self, each, number) for number, each in enumerate(plan["clients"])]
        self.senders = [member for member in self.members if member.plan["sends"]]
        self.echoed = any("token" in each for each in plan["clients"])
        """Whether a sender's own messages come back to it."""
        self._number = int(time.time() * 1000) << 80 | 0x7 << 76 | 0b10 << 62

    def next_id(self) -> str:
        """Return a UUIDv7 that no other has."""
        self._number += 1
        return f"{self._number:032x}"

    def stamps(self, text: bytes) -> list[tuple[float, int]]:
        """Return when each message of a frame was due, and by whom: many get the same frame."""
        if text != self._stamped[0]:
            found = [(float(due), int(by)) for due, by in STAMP.findall(text)]
            self._stamped = (text, found)
        return self._stamped[1]

    def acked(self, ack: dict[str, Any], seconds: float) -> None:
        """Count an acknowledged message."""
        self.ack_times.append(seconds)
        if "event_id" in ack:
            self.acks.append((ack["conv"], ack["conv_seq"], ack["event_id"]))

    async def run(self) -> dict[str, Any]:
        """Connect, measure, drain, and return the figures."""
        figures = await self._connect()
        await _say("connected")
        gc.freeze()
        figures |= await self._measure()
        await _say("measured")
        self.over = True
        await self._drain()
        return figures | {
            **_percentiles("ack", self.ack_times),
            **_percentiles("deliver", self.deliver_times),
            "sent": sum(member.own for member in self.members),
            "acked": len(self.ack_times),
            "refused": self.refused,
            "holes": sum(member.holes for member in self.members),
            "acks": self.acks,
            "seen": self._seen(),
        }

    async def _connect(self) -> dict[str, float]:
        cpu, began = _cpu(), time.perf_counter()
        for start in range(0, len(self.members), CONNECTS_AT_ONCE):
            some = self.members[start : start + CONNECTS_AT_ONCE]
            await asyncio.gather(*(member.connect() for member in some))
        took = time.perf_counter() - began
        busy = (_cpu() - cpu) / took
        await asyncio.sleep(self.plan["settle"])
        return {"connect_seconds": took, "connect_busy": busy}

    async def _measure(self) -> dict[str, float]:
        cpu, began = _cpu(), time.perf_counter()
        await self._send_for(self.plan["seconds"])
        took = time.perf_counter() - began
        accepted = len(self.ack_times)
        echoes = accepted if self.echoed else 0
        return {
            "seconds": took,
            "load_busy": (_cpu() - cpu) / took,
            "accepted": accepted,
            "accepted_s": accepted / took,
            "deliveries": sum(member.seen for member in self.members) - echoes,
        }

    def _seen(self) -> dict[str, list[int]]:
        """How many of a conversation's messages came at each member, its own included."""
        seen: dict[str, list[int]] = defaultdict(list)
        for member in self.members:
            seen[member.conv].append(member.seen + (0 if self.echoed else member.own))
        return seen

    async def _send_for(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._read_marks())
            if not self.senders:
                await asyncio.sleep(seconds)
            elif self.closed_loop:
                for sender in self.senders:
                    for _ in range(self.plan["in_flight"]):
                        sender.send()
                await asyncio.sleep(seconds)
            else:
                await self._paced(end)
            self.over = self.closed_loop
            reading.cancel()

    async def _paced(self, end: float) -> None:
        rate, number = self.plan["rate"], 0
        began = time.perf_counter()
        while (now := time.perf_counter()) < end:
            due = int((now - began) * rate)
            while number < due:
                number += 1
                self.senders[number % len(self.senders)].send(began + number / rate)
            await asyncio.sleep(min(1 / rate, 0.002))

    async def _read_marks(self) -> None:
        while self.marks:
            await asyncio.sleep(1.0)
            for member in self.members:
                member.say("read")

    async def _drain(self) -> None:
        """Wait until all that was sent has come everywhere; what has not is a difference."""
        sent: dict[str, int] = defaultdict(int)
        for member in self.members:
            sent[member.conv] += member.own
        deadline = time.perf_counter() + DRAIN_SECONDS
        while time.perf_counter() < deadline:
            flying = any(member.flying for member in self.members)
            if not flying and all(min(n) >= sent[conv] for conv, n in self._seen().items()):
                return
            await asyncio.sleep(0.05)


async def _say(word: str) -> None:
    """Tell whoever started us where we are, and wait until they say go on."""
    print(word, flush=True)
    await asyncio.to_thread(sys.stdin.readline)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _percentiles(name: str, values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    return {
        f"{name}_{part}_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * of))] * 1000, 2)
        for part, of in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        chosen = json.load(file)
    uvloop.install()
    Path(sys.argv[2]).write_text(json.dumps(asyncio.run(Load(chosen).run())))
    print("done", flush=True)
