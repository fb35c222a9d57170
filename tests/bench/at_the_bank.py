"""How long after its acknowledgement a record is in the bank's own archive, while people chat."""

import asyncio
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.counts import CountsDiffer
from tests.bench.far_sides import receiver_options
from tests.bench.messaging import Figures
from tests.bench.servers import START_SECONDS, onrecord
from tests.integration.hooks.receiver import Act, Receiver, running_receiver
from tests.rig.client import client
from tests.rig.installation import Installation

LOOK_SECONDS = 0.002
RATE, MESSAGES = 50, 500
"""Messages a second, and how many."""
Times = Mapping[str, float]
"""Monotonic seconds by event id."""


class Share:
    """A folder that a hook `directory` writes; when each of its files was first seen there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, float] = {}
        self._is_over = threading.Event()

    def watch(self) -> None:
        """Look until told to stop. Blocks."""
        while not self._is_over.wait(LOOK_SECONDS):
            for path in self._folder.glob("records/*/*.jsonl"):
                self._seen.setdefault(path, time.monotonic())

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()

    def times(self) -> dict[str, float]:
        """Return when each record was there."""
        found: dict[str, float] = {}
        for path, at in list(self._seen.items()):
            for line in path.read_bytes().splitlines():
                leaf = json.loads(json.loads(line)["leaf"])
                found.setdefault(leaf["event_id"], at)
        return found


class Arrivals:
    """A share and a receiver of webhooks, and the settings that name them."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.share = Share(folder / "share")
        (folder / "share").mkdir()
        self.posted: dict[str, float] = {}
        receiver.script = self._post
        options = receiver_options(receiver.url, receiver.tls.ca, folder)
        told = "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())
        self.toml = (
            f'[hooks.share]\nkind = "directory"\n[hooks.share.options]\n'
            f"path = {json.dumps(str(folder / 'share'))}\n"
            f'[hooks.web]\nkind = "webhook"\n[hooks.web.options]\n{told}'
        )

    def _post(self, number: int, message_id: str) -> Act:
        self.posted.setdefault(message_id, time.monotonic())
        return Act()


@contextmanager
def arrivals() -> Iterator[Arrivals]:
    """Have both, and look at the share."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-arrivals-") as root,
        running_receiver(Path(root) / "tls") as receiver,
    ):
        both = Arrivals(Path(root), receiver)
        looking = threading.Thread(target=both.share.watch)
        looking.start()
        try:
            yield both
        finally:
            both.share.stop()
            looking.join()


def arrived(made: Installation, both: Arrivals, messages: int = MESSAGES) -> Figures:
    """Say so many messages in the direct conversation of the first two people.

    Raises CountsDiffer unless each comes to both.
    """
    with onrecord(made) as running:
        running.rest()
        acknowledged = asyncio.run(_say(made, messages))
        figures: Figures = {}
        for name, times in (("share", both.share.times), ("web", lambda: both.posted)):
            figures |= _after(name, acknowledged, _until_all_came(name, times, acknowledged))
    return figures


async def _say(made: Installation, messages: int) -> Times:
    """Return when each message was acknowledged."""
    one, other = sorted(made.people)[:2]
    conv = made.direct(one, other)
    async with client(made, one) as speaker:
        sent = []
        for number in range(messages):
            sent.append(await speaker.send(conv, f"Message {number}"))
            await asyncio.sleep(1 / RATE)
        for id in sent:
            await speaker.answer(id)
        acks = [frame for frame in speaker.frames if frame["t"] == "ack"]
    if len(acks) != messages:
        raise CountsDiffer(f"sent {messages}: acknowledged {len(acks)}")
    return {ack["event_id"]: ack["came_at"] for ack in acks}


def _until_all_came(name: str, times: Callable[[], Times], expected: Times) -> Times:
    """Return when each record came. Raises CountsDiffer if one does not."""
    deadline = time.monotonic() + START_SECONDS
    while expected.keys() - (came := times()).keys():
        if time.monotonic() > deadline:
            missing = len(expected.keys() - came.keys())
            raise CountsDiffer(f"{missing} records of {len(expected)} have not come: {name}")
        time.sleep(0.1)
    return came


def _after(name: str, acknowledged: Times, came: Times) -> Figures:
    """Return the figures; a record may be there before its sender has the answer."""
    waited = sorted(max(0.0, came[event] - at) * 1000 for event, at in acknowledged.items())
    p99 = statistics.quantiles(waited, n=100, method="inclusive")[-1]
    return {f"{name}_p50_ms": statistics.median(waited), f"{name}_p99_ms": p99}
