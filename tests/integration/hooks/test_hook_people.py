"""Which records concern a hook's people: those that they made, or were a member at, for ever."""

import random
from collections.abc import Callable, Collection

import pytest

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import CONFIG, Answer, SystemEntry
from onrecord.core.store import stubs
from onrecord.core.store.membership import PRESENT
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.hooks.store import HookStore
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from tests.integration.world import World

STREAM_KEY = sql("SELECT key FROM stream WHERE id = ?")

Concerning = Callable[[Collection[EventId], Collection[PersonId]], set[EventId]]


class History:
    """Groups whose members come, go and come back; `there`: who was a member at a record."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.begin = world.clock.now()
        self.people = [world.person(name) for name in ("Anna", "Piotr", "Zofia", "Jan")]
        self.there: dict[EventId, set[PersonId]] = {}
        self.members: dict[StreamId, set[PersonId]] = {}
        for _ in range(2):
            first = chance.sample(self.people, 2)
            self.members[world.conversation(*first)] = set(first)

    def step(self) -> None:
        """Have something happen in one of them, if those who are there may do it."""
        stream = self.chance.choice(list(self.members))
        inside = self.members[stream]
        if not inside:
            return
        actor = self.chance.choice(sorted(inside))
        other = self.chance.choice([one for one in self.people if one != actor])
        kind = self.chance.choice(("say", "say", "add", "share", "throw_out", "leave", "say"))
        before = set(inside)
        try:
            answer = self.do(kind, actor, stream, other)
        except Refusal:
            return
        if kind == "add":
            inside.add(other)
        elif kind == "throw_out":
            inside.discard(other)
        elif kind == "leave":
            inside.discard(actor)
        self.there[answer.event_id] = before | inside | {actor}

    def do(self, kind: str, actor: PersonId, stream: StreamId, other: PersonId) -> Answer:
        if kind == "say":
            return self.world.say(actor, stream, "Hello")
        if kind == "leave":
            return self.world.leave(actor, stream)
        if kind == "share":
            return self.world.share(actor, stream, other, self.begin)
        if kind == "throw_out":
            return self.world.throw_out(actor, stream, other)
        since = self.begin if self.chance.random() < 0.5 else None
        return self.world.add(actor, stream, other, since)


def is_told_as_it_was(world: World, seed: int, concerning: Concerning) -> int:
    """Ask of each record whom it concerns, when it was made and at the end; return how many."""
    chance = random.Random(seed)
    history = History(world, chance)
    for _ in range(40):
        history.step()
        latest = list(history.there)[-1:]
        for person in history.people:
            assert concerning(latest, [person]) == told(history, latest, {person})
    for count in (1, 2, 3):
        people = chance.sample(history.people, count)
        events = [*history.there, EventId("f" * 32)]
        assert concerning(events, people) == told(history, history.there, set(people))
    return len(history.there)


def told(history: History, events: Collection[EventId], people: set[PersonId]) -> set[EventId]:
    """Those of the events at which one of the people was there."""
    return {event for event in events if people & history.there[event]}


@pytest.mark.parametrize("seed", range(3))
def test_a_record_concerns_who_was_a_member_at_it_whoever_comes_and_goes(
    world: World, seed: int
) -> None:
    assert is_told_as_it_was(world, seed, HookStore(world.database).concerning) > 15


def test_control_asking_for_the_members_of_today_is_red(world: World) -> None:
    def today(events: Collection[EventId], people: Collection[PersonId]) -> set[EventId]:
        rows = {row.event.event_id: row for row in world.published}
        with world.database.reading() as tx:
            return {
                event
                for event in events
                if event in rows
                for (key, *_) in tx.all(STREAM_KEY, (rows[event].event.stream.id,))
                if tx.all(PRESENT, (key, tx.list_of(people)))
                or rows[event].event.actor.id in people
            }

    with pytest.raises(AssertionError):
        is_told_as_it_was(world, 1, today)


def test_a_record_of_the_firm_s_own_concerns_who_made_it(world: World) -> None:
    anna, piotr = world.person("Anna"), world.person("Piotr")
    entry = SystemEntry("hook.retried", {"hook": "copy", "person": piotr})
    (answer,) = world.commit(world.command(anna, CONFIG.id, entry, CONFIG))
    concerning = HookStore(world.database).concerning
    assert concerning([answer.event_id], [anna]) == {answer.event_id}
    assert concerning([answer.event_id], [piotr]) == set()


def test_what_is_of_a_closed_conversation_concerns_its_author_alone(world: World) -> None:
    """Who left it is not known until its records are back: it is safe to give nothing."""
    anna, piotr = world.person("Anna"), world.person("Piotr")
    stream = world.conversation(anna, piotr)
    said = world.say(anna, stream, "Hello")
    concerning = HookStore(world.database).concerning
    assert concerning([said.event_id], [piotr]) == {said.event_id}
    close(world.database, stream)
    assert concerning([said.event_id], [piotr]) == set()
    assert concerning([said.event_id], [anna]) == {said.event_id}


def close(database: Database, stream: StreamId) -> None:
    with database.writing() as tx:
        (key,) = tx.only(STREAM_KEY, (stream,))
        stubs.close(tx, [key])
