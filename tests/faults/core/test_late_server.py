"""A server that stops at any of its points, and wakes when another one has gone on.

Both record on one PostgreSQL and one archive directory (test_second_server.py). What the first one
still writes when it wakes harms nobody: people go on at the second one with what was not answered,
the checker and both verifiers accept what is left, and the first one ends with 75.

The second one takes over at once (`usurping`): who is stopped has no beat that it could wait for.
Without the thread that beats (`beatless`) the first one goes on for longer when it wakes.
"""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import get_args

import pytest

from onrecord.core.store.journal import FORGOTTEN_SECONDS
from onrecord.observability.points import Point
from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.layout import CHECKPOINT
from tests.faults.checker import check
from tests.faults.gate import door
from tests.faults.load import Frame, Writer, until, writing
from tests.faults.officer import NAME, exported, open_case
from tests.faults.rounds import SEED
from tests.faults.surroundings import await_signed, everybody_catches_up
from tests.integration.postgres import Cluster
from tests.rig.client import Client, text_of
from tests.rig.command import verified
from tests.rig.files import sharer
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running
from tests.rig.promises import PromiseBroken, promised
from tests.rig.second import second_server
from tests.rig.second_opinion import of_archive, of_bundle

AGAIN = 75
POINTS: tuple[Point, ...] = get_args(Point)
SETTLE_SECONDS = 0.5
"""Other threads may go on for so long after one has stopped the process."""
FEW = 10
PAUSE, SLOW_PAUSE = 0.05, 0.5
"""Seconds between two messages of one person."""
SHORT, LONG = 40, 16_000
"""Characters of a text. Of long ones a tail of 1 MiB is soon full."""
LEFT_OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
    f" AND state_change > clock_timestamp() - interval '{FORGOTTEN_SECONDS} s'"
)
FILE = bytes(range(256)) * 300


def nothing(_made: Installation) -> None:
    """People write anyway."""


def stores(made: Installation) -> None:
    """Have Anna store a file."""
    with sharer(made, "anna") as anna:
        anna.stored(str(made.groups["Desk"]), "offer.bin", FILE)


def exports(made: Installation) -> None:
    """Have an officer export the group; both verifiers accept that."""
    bundle = made.data.parent / "bundle.zip"
    with door(made, made.settings.console, NAME) as officer:
        bundle.write_bytes(exported(officer, {"conversation": made.groups["Desk"]}))
    with promised():
        assert of_bundle(bundle, policy_of(made)).status == 0


def opens_a_case(made: Installation) -> None:
    """Have the officer open the case that they export for."""
    with door(made, made.settings.console, NAME) as officer:
        open_case(officer)


@dataclass(frozen=True)
class Way:
    """How a server comes to a point, while people write to it."""

    count: int
    """When it comes there for the so many-th time, it stops."""
    act: Callable[[Installation], None] = nothing
    """What is done beside that until then, and once where no server stops."""
    text: int = SHORT


WRITTEN, STORED = Way(15), Way(1, stores)
WAYS: Mapping[Point, Way] = {
    "parsed": WRITTEN,
    "in_transaction": WRITTEN,
    "journaled": WRITTEN,
    "archived": WRITTEN,
    "published": WRITTEN,
    "acknowledged": WRITTEN,
    "half_delivered": Way(40),  # three people have connected by then
    "delivered": WRITTEN,
    "integrated": Way(8),  # each second, also before anybody writes
    "tail_taken": Way(1, text=LONG),
    "file_sealed": STORED,
    "file_stored": STORED,
    "exporting": Way(15, exports),
}
GATE: Mapping[Point, str] = {
    "archived": "",
    "tail_taken": "beatless",
    "file_sealed": "",
    "exporting": "beatless",
}
"""One point of each thread, with what the first server lacks; a pair and proofs have the others."""


def without_a_way(points: Collection[str]) -> set[str]:
    """Return the points that no server is brought to."""
    return set(points) - WAYS.keys()


