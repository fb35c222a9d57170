"""The load generator, a process of its own: `load.py PLAN.json`; prints its figures as JSON.

The plan: port, host, ca, path, seconds, messages a second (0: closed loop) and in flight, and the
clients: token (absent for the baseline), rooms, and whether each sends. What it counts: messages
accepted (acknowledged), delivered (to clients other than the sender), latencies.
"""

import asyncio
import gc
import json
import resource
import ssl
import sys
import time
from typing import Any

import uvloop

from tests.bench.raw_socket import RawSocket, open_socket

MESSAGE = b'"type":"message.sent"'
TEXT = "x" * 168
"""With the time in front, 200 bytes."""


class Member:
    """One connected client."""

    def __init__(self, load: "Load", plan: dict[str, Any]) -> None:
        self.load = load
        self.plan = plan
        self.conv: str = plan["rooms"][0]
        self.socket: RawSocket | None = None
        self.ready = asyncio.Event()
        self.flying: dict[str, float] = {}
        self.own = 0
        self.seen = 0
        self.last_no = 0

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
            self._ack(json.loads(text)["id"])
        elif text.startswith(b'{"t":"resumed"'):
            self.ready.set()
        elif text.startswith((b'{"t":"nack"', b'{"t":"pending"', b'{"t":"bye"')):
            self.load.refused += 1

    def _ack(self, id: str) -> None:
        sent_at = self.flying.pop(id)
        self.load.acked(time.perf_counter() - sent_at)
        if self.load.closed_loop and not self.load.over:
            self.send()

    def _events(self, text: bytes) -> None:
        count = text.count(MESSAGE) or text.count(b'"t":"send"')
        if not count:
            return
        self.seen += count
        now = time.perf_counter()
        at = text.rfind(b'"text":"')
        sent_at = float(text[at + 8 : at + 24])
        self.load.delivered(now - sent_at)
        if self.load.marks:
            self.last_no += count
            self.say("delivered")

    def say(self, position: str) -> None:
        """State a position."""
        assert self.socket is not None
        frame = f'{{"t":"{position}","conv":"{self.conv}","msg_no":{self.last_no}}}'
        self.socket.send(frame.encode())

    def send(self) -> None:
        """Send the next message."""
        assert self.socket is not None
        id = self.load.next_id()
        now = time.perf_counter()
        self.flying[id] = now
        self.own += 1
        self.socket.send(
            f'{{"t":"send","id":"{id}","conv":"{self.conv}","text":"{now:016.6f}{TEXT}"}}'.encode()
        )


class Load:
    """All clients of a run."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.context = ssl.create_default_context(cafile=plan["ca"])
        self.closed_loop = plan["rate"] == 0
        self.marks: bool = plan.get("marks", True)
        self.over = False
        self.refused = 0
        self.ack_times: list[float] = []
        self.deliver_times: list[float] = []
        self.members = [Member(self, each) for each in plan["clients"]]
        self.senders = [member for member in self.members if member.plan["sends"]]
        self._number = int(time.time() * 1000) << 80 | 0x7 << 76 | 0b10 << 62

    def next_id(self) -> str:
        """Return a UUIDv7 that no other has."""
        self._number += 1
        return f"{self._number:032x}"

    def acked(self, seconds: float) -> None:
        """Count an acknowledged message."""
        self.ack_times.append(seconds)

    def delivered(self, seconds: float) -> None:
        """Note how long the newest message of a frame was under way."""
        self.deliver_times.append(seconds)

    async def run(self) -> dict[str, Any]:
        """Connect, measure, drain, and return the figures."""
        began = time.perf_counter()
        for start in range(0, len(self.members), 20):
            await asyncio.gather(*(m.connect() for m in self.members[start : start + 20]))
        connected = time.perf_counter() - began
        print("connected", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        gc.freeze()
        cpu, began = _cpu(), time.perf_counter()
        await self._send_for(self.plan["seconds"])
        took = time.perf_counter() - began
        busy = (_cpu() - cpu) / took
        accepted = len(self.ack_times)
        print("measured", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        self.over = True
        await self._drain()
        seen = sum(member.seen for member in self.members)
        own = sum(member.own for member in self.members)
        echoes = own if "token" in self.plan["clients"][0] else 0
        return {
            "connect_seconds": connected,
            "seconds": took,
            "accepted": accepted,
            "acked": len(self.ack_times),
            "sent": own,
            "deliveries": seen - echoes,
            "refused": self.refused,
            "load_busy": busy,
            "ack": _percentiles(self.ack_times),
            "deliver": _percentiles(self.deliver_times),
        }

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
                self.senders[number % len(self.senders)].send()
                number += 1
            await asyncio.sleep(min(1 / rate, 0.002))

    async def _read_marks(self) -> None:
        while self.marks:
            await asyncio.sleep(1.0)
            for member in self.members:
                member.say("read")

    async def _drain(self) -> None:
        for _ in range(200):
            if not any(member.flying for member in self.members):
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 2)
        for name, part in (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99))
    }


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        chosen = json.load(file)
    uvloop.install()
    print(json.dumps(asyncio.run(Load(chosen).run())), flush=True)
