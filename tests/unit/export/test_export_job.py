"""The states of an export, and the transitions that there are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.features.export.bundles import Order
from onrecord.features.export.job import Job
from onrecord.features.proof_packages.service import Cancelled, Made
from onrecord_archive.events.ids import PersonId
from onrecord_archive.proof_package.bundle import Search, Slice

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def job() -> Job:
    slice_ = Slice("C-1", "en", Search({"words": "x"}))
    return Job(
        order=Order("C-1", 4, slice_, [7, 8]),
        owner=PersonId("e" * 32),
        path=Path("x.zip"),
        created_at=NOW,
        total=2,
        search=3,
    )


def test_it_waits_runs_and_is_ready(job: Job) -> None:
    assert job.told().state == "waiting"
    job.begin()
    job.progress(1)
    told = job.told()
    assert (told.state, told.done, told.total) == ("running", 1, 2)
    job.finish(Made(10, "ab"), now=5.0, expires_at=NOW)
    told = job.told()
    assert (told.state, told.size, told.sha256, told.search) == ("ready", 10, "ab", 3)
    assert (told.complete, told.conversation, job.ended_at) == (False, None, 5.0)


def test_one_that_waits_is_cancelled_at_once(job: Job) -> None:
    job.drop()
    assert job.state == "cancelled"


def test_one_that_runs_is_cancelled_at_its_next_record(job: Job) -> None:
    job.begin()
    job.progress(1)
    job.drop()
    assert job.state == "running"
    with pytest.raises(Cancelled):
        job.progress(2)
    job.fail("cancelled", now=5.0)
    assert (job.told().state, job.told().code) == ("cancelled", None)


def test_one_that_failed_says_why(job: Job) -> None:
    job.begin()
    job.fail("storage_full", now=5.0)
    assert (job.told().state, job.told().code) == ("failed", "storage_full")


def test_there_is_no_way_back(job: Job) -> None:
    with pytest.raises(ValueError, match="waiting cannot become ready"):
        job.finish(Made(1, ""), now=1.0, expires_at=NOW)
    job.begin()
    job.fail("storage_full", now=5.0)
    for step in (job.begin, lambda: job.finish(Made(1, ""), now=1.0, expires_at=NOW)):
        with pytest.raises(ValueError, match="failed cannot become"):
            step()
