"""Compliance's search finds exactly what the records say, on both databases."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.values import SYSTEM, Answer, Event
from onrecord.core.journal.shown import event_of
from onrecord.database.statements import Sql, Statement, sql
from onrecord.features.compliance.search_store import SAID
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Bounds, Finding
from onrecord.features.search import index_store as search_index
from onrecord.features.search.query import matches, wanted
from onrecord_archive.events.clients import DeviceAdded, NoticeAccepted, OutOfOfficeReplied
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import ConversationCreated, TitleChanged
from onrecord_archive.events.groups import GroupDescribed
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import MessageEdited, MessageRemoved, MessageSent
from tests.integration.core.fold import fold
from tests.integration.core.lives import PEOPLE, VERBS, WORDS, Step, live
from tests.integration.world import World

T = TypeVar("T")
MOST = 1000


def life_of(draw: random.Random) -> list[Step]:
    return [
        Step(
            verb=draw.choice(VERBS),
            who=draw.randrange(PEOPLE),
            whom=draw.randrange(PEOPLE),
            n=draw.randrange(12),
            pause=draw.random() < 0.5,
            settle=draw.random() < 0.3,
        )
        for _ in range(120)
    ]


def texts(event: Event) -> str | None:
    """What a record says, None where it says nothing."""
    payload = event.payload
    if isinstance(payload, MessageSent | MessageEdited):
        return payload.text
    if isinstance(payload, DeviceAdded):
        return payload.name
    if isinstance(payload, NoticeAccepted):
        return payload.title
    if isinstance(payload, GroupDescribed):
        return payload.text
    return payload.title if isinstance(payload, ConversationCreated | TitleChanged) else None


def expected(world: World, bounds: Bounds) -> dict[EventId, list[EventId]]:
    """Return each message that must be found, with the changes that follow it."""
    records = [row.shown for row in world.published]
    conversations, events = fold(records), [event_of(record) for record in records]
    found: dict[EventId, list[EventId]] = {}
    for event in events:
        text, stream = texts(event), conversations[event.stream.id]
        who = bounds.person
        if (
            text is not None
            and (not bounds.words or matches(text, bounds.words))
            and bounds.conversation in (None, event.stream.id)
            and (bounds.since is None or bounds.since <= event.at)
            and (bounds.before is None or event.at < bounds.before)
            and (who is None or stream.sees(who, event.conv_seq))
            and (who is None or not bounds.as_author or event.actor.id == who)
        ):
            payload = event.payload
            target = payload.target if isinstance(payload, MessageEdited) else event.event_id
            found[target] = []
    for event in events:
        if isinstance(event.payload, MessageEdited | MessageRemoved):
            found.get(event.payload.target, []).append(event.event_id)
    return found


def told(finding: Finding) -> dict[EventId, list[EventId]]:
    """Return what was found in the model's form."""
    return {
        EventId(hit.message.event_id.hex()): [EventId(c.event_id.hex()) for c in hit.changes]
        for hit in finding.hits
    }


def queries(world: World, draw: random.Random) -> Iterator[Bounds]:
    """Yield bounds of every kind."""
    people = [PersonId(person) for person in world.people]
    times = [event_of(row.shown).at for row in world.published]
    streams = sorted({row.event.stream.id for row in world.published})

    def perhaps(choices: Sequence[T]) -> T | None:
        return draw.choice(choices) if draw.random() < 0.3 else None

    for _ in range(200):
        yield Bounds(
            words=tuple(wanted(" ".join(draw.choices(WORDS, k=draw.choice((0, 1, 1, 2)))))),
            person=perhaps(people),
            as_author=draw.random() < 0.5,
            conversation=perhaps(streams),
            since=perhaps(times),
            before=perhaps(times),
        )


@pytest.mark.parametrize("seed", range(3))
def test_a_search_finds_what_the_records_say_at_any_time_and_says_it_again(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 16)
    draw, store = random.Random(seed), ComplianceStore(world.database)
    live(world, life_of(draw))
    asked = list(queries(world, draw))
    first = [store.find(bounds, upto=None, most=MOST) for bounds in asked]
    for bounds, finding in zip(asked, first, strict=True):
        assert told(finding) == expected(world, bounds), bounds
        places = [hit.message.archive_index for hit in finding.hits]
        assert places == sorted(places, reverse=True)
    assert sum(len(finding.hits) for finding in first) > 50  # the queries do find something
    live(world, life_of(draw))
    again = [
        store.find(bounds, upto=one.upto, most=MOST)
        for bounds, one in zip(asked, first, strict=True)
    ]
    stable = [bounds.person is None for bounds in asked]  # a member may be shown more later
    assert [x for x, kept in zip(again, stable, strict=True) if kept] == [
        x for x, kept in zip(first, stable, strict=True) if kept
    ]


def test_what_is_journaled_and_not_archived_is_never_found(world: World) -> None:
    ada, ben = world.person("Ada"), world.person("Ben")
    group = world.conversation(ada, ben, title="Desk")
    said = world.say(ada, group, "The merger is on.")
    rows = world.journal(
        world.command(ada, group, MessageSent("merger, journaled alone")),
        world.command(ada, group, MessageEdited(said.event_id, "merger, edited")),
        world.command(ada, group, TitleChanged("merger desk")),
    )
    store = ComplianceStore(world.database)
    for bounds in (Bounds(("merger",)), Bounds(conversation=group), Bounds(person=ada)):
        events = told(store.find(bounds, upto=None, most=MOST))
        assert events.pop(said.event_id) == []
        assert not {row.event.event_id for row in rows} & events.keys()
    assert [one.conv_seq for one in store.latest(group, None, 10)] == [2, 1]
    assert len(store.records(group, 1, 99)) == 2
    choice = store.choices(None, (), 10)[0][0]
    assert (choice.conversation.last_seq, choice.conversation.title) == (2, "Desk")
    world.publish(rows, world.archive(rows))
    assert len(told(store.find(Bounds(("merger",)), upto=None, most=MOST))) == 3


