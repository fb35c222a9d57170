"""What an auditor reads of the system streams is on the record before it shows."""

import asyncio

import pytest

from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.features.compliance.access import IDENTITY, READ
from onrecord.features.compliance.oversight import Oversight
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.values import StoredRecord
from onrecord_archive.events.ids import StreamId
from tests.integration.compliance.workbench import Workbench
from tests.integration.world import World

CASE = StreamId("access:C-1")
DOWN = Unavailable("archive_unavailable", "No.", retry_after=2.0)


@pytest.fixture
def bench(world: World) -> Workbench:
    made = Workbench(world)
    asyncio.run(made.cases.open(made.officer(), "C-1", "A client complained."))
    return made


def read(bench: Workbench, stream: StreamId, before: int | None = None) -> list[StoredRecord]:
    """Read a page as an auditor."""
    desk = bench.root[Oversight]
    return asyncio.run(desk.page(bench.officer("Ada"), stream, before=before, limit=10))


def test_reading_a_stream_is_a_record_of_the_stream_identity(bench: Workbench) -> None:
    assert [one.type for one in read(bench, CASE)] == ["case.opened"]
    made = bench.store.latest(IDENTITY.id, None, 1)[0]
    facts = {"stream": CASE, "first": 1, "last": 1, "count": 1}
    assert (made.type, shown_of(made)["payload"]) == (READ, facts)
    assert shown_of(made)["actor"]["name"] == "Ada"


def test_reading_the_stream_identity_shows_what_was_there_before(bench: Workbench) -> None:
    read(bench, CASE)
    assert [one.conv_seq for one in read(bench, IDENTITY.id)] == [1]
    assert [one.conv_seq for one in read(bench, IDENTITY.id)] == [2, 1]


def test_while_the_archive_fails_an_auditor_reads_nothing(bench: Workbench) -> None:
    bench.recorder.fails = DOWN
    with pytest.raises(Unavailable):
        read(bench, CASE)


def test_what_is_not_there_is_not_recorded(bench: Workbench) -> None:
    before = len(bench.world.published)
    assert read(bench, CASE, before=1) == []
    with pytest.raises(NotFound):
        read(bench, StreamId("access:C-9"))
    assert len(bench.world.published) == before
