"""Nothing opens without its record, beyond its limits, or after its time; on both databases."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from onrecord.core.domain.errors import Fatal, OnRecordError, Refusal, Unavailable
from onrecord.core.domain.values import Command, StreamRef, SystemEntry
from onrecord.core.settled import Unsettled
from onrecord.features.compliance import search as search_module
from onrecord.features.compliance import transcript as transcript_module
from onrecord.features.compliance.access import OPENED, REFUSED
from onrecord.features.compliance.bodies import Query
from onrecord.features.compliance.looks import MOST_OPEN, UNREAD_SECONDS
from onrecord.features.compliance.transcript_bodies import OpenRange, TranscriptPage
from onrecord.features.compliance.values import Officer
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.compliance.office import WHY
from tests.integration.compliance.workbench import Workbench
from tests.integration.world import World

REASON = "A client complained."
DOWN = Unavailable("archive_unavailable", "No.", retry_after=2.0)


@pytest.fixture
def bench(world: World) -> Workbench:
    return Workbench(world)


@pytest.fixture
def ada(bench: Workbench) -> PersonId:
    return bench.world.person("Ada")


@pytest.fixture
def group(bench: Workbench, ada: PersonId) -> StreamId:
    stream = bench.world.conversation(ada, bench.world.person("Ben"), title="Desk")
    for number in range(5):
        bench.world.say(ada, stream, f"trade {number}")
    return stream


async def refused(work: Coroutine[Any, Any, object]) -> str:
    """Return the code that a coroutine is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


def count(bench: Workbench) -> int:
    """Return how many records there are in all."""
    return len(bench.world.published)


@pytest.mark.parametrize("failure", [DOWN, Unsettled()])
def test_while_the_archive_fails_nothing_opens(
    bench: Workbench, group: StreamId, failure: OnRecordError
) -> None:
    async def run() -> None:
        ewa = bench.officer()
        await bench.cases.open(ewa, "C-1", REASON)
        bench.recorder.fails = failure
        before = count(bench)
        asked = OpenRange(group, reason=WHY)
        assert await refused(bench.cases.open(ewa, "C-2", REASON)) == "archive_unavailable"
        query = Query(words="trade")
        assert await refused(bench.searches.execute(ewa, "C-1", query)) == "archive_unavailable"
        assert await refused(bench.transcripts.open(ewa, "C-1", asked)) == "archive_unavailable"
        assert count(bench) == before
        looks = await bench.cases.looks(ewa, "C-1", before=None, limit=10)
        assert [look.type for look in looks.looks] == [OPENED]
        bench.recorder.fails = None
        found = await bench.searches.execute(ewa, "C-1", query)  # control
        assert found.count == 5

    asyncio.run(run())


def test_what_must_end_the_process_is_not_swallowed(bench: Workbench) -> None:
    async def run() -> None:
        bench.recorder.fails = Fatal("gone")
        with pytest.raises(Fatal):
            await bench.cases.open(bench.officer(), "C-1", REASON)

    asyncio.run(run())


def test_of_two_who_open_one_case_at_once_the_first_record_wins(bench: Workbench) -> None:
    async def run() -> None:
        ewa, ola = bench.officer("Ewa"), bench.officer("Ola")
        await bench.cases.open(ola, "C-2", REASON)
        facts: dict[str, str | int | bool | tuple[str, ...]] = {"case": "C-1", "reason": REASON}
        entry = SystemEntry(OPENED, facts)
        named = StreamRef(StreamId("access:C-1"), "access")
        others = [bench.world.command(ola.actor.id, named.id, entry, named)]

        def first(_: Command) -> None:
            while others:
                bench.world.commit(others.pop())

        bench.recorder.before = first
        assert await refused(bench.cases.open(ewa, "C-1", REASON)) == "case_exists"
        assert [case.id for case in (await bench.cases.all(ewa)).cases] == []
        assert {case.id for case in (await bench.cases.all(ola)).cases} == {"C-1", "C-2"}
        assert await refused(bench.cases.use(ewa, "C-1")) == "no_such_case"

    asyncio.run(run())


def test_a_case_that_is_journaled_alone_is_taken_and_not_there(bench: Workbench) -> None:
    async def run() -> None:
        ewa = bench.officer()
        _, is_new = await bench.cases.open(ewa, "C-2", REASON)
        named = StreamRef(StreamId("access:C-1"), "access")
        entry = SystemEntry(OPENED, {"case": "C-1", "reason": REASON})
        rows = bench.world.journal(bench.world.command(ewa.actor.id, named.id, entry, named))
        assert is_new
        assert await refused(bench.cases.open(ewa, "C-1", REASON)) == "case_exists"
        assert await refused(bench.cases.use(ewa, "C-1")) == "no_such_case"
        assert [case.id for case in (await bench.cases.all(ewa)).cases] == ["C-2"]
        assert [one.id for one in bench.store.system_streams("access", None)] == ["access:C-2"]
        bench.world.publish(rows, bench.world.archive(rows))
        assert (await bench.cases.use(ewa, "C-1")).reason == REASON  # control

    asyncio.run(run())


