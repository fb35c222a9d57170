"""Cursors and blocked streams, on both databases and in the fake that stands for them."""

from datetime import UTC, datetime
from importlib import import_module

import pytest

from onrecord.core.domain.values import StreamRef, SystemEntry
from onrecord.core.hooks.comparison import Comparison, Difference
from onrecord.core.hooks.ports import Blocked, HookState, Told
from onrecord.core.hooks.ports import HookStore as Port
from onrecord.core.hooks.records import Owed
from onrecord.core.hooks.sight import Opening
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.hooks.store import HookStore
from onrecord_archive.contract import Filter
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.fakes.hook_store import MemoryHookStore
from tests.integration.world import World

SINCE = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
OWED = Owed(
    EventId("e" * 32),
    SystemEntry("hook.destination", {"hook": "copy", "kind": "ę", "options": ("a=1", "b=2")}),
)


class HookStoreSuite:
    """What every HookStore does."""

    @pytest.fixture
    def store(self) -> Port:
        raise NotImplementedError

    def test_a_new_hook_begins_at_the_first_entry(self, store: Port) -> None:
        assert store.state("copy") == HookState()
        assert store.state("copy") == HookState()

    def test_cursor_and_setting_are_kept_for_each_hook(self, store: Port) -> None:
        store.state("copy")
        store.state("other")
        store.advance("copy", 7)
        for opening in (
            Opening("headers"),
            Opening("plaintext", ("text", "files.name")),
            Opening(),
        ):
            store.owe("other", Told(opening=opening), OWED)
            store.settled("other")
            assert store.state("other") == HookState(0, Told(opening=opening))
        assert store.state("copy") == HookState(7)

    def test_blocked_streams_are_noted_moved_and_forgotten(self, store: Port) -> None:
        store.state("copy")
        store.state("other")
        first, second = Blocked("b" * 32, 9, SINCE, "too long"), Blocked("", 4, SINCE, "no key")
        store.block("copy", first)
        store.block("copy", second)
        assert store.state("copy").blocked == (second, first)
        moved = Blocked(first.stream, 11, SINCE, "still too long")
        store.block("copy", moved)
        assert store.state("copy").blocked == (second, moved)
        assert store.state("other").blocked == ()
        store.unblock("copy", "")
        assert store.state("copy").blocked == (moved,)

    def test_the_last_comparison_is_kept_for_each_hook(self, store: Port) -> None:
        store.state("copy")
        store.state("other")
        named = (Difference(17, "missing", SINCE), Difference(2**40, "changed"))
        store.compared("copy", Comparison(SINCE, 2**41, 3, 1, named))
        assert store.state("copy").compared == Comparison(SINCE, 2**41, 3, 1, named)
        assert store.state("other").compared is None
        later = Comparison(SINCE, 2**42)
        store.compared("copy", later)
        assert store.state("copy").compared == later

    def test_a_pause_is_kept_for_each_hook(self, store: Port) -> None:
        store.state("copy")
        store.state("other")
        store.owe("copy", Told(), OWED)
        store.set_paused("copy", True)
        assert store.state("copy") == HookState(paused=True)
        assert not store.state("other").paused
        store.set_paused("copy", False)
        assert not store.state("copy").paused

    def test_what_the_record_says_is_kept_for_each_hook(self, store: Port) -> None:
        limits = Filter(classes=("chat", "voice"), streams=("access:*",))
        people = (PersonId("a" * 32), PersonId("b" * 32))
        told = Told(("replica", "path=/srv/ę"), Opening("plaintext", ("text",)), limits, people)
        for name in ("copy", "other"):
            store.state(name)
        store.advance("copy", 7)
        store.owe("copy", told, OWED)
        assert store.state("copy") == HookState(7, told, owed=OWED)
        store.settled("copy")
        assert store.state("copy") == HookState(7, told)
        assert store.state("other") == HookState()
        store.owe("copy", Told(), OWED)
        store.settled("copy")
        assert store.state("copy") == HookState(7), "where it was is kept"

    @pytest.mark.parametrize(
        "told",
        [
            Told(destination=("mine",)),
            Told(opening=Opening("plaintext")),
            Told(limits=Filter(types=("message.*",))),
            Told(people=(PersonId("a" * 32),)),
        ],
    )
    def test_a_hook_is_known_until_the_record_has_that_it_is_removed(
        self, store: Port, told: Told
    ) -> None:
        """Also where the record says only what it sees, as after an upgrade."""
        for name in ("copy", "sealed"):
            store.state(name)
        store.owe("copy", told, OWED)
        store.settled("copy")
        assert store.known() == ["copy"]
        store.owe("copy", Told(), OWED)
        assert store.known() == ["copy"], "the record may not have it yet"
        store.settled("copy")
        assert store.known() == []

    def test_a_rewind_takes_blocked_streams_along(self, store: Port) -> None:
        store.state("copy")
        store.advance("copy", 20)
        for stream, index in (("a", 3), ("b", 15)):
            store.block("copy", Blocked(stream, index, SINCE, ""))
        store.rewind("copy", 10)
        state = store.state("copy")
        assert state.cursor == 10
        assert [(each.stream, each.archive_index) for each in state.blocked] == [
            ("a", 3),
            ("b", 10),
        ]

    def test_a_comparison_is_ordered_until_one_is_made(self, store: Port) -> None:
        store.state("copy")
        store.owe("copy", Told(), OWED)
        store.order_comparison("copy")
        assert store.state("copy") == HookState(comparison_ordered=True)
        made = Comparison(SINCE, 7)
        store.compared("copy", made)
        assert store.state("copy") == HookState(compared=made)

    def test_a_replay_waits_until_it_has_begun(self, store: Port) -> None:
        store.state("copy")
        store.state("other")
        store.advance("copy", 20)
        store.owe("copy", Told(), OWED)
        for first, waits in ((10, 10), (15, 10), (5, 5)):
            store.set_replay("copy", first)
            assert store.state("copy") == HookState(20, replay_from=waits)
        store.rewind("copy", 10)
        assert store.state("copy") == HookState(10, replay_from=5)
        store.rewind("copy", 5)
        assert store.state("copy") == HookState(5)
        assert store.state("other") == HookState()