@dataclass
class Wordy(Writer):
    """Writes texts of one length."""

    pause: float = PAUSE
    length: int = SHORT

    async def _send(self, socket: Client, command: Frame) -> None:
        longer = {"text": text_of(self.length)} if "text" in command else {}
        await super()._send(socket, {**command, **longer})


def policy_of(made: Installation) -> Policy:
    return parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))


def stands_still(server: ServerProcess) -> bool:
    """Whether the process is stopped."""
    status = Path(f"/proc/{server.process.pid}/stat").read_text()
    return status.rpartition(")")[2].split()[0] == "T"


async def brought(server: ServerProcess, made: Installation, way: Way) -> Future[None]:
    """Do what brings a server to its point until it stands still.

    Return what was being done then: it ends when the server wakes, or ends itself.
    """
    enough, acting = Event(), Future[None]()

    def act() -> None:
        try:
            while not enough.wait(0.05):
                way.act(made)
        except BaseException as error:  # noqa: BLE001  # raised where it matters
            acting.set_exception(error)
        else:
            acting.set_result(None)

    Thread(target=act, daemon=True).start()
    try:
        await until(lambda: stands_still(server) or acting.done())
    finally:
        enough.set()
    if acting.done():
        acting.result()
    await asyncio.sleep(SETTLE_SECONDS)
    return acting


def await_forgotten(postgres: Cluster, made: Installation) -> None:
    """Wait until what a stopped server left open is old enough to be ended. Blocks.

    Who waits for a beat has waited longer.
    """
    name, deadline = made.settings.database.name, time.monotonic() + PATIENCE
    while postgres.ask(f"{LEFT_OPEN} AND datname = '{name}'") != [0]:
        assert time.monotonic() < deadline, "it does not stand still"
        time.sleep(0.1)


async def promises(writers: Sequence[Writer], server: ServerProcess) -> None:
    """Wait until a few more commands of each are acknowledged; the server goes on."""
    before = [len(writer.acked) for writer in writers]

    def enough() -> bool:
        server.still_runs()
        pairs = zip(writers, before, strict=True)
        return all(len(writer.acked) >= count + FEW for writer, count in pairs)

    await until(enough)