def complained(world: World) -> dict[str, Answer]:
    """Clara complains and Anna answers, after a reply of the service's."""
    anna, clara = world.person("Anna"), world.person("Clara", outside=True)
    stream = world.conversation(anna, clara, direct=True)
    asked = world.say(clara, stream, "Where is my money?")
    until = "2026-11-26T08:00:00.000000Z"
    reply = OutOfOfficeReplied("Nobody is at the desk.", "en", asked.event_id, "closed", until)
    world.people[SYSTEM.id] = SYSTEM
    done = {"replied": world.do(SYSTEM.id, stream, reply)}
    filed = ComplaintFiled("", "other", "", "pl", "Nobody told me of it.", "", asked.event_id)
    done["filed"] = world.do(clara, stream, filed)
    closed = ComplaintClosed(done["filed"].event_id, "", "answered", "Refunded in full.")
    done["closed"] = world.do(anna, stream, closed)
    done["device"] = world.do(clara, stream, DeviceAdded("Firefox on Linux"))
    done["notice"] = world.do(clara, stream, NoticeAccepted("ab" * 32, "en", "What we record"))
    return done


def test_what_other_events_say_is_found_as_messages_are(world: World) -> None:
    done, store = complained(world), ComplianceStore(world.database)
    filed = event_of(
        next(r.shown for r in world.published if r.event.payload.type == "complaint.filed")
    )
    assert isinstance(filed.payload, ComplaintFiled)
    for words, which in (
        ("desk", "replied"),
        ("told", "filed"),
        ("other nobody", "filed"),  # words of two of its members
        ("refund", "closed"),
        ("firefox", "device"),
        ("record what", "notice"),
    ):
        one, bounds = done[which].event_id, Bounds(tuple(wanted(words)))
        assert told(store.find(bounds, upto=None, most=MOST)) == {one: []}, words
    number = Bounds(tuple(wanted(filed.payload.reference)))
    both = {done["filed"].event_id, done["closed"].event_id}
    assert told(store.find(number, upto=None, most=MOST)).keys() == both
    everything = store.find(Bounds(conversation=filed.stream.id), upto=None, most=MOST)
    assert told(everything).keys() >= {answer.event_id for answer in done.values()}


def test_what_other_events_say_is_found_within_the_bounds_alone(world: World) -> None:
    done, store = complained(world), ComplianceStore(world.database)
    people = {actor.name: PersonId(person) for person, actor in world.people.items()}
    ben = world.person("Ben")
    told_me, at = ("told",), done["filed"].at
    for bounds, found in (
        (Bounds(told_me, people["Clara"], as_author=True), True),
        (Bounds(told_me, people["Anna"]), True),
        (Bounds(told_me, people["Anna"], as_author=True), False),
        (Bounds(told_me, ben), False),
        (Bounds(told_me, since=at), True),
        (Bounds(told_me, before=at), False),
        (Bounds((), people["Clara"], as_author=True, since=at, before=done["closed"].at), True),
    ):
        hits = told(store.find(bounds, upto=None, most=MOST))
        assert (hits == {done["filed"].event_id: []}) == found, bounds
        assert found or not hits
    index = store.find(Bounds(told_me), upto=None, most=MOST).hits[0].message.archive_index
    assert not store.find(Bounds(told_me), upto=index, most=MOST).hits


def test_what_other_events_say_is_found_by_an_index(world: World) -> None:
    """Control: without the words of the index SQLite reads every row."""
    with world.database.reading() as tx:
        if tx.dialect != "sqlite":
            return
        values = (tx.list_of([1]), 0, 1, 1)
        for statement, used in ((SAID, True), (_without_words(SAID), False)):
            plan = tx.all(sql("EXPLAIN QUERY PLAN " + statement.sqlite), values)
            assert ("timeline_said" in str(plan)) == used


def _without_words(statement: Statement) -> Sql:
    return sql(statement.sqlite.replace("t.wire IS NOT NULL AND ", ""))


def test_more_than_the_most_is_refused(world: World) -> None:
    ada, ben = world.person("Ada"), world.person("Ben")
    group = world.conversation(ada, ben, direct=True)
    for number in range(4):
        world.say(ada, group, f"word {number}")
    store = ComplianceStore(world.database)
    for bounds in (Bounds(("word",)), Bounds(conversation=group)):
        assert len(store.find(bounds, upto=None, most=4).hits) == 4
        with pytest.raises(BadInput) as refused:
            store.find(bounds, upto=None, most=3)
        assert refused.value.code == "too_many_hits"


def test_days_are_found_by_number_whatever_the_clock_did(world: World) -> None:
    ada, ben = world.person("Ada"), world.person("Ben")
    group = world.conversation(ada, ben, direct=True)
    world.say(ada, group, "before")
    noon = world.clock.at + timedelta(hours=3)
    world.clock.at = noon
    world.say(ada, group, "at noon")
    world.clock.at -= timedelta(hours=5)  # the clock jumps back; the record's time does not
    world.say(ada, group, "after the jump")
    store = ComplianceStore(world.database)
    assert store.numbers_of(group, None, noon) == (1, 2)
    assert store.numbers_of(group, noon, None) == (3, 4)
    first, last = store.numbers_of(group, noon + timedelta(days=1), None)
    assert last < first
