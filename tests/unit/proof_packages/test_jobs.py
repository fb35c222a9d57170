"""The service that makes packages in the background: what ends with it, and with an account."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.features.proof_packages.service import (
    Cancelled,
    JobOptions,
    Made,
    PackageJob,
    PackageJobs,
)
from onrecord_archive.events.ids import PersonId
from tests.rig.patience import SECONDS as PATIENCE

ANNA, BEN = PersonId("a" * 32), PersonId("b" * 32)


class Bench:
    """A service whose packages take until they may be finished, one for Anna and one for Ben."""

    def __init__(self, folder: Path) -> None:
        self.may, self.stopped = Event(), Event()
        self.options = JobOptions(folder / "packages", sweep_s=0.01)
        self.jobs = PackageJobs[PackageJob](
            self._make,
            lambda job, error: "failed",
            read=asyncio.to_thread,
            clock=SystemClock(),
            options=self.options,
        )
        self.running, self.waiting = (
            PackageJob(
                owner=owner, path=self.jobs.new_path(), created_at=datetime.now(UTC), total=3
            )
            for owner in (ANNA, BEN)
        )

    async def _make(self, job: PackageJob) -> Made:
        return await asyncio.to_thread(self._write, job)

    def _write(self, job: PackageJob) -> Made:
        try:
            while not self.may.wait(0.005):
                job.progress(1)
        except Cancelled:
            self.stopped.set()
            raise
        return Made(0, "00" * 32)

    async def begin(self, tasks: asyncio.TaskGroup) -> asyncio.Task[None]:
        """Run, and have the first one under way and the second one wait."""
        task = tasks.create_task(self.jobs.run())
        self.jobs.add("first", self.running)
        self.jobs.add("second", self.waiting)
        async with asyncio.timeout(PATIENCE):
            while self.running.done == 0:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.005)
        return task


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_is_written_and_what_waits_ends_with_the_service(bench: Bench) -> None:
    async def story() -> None:
        async with asyncio.TaskGroup() as tasks:
            task = await bench.begin(tasks)
            assert (bench.running.state, bench.waiting.state) == ("running", "waiting")
            task.cancel()
        try:
            assert await asyncio.to_thread(bench.stopped.wait, PATIENCE)
        finally:
            bench.may.set()
        assert bench.waiting.state == "cancelled"

    asyncio.run(story())


@pytest.mark.promise("P10")
def test_what_waits_for_somebody_whose_account_ended_is_not_made(bench: Bench) -> None:
    async def story() -> None:
        async with asyncio.TaskGroup() as tasks:
            task = await bench.begin(tasks)
            bench.jobs.end_of(BEN)
            bench.may.set()
            async with asyncio.timeout(PATIENCE):
                while bench.jobs.get("second") or bench.running.state != "ready":  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
            assert (bench.waiting.state, bench.waiting.done) == ("cancelled", 0)
            assert list(bench.jobs) == [bench.running]
            task.cancel()

    asyncio.run(story())
