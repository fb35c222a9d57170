"""Exports in the background: turns, cancelling, failing, and what is left of them in the end."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from onrecord.core.domain.errors import Conflict, NotFound, OnRecordError, Refusal, Unavailable
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.transcript_bodies import Span
from onrecord.features.compliance.values import Officer
from onrecord.features.export.bodies import Export, NewExport
from onrecord.features.export.bundles import BundleMaker, Order
from onrecord.features.export.service import ExportDesk, ExportLimits
from onrecord.features.proof_packages.service import JobOptions, Made
from onrecord.observability.points import NoPoints
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import ArchiveError, Corrupt, WriteFailed
from tests.integration.compliance.office import WHY
from tests.integration.compliance.workbench import Workbench
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.patience import SECONDS as PATIENCE

REASON = "A client complained."


class StoppedMaker(BundleMaker):
    """Makes a file of a few bytes once it may, or fails."""

    may = Event()
    failure: ArchiveError | OnRecordError | None = None

    def make(self, order: Order, target: Path, progress: Callable[[int], None]) -> Made:
        """Wait, telling progress, until `may` is set."""
        target.parent.mkdir(parents=True, exist_ok=True)
        while not self.may.wait(0.005):
            progress(1)
        if self.failure is not None:
            raise self.failure
        target.write_bytes(b"bundle")
        return Made(6, "00" * 32)


class Room:
    """An officer with a case, a conversation of three records, and a desk that runs."""

    def __init__(self, world: World, folder: Path) -> None:
        ada = world.person("Ada")
        self.group: StreamId = world.conversation(ada, world.person("Ben"), title="Desk")
        world.say(ada, self.group, "one")
        world.say(ada, self.group, "two")
        StoppedMaker.may, StoppedMaker.failure = Event(), None
        self.folder = folder / "exports"
        self.log = Lines()
        store = ComplianceStore(world.database)
        self.maker = StoppedMaker(store, folder, Policy("log.example", ()), NoPoints())
        self.bench = Workbench(world, self.log)
        self.ewa: Officer = self.bench.officer()

    def run(
        self,
        work: Callable[[ExportDesk], Coroutine[Any, Any, None]],
        *,
        lifetime: timedelta = timedelta(hours=1),
        most_records: int = 3,
    ) -> None:
        """Do something at a desk that runs, in a loop of its own."""
        options = JobOptions(self.folder, lifetime, sweep_s=0.01)
        limits = ExportLimits(most_records)

        async def run() -> None:
            await self.bench.cases.open(self.ewa, "C-1", REASON)
            desk = self.bench.exports(self.maker, options, limits)
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(desk.run())
                await asyncio.sleep(0)  # it cleans up first
                await work(desk)
                running.cancel()

        asyncio.run(run())

    async def order(self, desk: ExportDesk, first: int | None = None) -> Export:
        """Order an export of the conversation, from a number on."""
        return await desk.order(self.ewa, "C-1", NewExport(Span(self.group, first), reason=WHY))

    async def until(self, desk: ExportDesk, number: int, *states: str) -> Export:
        """Wait until an export is in one of some states."""
        deadline = time.monotonic() + PATIENCE
        while (export := desk.one(self.ewa, "C-1", number)).state not in states:
            assert time.monotonic() < deadline, export
            await asyncio.sleep(0.005)
        return export


@pytest.fixture
def room(world: World, tmp_path: Path) -> Room:
    return Room(world, tmp_path)


def test_one_is_made_at_a_time_and_tells_how_far_it_is(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        first, second = await room.order(desk), await room.order(desk, first=2)
        assert (first.state, first.done, first.total) == ("waiting", 0, 3)
        running = await room.until(desk, first.number, "running")
        assert desk.one(room.ewa, "C-1", second.number).state == "waiting"
        with pytest.raises(Conflict) as refused:
            desk.file(room.ewa, "C-1", running.number)
        assert refused.value.code == "export_not_ready"
        StoppedMaker.may.set()
        for export in (first, second):
            ready = await room.until(desk, export.number, "ready")
            assert desk.file(room.ewa, "C-1", ready.number).read_bytes() == b"bundle"
            assert (ready.size, ready.code) == (6, None)
        listed = (await desk.all(room.ewa, "C-1")).exports
        assert [one.number for one in listed] == [second.number, first.number]

    room.run(work)


def test_a_running_and_a_waiting_one_can_be_cancelled(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        running, waiting = await room.order(desk), await room.order(desk)
        await room.until(desk, running.number, "running")
        await desk.drop(room.ewa, "C-1", waiting.number)
        assert desk.one(room.ewa, "C-1", waiting.number).state == "cancelled"
        await desk.drop(room.ewa, "C-1", running.number)
        await room.until(desk, running.number, "cancelled")
        StoppedMaker.may.set()
        third = await room.order(desk)
        await room.until(desk, third.number, "ready")  # the desk goes on
        assert len(list(room.folder.iterdir())) == 1
        await desk.drop(room.ewa, "C-1", running.number)
        with pytest.raises(NotFound):
            desk.one(room.ewa, "C-1", running.number)

    room.run(work)


@pytest.mark.promise("P10")
def test_an_officers_exports_end_with_their_account(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        StoppedMaker.may.set()
        ready = await room.order(desk)
        await room.until(desk, ready.number, "ready")
        StoppedMaker.may.clear()
        running, waiting = await room.order(desk), await room.order(desk)
        await room.until(desk, running.number, "running")
        desk.end_of(PersonId("0" * 32))
        assert desk.one(room.ewa, "C-1", waiting.number).state == "waiting", "somebody else's end"
        desk.end_of(room.ewa.actor.id)
        deadline = time.monotonic() + PATIENCE
        while (left := (await desk.all(room.ewa, "C-1")).exports) and [
            each.state for each in left
        ] != ["cancelled"]:
            assert time.monotonic() < deadline, left
            await asyncio.sleep(0.005)
        assert list(room.folder.iterdir()) == []

    room.run(work)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (WriteFailed("no space"), "storage_full"),
        (Corrupt("damaged", file="tails/1", index=7), "export_failed"),
        (Unavailable("archive_unavailable", "Not signed yet."), "archive_unavailable"),
    ],
)
def test_one_that_fails_says_why_and_the_desk_goes_on(
    room: Room, failure: ArchiveError | OnRecordError, code: str
) -> None:
    async def work(desk: ExportDesk) -> None:
        StoppedMaker.failure = failure
        StoppedMaker.may.set()
        failed = await room.until(desk, (await room.order(desk)).number, "failed")
        assert failed.code == code
        assert f'"code":"{code}"' in room.log.getvalue()
        StoppedMaker.failure = None
        await room.until(desk, (await room.order(desk)).number, "ready")  # control

    room.run(work)


def test_a_file_is_removed_after_its_time(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        StoppedMaker.may.set()
        export = await room.order(desk)
        await room.until(desk, export.number, "ready")
        room.bench.world.clock.at += timedelta(seconds=59)
        await asyncio.sleep(0.05)
        path = desk.file(room.ewa, "C-1", export.number)
        assert path.exists()  # control
        room.bench.world.clock.at += timedelta(seconds=2)
        deadline = time.monotonic() + PATIENCE
        while path.exists():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
        with pytest.raises(NotFound) as refused:
            desk.file(room.ewa, "C-1", export.number)
        assert refused.value.code == "no_such_export"

    room.run(work, lifetime=timedelta(minutes=1))


def test_what_an_earlier_process_left_is_removed_at_the_start(room: Room) -> None:
    room.folder.mkdir()
    (room.folder / "left.zip").write_bytes(b"left")

    async def work(desk: ExportDesk) -> None:
        deadline = time.monotonic() + PATIENCE
        while room.folder.exists():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
        del desk

    room.run(work)


def test_too_many_records_are_refused_and_leave_no_record(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        before = len(room.bench.world.published)
        with pytest.raises(Refusal) as refused:
            await room.order(desk)
        assert refused.value.code == "export_too_long"
        assert len(room.bench.world.published) == before
        await room.order(desk, first=2)  # control

    room.run(work, most_records=2)


def test_without_its_record_nothing_is_made(room: Room) -> None:
    async def work(desk: ExportDesk) -> None:
        room.bench.recorder.fails = Unavailable("archive_unavailable", "No.")
        with pytest.raises(Unavailable):
            await room.order(desk)
        assert (await desk.all(room.ewa, "C-1")).exports == []

    room.run(work)