class TestMemory(HookStoreSuite):
    @pytest.fixture
    def store(self) -> Port:
        return MemoryHookStore()


class TestDatabase(HookStoreSuite):
    @pytest.fixture
    def store(self, database: Database) -> Port:
        return HookStore(database)


def test_a_hook_that_saw_plaintext_before_the_upgrade_sees_it_still(database: Database) -> None:
    """So nothing is put on the record that did not change."""
    step = import_module("onrecord.database.migrations.versions.0057_hook_sight")
    store = HookStore(database)
    for name in ("copy", "other"):
        store.state(name)
    with database.writing() as tx:
        tx.run(sql(step.OPENED.replace("plaintext = 1", "name = 'copy'")))
    assert store.state("copy").told.opening == Opening("plaintext")
    assert store.state("other").told.opening == Opening("sealed")


def test_bodies_are_those_of_the_journal(world: World) -> None:
    anna, piotr = world.person("Anna"), world.person("Piotr")
    stream = StreamRef(StreamId("c" * 32), "group", "Mortgage")
    created = world.command(anna, stream.id, ConversationCreated((anna, piotr)), stream)
    world.commit(created)
    answer = world.do(anna, stream.id, MessageSent("Zażółć"))
    bodies = HookStore(world.database).bodies([answer.event_id, EventId("f" * 32)])
    assert set(bodies) == {answer.event_id}
    (row,) = [row for row in world.published if row.event.event_id == answer.event_id]
    plain = bodies[answer.event_id]
    assert (plain.shown, plain.kept) == (row.shown, row.kept)
    assert plain.pt() == row.pt
