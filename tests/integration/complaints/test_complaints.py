"""Complaints on both databases: what members see of them, what compliance finds, their clock."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Conflict, OnRecordError, Unavailable
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.clock import ComplaintClock
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.listing import Figures, Wanted
from onrecord.observability.logs import make_log
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled, Outcome
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from tests.integration.office import Records
from tests.integration.rooted import root_over
from tests.integration.tables import published_rows
from tests.integration.world import World


class Served:
    """Anna answers for Clara, a client, who complains; Ben is another advisor."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben = world.person("Anna"), world.person("Ben")
        self.clara = world.person("Clara", outside=True)
        self.stream = world.conversation(self.anna, self.clara, direct=True)
        self.store = ComplaintStore(world.database)

    def complain(self, who: PersonId, target: Answer | None = None) -> Answer:
        about = None if target is None else target.event_id
        body = ComplaintFiled("", "other", "", "en", "This was not agreed.", "", about)
        return self.world.do(who, self.stream, body)

    def close(self, who: PersonId, complaint: Answer, outcome: Outcome = "answered") -> Answer:
        return self.world.do(who, self.stream, ComplaintClosed(complaint.event_id, "", outcome))

    def found(self, wanted: Wanted | None = None) -> list[EventId]:
        now = self.world.clock.at
        rows, more = self.store.find(wanted or Wanted(), now, offset=0, limit=10)
        assert not more
        return [row.event for row in rows]

    def states(self, who: PersonId, stream: StreamId | None = None) -> list[str]:
        shown = self.world.reads.conversation(who, stream or self.stream)
        return [each.state for each in shown.complaints or []]


@pytest.fixture
def served(world: World) -> Served:
    return Served(world)


def test_both_sides_see_it_and_that_it_was_answered(served: Served) -> None:
    said = served.world.say(served.anna, served.stream, "It will cost you nothing.")
    filed = served.complain(served.clara, said)
    (mine,) = served.world.reads.conversation(served.clara, served.stream).complaints or []
    (theirs,) = served.world.reads.conversation(served.anna, served.stream).complaints or []
    assert mine == theirs
    assert (mine.id, mine.target, mine.state) == (filed.event_id, said.event_id, "open")
    assert mine.due == "2026-12-24T09:00:02.000000Z"
    served.close(served.anna, filed)
    (closed,) = served.world.reads.conversation(served.clara, served.stream).complaints or []
    assert (closed.state, closed.closed_by) == ("answered", served.anna)


def test_a_successor_for_the_firm_sees_what_is_open_from_before(served: Served) -> None:
    served.complain(served.clara)
    passed = ConversationHandedOver(PersonId(""), served.ben, 0, "new")
    served.world.do(served.anna, served.stream, passed)
    assert served.states(served.ben) == ["open"]
    texts = served.world.reads.timeline(
        served.ben, served.stream, before=None, after=None, around=None, limit=50
    )
    assert "complaint.filed" not in {row.__struct_config__.tag for row in texts.events}


def test_who_came_later_is_not_told_which_message_it_is_about(served: Served) -> None:
    """In the list, in the timeline and in a replay; of the whole conversation it is still said."""
    world, stream, clara = served.world, served.stream, served.clara
    first, second = (world.say(served.anna, stream, text) for text in ("It is free.", "For ever."))
    served.complain(clara, first)
    passed = ConversationHandedOver(PersonId(""), served.ben, 0, "new")
    world.do(served.anna, stream, passed)
    seen = world.say(clara, stream, "It is not.")
    for target in (second, None, seen):
        served.complain(clara, target)
    assert _told(served, served.ben) == [
        (None, True),
        (None, True),
        (None, False),
        (seen.event_id, False),
    ]
    assert _told(served, clara) == [
        (each and each.event_id, False) for each in (first, second, None, seen)
    ]
    page = world.reads.timeline(served.ben, stream, before=None, after=None, around=None, limit=50)
    shown = [json.loads(msgspec.json.encode(each)) for each in page.events]
    replayed = [
        json.loads(bytes(each.event)) for each in world.reads.replay(served.ben, 0, world.size, 99)
    ]
    for events in (shown, replayed):
        filed = [each for each in events if each["type"] == "complaint.filed"]
        told = [(each.get("target"), each.get("unseen", False)) for each in filed]
        assert told == [(None, True), (None, False), (seen.event_id, False)]
        assert second.event_id not in json.dumps(events)