@dataclass(frozen=True)
class Late:
    """The first server stops at a point, and the second at another while the first one wakes."""

    postgres: Cluster
    first: Installation
    folder: Path
    point: Point
    other: Point | None = None
    defects: str = ""

    def happens(self) -> None:
        """Let it happen, judge what is left, and start once more."""
        there = [self._writer(name, self.point) for name in ("anna", "piotr")]
        ewa = self._writer("ewa", self.other)
        status, second, held = asyncio.run(self._story(there, ewa))
        with promised():
            assert status == AGAIN
        assert check(second, [*there, ewa]) > 3 * FEW
        with running(second):
            pass
        verified(second.data, "--checkpoint", str(held))
        policy, root = policy_of(second), second.settings.archive.directory
        assert of_archive(root, policy, given=policy.open(held.read_bytes())).status == 0

    def _writer(self, name: str, point: Point | None) -> Wordy:
        length = WAYS[point].text if point else SHORT
        return Wordy(self.first, name, [self.first.groups["Desk"]], length=length)

    async def _story(self, there: list[Wordy], ewa: Wordy) -> tuple[int, Installation, Path]:
        """Return how the first one ended, what the second one is, and a checkpoint of then."""
        way, people = WAYS[self.point], [*there, ewa]
        a = ServerProcess(self.first, point=stopping_at(self.point), defects=self.defects)
        servers = [a]
        try:
            await ewa.arrive()
            if exports in (way.act, WAYS[self.other].act if self.other else None):
                await asyncio.to_thread(opens_a_case, self.first)
            async with writing([*there]):
                late = await brought(a, self.first, way)
                for writer in there:  # what they write to it now waits, and is sent again
                    writer.pause, writer.length = SLOW_PAUSE, SHORT
                await asyncio.to_thread(await_forgotten, self.postgres, self.first)
                second = second_server(self.first, self.folder)
                for writer in people:
                    writer.made, writer.past = second, there[0].past
                point = stopping_at(self.other) if self.other else None
                b = await asyncio.to_thread(
                    partial(ServerProcess, second, point=point, defects="usurping")
                )
                servers.append(b)
                async with writing([ewa]):
                    busy = await self._meanwhile(b, second, ewa)
                    a.process.send_signal(signal.SIGCONT)
                    if self._waits_for_the_second():
                        await asyncio.sleep(SETTLE_SECONDS)
                        b.process.send_signal(signal.SIGCONT)
                    status = await asyncio.to_thread(a.process.wait, PATIENCE)
                    for writer in there:
                        writer.pause = PAUSE
                    await until(late.done)
                    held = self.folder / CHECKPOINT
                    held.write_bytes((second.settings.archive.directory / CHECKPOINT).read_bytes())
                    b.process.send_signal(signal.SIGCONT)
                    if busy is not None:
                        await until(busy.done)
                        busy.result()
                    await promises(people, b)
            await everybody_catches_up(people)
            await asyncio.to_thread(await_signed, second)
            assert b.stop() == 0
        finally:
            for server in servers:
                server.kill()
        return status, second, held

    def _waits_for_the_second(self) -> bool:
        """Whether the first one's next statement waits for a row that the second one holds.

        With a beat it ends all the same.
        """
        return self.defects == "beatless" and self.other == "in_transaction"

    async def _meanwhile(
        self, b: ServerProcess, second: Installation, ewa: Writer
    ) -> Future[None] | None:
        """Have the second server record; return what it is busy with where it stops."""
        if self.other is not None:
            return await brought(b, second, WAYS[self.other])
        await asyncio.to_thread(WAYS[self.point].act, second)
        if "signing" not in self.defects:  # its control: what is signed next is of one size
            await promises([ewa], b)
        return None


def stopping_at(point: Point) -> str:
    return f"{point}:{WAYS[point].count}:stop"


@pytest.mark.parametrize(
    ("point", "defects"),
    [
        pytest.param(
            point,
            defects,
            id=f"{point}-{defects or 'as_it_is'}",
            marks=() if GATE.get(point) == defects else pytest.mark.proofs("long"),
        )
        for point in POINTS
        for defects in ("", "beatless")
    ],
)
def test_it_may_stop_at_each_point(
    postgres: Cluster, first: Installation, tmp_path: Path, point: Point, defects: str
) -> None:
    Late(postgres, first, tmp_path / "second", point, defects=defects).happens()


def test_both_may_stop(postgres: Cluster, first: Installation, tmp_path: Path) -> None:
    Late(postgres, first, tmp_path / "second", "journaled", "file_stored").happens()


@pytest.mark.proofs("sampled")
@pytest.mark.parametrize("which", range(6))
def test_both_may_stop_anywhere(
    postgres: Cluster, first: Installation, tmp_path: Path, which: int
) -> None:
    draw = random.Random(f"{SEED} {which}")
    point, other, defects = draw.choice(POINTS), draw.choice(POINTS), draw.choice(["", "beatless"])
    print(f"the first one stops at {point}, the second at {other}; the first one is {defects}")
    Late(postgres, first, tmp_path / "second", point, other, defects).happens()


def test_every_point_has_a_way() -> None:
    assert without_a_way(POINTS) == set()


def test_control_a_point_without_a_way_is_noticed() -> None:
    assert without_a_way([*POINTS, "shown"]) == {"shown"}


def test_control_signing_what_is_durable_alone_is_noticed(
    postgres: Cluster, first: Installation, tmp_path: Path
) -> None:
    """It has no beat: that could end it before it signs."""
    late = Late(
        postgres,
        first,
        tmp_path / "second",
        "journaled",
        defects="signing_what_is_durable,beatless",
    )
    with pytest.raises((PromiseBroken, NotVerified)):
        late.happens()