@pytest.mark.parametrize(("id", "reason"), [("a b", "x"), ("", "x"), ("a\n", "x"), ("a", "  ")])
def test_a_case_needs_a_plain_id_and_a_reason(bench: Workbench, id: str, reason: str) -> None:
    assert asyncio.run(refused(bench.cases.open(bench.officer(), id, reason))) == "bad_case"


def test_a_range_and_a_search_have_their_limits(
    bench: Workbench, group: StreamId, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        ewa = bench.officer()
        await bench.cases.open(ewa, "C-1", REASON)
        before = count(bench)
        monkeypatch.setattr(transcript_module, "MOST_ROWS", 5)
        work = bench.transcripts.open(ewa, "C-1", OpenRange(group, reason=WHY))
        assert await refused(work) == "range_too_long"
        monkeypatch.setattr(search_module, "MOST_HITS", 4)
        work2 = bench.searches.execute(ewa, "C-1", Query(words="trade"))
        assert count(bench) == before
        assert await refused(work2) == "too_many_hits"
        looks = await bench.cases.looks(ewa, "C-1", before=None, limit=1)
        assert (looks.looks[0].type, count(bench)) == (REFUSED, before + 1)
        facts = {"words": "trade", "code": "too_many_hits", "most": 4}
        assert looks.looks[0].facts.items() >= facts.items()
        assert await refused(bench.searches.again(await bench.cases.use(ewa, "C-1"), 2)) == (
            "no_such_search"
        )
        await bench.transcripts.open(ewa, "C-1", OpenRange(group, reason=WHY, first=2))  # control

    asyncio.run(run())


def test_a_look_is_over_when_it_was_not_read_for_half_an_hour(
    bench: Workbench, group: StreamId
) -> None:
    async def run() -> None:
        ewa, clock = bench.officer(), bench.world.clock
        await bench.cases.open(ewa, "C-1", REASON)
        found = await bench.searches.execute(ewa, "C-1", Query(words="trade"))
        page = bench.searches.page
        for _ in range(3):  # what is read stays open
            clock.at += timedelta(seconds=UNREAD_SECONDS - 1)
            assert (await page(ewa, "C-1", found.number, offset=0, limit=9)).hits == found.hits
        clock.at += timedelta(seconds=UNREAD_SECONDS + 1)
        assert await refused(page(ewa, "C-1", found.number, offset=0, limit=9)) == "look_over"

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["sqlcipher"], indirect=True)  # looks are kept in memory
def test_a_look_is_its_sessions_own_and_the_oldest_goes_first(
    bench: Workbench, group: StreamId
) -> None:
    async def run() -> None:
        ewa, elsewhere = bench.officer(), bench.officer(session="another")
        await bench.cases.open(ewa, "C-1", REASON)
        asked = OpenRange(group, reason=WHY, first=1, last=1)
        opened = [await bench.transcripts.open(ewa, "C-1", asked) for _ in range(MOST_OPEN + 1)]

        def page(officer: Officer, number: int) -> Coroutine[Any, Any, TranscriptPage]:
            return bench.transcripts.page(
                officer, "C-1", number, after=None, before=None, around=None, limit=9
            )

        assert await refused(page(elsewhere, opened[-1].number)) == "look_over"
        assert await refused(page(ewa, opened[0].number)) == "look_over"
        assert (await page(ewa, opened[1].number)).rows

    asyncio.run(run())


def test_a_search_that_finds_something_else_now_is_not_exported(
    bench: Workbench, ada: PersonId, group: StreamId
) -> None:
    async def run() -> None:
        ewa, world = bench.officer(), bench.world
        cleo = world.person("Cleo")
        world.add(ada, group, cleo)
        world.say(ada, group, "trade for Cleo")
        await bench.cases.open(ewa, "C-1", REASON)
        found = await bench.searches.execute(ewa, "C-1", Query(words="trade", person=cleo))
        assert found.count == 1
        case = await bench.cases.use(ewa, "C-1")
        await bench.searches.again(case, found.number)  # control
        world.say(ada, group, "trade that came later")
        await bench.searches.again(case, found.number)  # control: later ones do not count
        world.share(ada, group, cleo, world.clock.at.replace(hour=0))
        assert await refused(bench.searches.again(case, found.number)) == "search_changed"
        assert await refused(bench.searches.again(case, 1)) == "no_such_search"

    asyncio.run(run())