def _told(served: Served, who: PersonId) -> list[tuple[str | None, bool]]:
    shown = served.world.reads.conversation(who, served.stream).complaints or []
    return [(each.target, each.unseen) for each in shown]


def test_who_left_sees_it_as_it_was_then(served: Served) -> None:
    filed = served.complain(served.clara)
    passed = ConversationHandedOver(PersonId(""), served.ben, 0, "all")
    served.world.do(served.anna, served.stream, passed)
    served.close(served.ben, filed)
    assert served.states(served.anna) == ["open"]
    assert served.states(served.ben) == ["answered"]


def test_two_in_one_batch_on_the_same_are_one(served: Served) -> None:
    body = ComplaintFiled("", "other", "", "en", "This was not agreed.", "")
    commands = [
        served.world.command(who, served.stream, body) for who in (served.anna, served.clara)
    ]
    with pytest.raises(Conflict, match="already"):
        served.world.commit(*commands)
    assert len(served.world.journal_what_is_allowed(*commands)) == 1


def test_it_survives_that_the_lock_is_taken_again(served: Served) -> None:
    served.complain(served.clara)
    again = World(served.world.database)
    again.people = served.world.people
    body = ComplaintFiled("", "other", "", "en", "Again.", "")
    with pytest.raises(Conflict):
        again.journal(again.command(served.clara, served.stream, body))


def test_compliance_finds_the_open_ones_first_by_day(served: Served) -> None:
    world = served.world
    said = world.say(served.anna, served.stream, "It will cost you nothing.")
    first = served.complain(served.clara)
    world.clock.at += timedelta(days=1)
    second = served.complain(served.clara, said)
    assert served.found() == [first.event_id, second.event_id]
    served.close(served.anna, first)
    assert served.found() == [second.event_id, first.event_id]
    # Closed before compliance looked: still new to them.
    assert served.found(Wanted("open")) == [second.event_id, first.event_id]
    ComplaintAlarmStore(world.database).looked(PersonId("0f" * 16), world.size)
    assert served.found(Wanted("open")) == [second.event_id]
    assert served.found(Wanted("answered")) == [first.event_id]
    assert served.found(Wanted("withdrawn")) == served.found(Wanted("overdue")) == []
    world.clock.at += timedelta(days=31)
    assert served.found(Wanted("overdue")) == [second.event_id]
    served.close(served.clara, second, "withdrawn")
    assert served.found(Wanted("withdrawn")) == [second.event_id]
    assert served.found(Wanted("overdue")) == []


def test_compliance_finds_by_person_category_and_reference(served: Served) -> None:
    filed = served.complain(served.clara)
    row = served.store.find(Wanted(), served.world.clock.at, offset=0, limit=1)[0][0]
    assert (row.conversation.conversation.id, row.person) == (served.stream, served.clara)
    for wanted in (
        Wanted(person=served.anna),
        Wanted(category="other"),
        Wanted(reference=row.reference[3:7]),
        Wanted(reference=row.reference),
    ):
        assert served.found(wanted) == [filed.event_id]
    for wanted in (
        Wanted(person=served.ben),
        Wanted(category="fees"),
        Wanted(reference="C-ZZZZZ"),
    ):
        assert served.found(wanted) == []


def test_a_page_says_that_there_are_more(served: Served) -> None:
    said = served.world.say(served.anna, served.stream, "It will cost you nothing.")
    filed = [served.complain(served.clara), served.complain(served.clara, said)]
    now = served.world.clock.at
    page, more = served.store.find(Wanted(), now, offset=0, limit=1)
    rest, no_more = served.store.find(Wanted(), now, offset=1, limit=1)
    assert [row.event for row in page + rest] == [each.event_id for each in filed]
    assert (more, no_more) == (True, False)
    assert [row.target_seq for row in page + rest] == [None, said.conv_seq]


def test_rebuild_makes_equal_rows(served: Served) -> None:
    said = served.world.say(served.anna, served.stream, "It will cost you nothing.")
    served.close(served.anna, served.complain(served.clara, said))
    served.complain(served.clara)
    before = published_rows(served.world.database)
    assert len(before["complaint"]) == 2
    rebuild(served.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(served.world.database) == before


class Deaf(ComplaintStore):
    """A store that does not answer."""

    def figures(self, now: object) -> Figures:
        raise Unavailable("database_unavailable", "The database cannot be reached.")


@pytest.fixture
def readers() -> Iterator[Threads]:
    read = Threads(threads=1, name="test")
    yield read
    read.close()


def test_the_clock_counts_and_says_once_that_more_are_overdue(
    served: Served, readers: Threads
) -> None:
    out, records = io.StringIO(), Records(served.world)
    log = make_log(out, level="info")
    root = root_over(served.world, records, readers, log=log)
    clock, metrics = root[ComplaintClock], root.around.metrics

    def counted() -> tuple[float | None, float | None, int]:
        asyncio.run(clock.count())
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        told = [line["count"] for line in lines if line["event"] == "complaints_overdue"]
        shown = metrics.registry.get_sample_value
        first, second = shown("onrecord_complaints_open"), shown("onrecord_complaints_overdue")
        return first, second, len(told)

    assert counted() == (0, 0, 0)
    filed = served.complain(served.clara)
    assert counted() == (1, 0, 0)
    served.world.clock.at += timedelta(days=30, seconds=1)
    assert counted() == (1, 1, 1)
    assert counted() == (1, 1, 1)
    served.close(served.anna, filed)
    assert counted() == (0, 0, 1)
    deaf = root_over(served.world, records, readers, {ComplaintStore: Deaf(served.world.database)})
    with pytest.raises(OnRecordError):
        asyncio.run(deaf[ComplaintClock].count())


OF_ONE = {"complaint.filed", "complaint.closed"}


def test_a_client_who_is_shown_history_sees_no_complaint_of_another_one(world: World) -> None:
    anna, clara, dora = (
        world.person("Anna"),
        *(world.person(name, outside=True) for name in ("Clara", "Dora")),
    )
    world.conversation(anna, clara, direct=True)
    world.conversation(anna, dora, direct=True)
    group = world.conversation(anna, clara, title="Loan")
    before = world.say(anna, group, "It will cost you nothing.")
    body = ComplaintFiled("", "other", "", "en", "This was not agreed.", "")
    filed = world.do(clara, group, body)
    world.do(anna, group, ComplaintClosed(filed.event_id, "", "answered"))
    between = world.say(anna, group, "The other offer")
    world.add(anna, group, dora, before.at)
    assert _kinds(world, clara, group) >= OF_ONE
    assert not _kinds(world, dora, group) & OF_ONE
    replayed = [bytes(each.event).decode() for each in world.reads.replay(dora, 0, world.size, 99)]
    assert not [each for each in replayed if "complaint" in each]
    assert any(between.event_id in each for each in replayed)
    assert world.reads.conversation(dora, group).complaints is None
    assert len(world.reads.conversation(clara, group).complaints or []) == 1
    world.throw_out(anna, group, clara)
    world.do(dora, group, body)  # her own, and she sees it
    assert "complaint.filed" in _kinds(world, dora, group)
    assert len(world.reads.conversation(dora, group).complaints or []) == 1


def _kinds(world: World, who: PersonId, stream: StreamId) -> set[object]:
    """The types of all rows, by pages of two: what is left out leaves no page short."""
    found: list[object] = []
    before, more = None, True
    while more:
        page = world.reads.timeline(who, stream, before=before, after=None, around=None, limit=2)
        found[:0] = [each.__struct_config__.tag for each in page.events]
        before, more = page.events[0].conv_seq, page.more_before
    return set(found)
