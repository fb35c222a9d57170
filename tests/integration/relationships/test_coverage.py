"""No client is left alone: delegations in time, and a leaver's clients, on both databases."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Conflict, NotAllowed, Unavailable
from onrecord.core.domain.values import SYSTEM, Role
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import query
from onrecord.features.people.store import ACTIVATE, IdentityStore
from onrecord.features.relationships import coverage_store
from onrecord.features.relationships.coverage import Coverage
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.relationships.succession import Due
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
)
from onrecord_archive.events.groups import AdminChanged
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time
from tests.integration.office import Records
from tests.integration.rooted import root_over
from tests.integration.tables import published_rows
from tests.integration.world import World
from tests.rig.lines import Lines

NO_INVITES = Owed(EventId("f" * 32), b"{}")


class Stale(CoverageStore):
    """One that says the same is due at each turn."""

    def __init__(self, database: Database, found: list[Due]) -> None:
        super().__init__(database)
        self._found = found

    def due(self, now: datetime) -> list[Due]:
        return self._found


class Scene:
    """Anna answers for Clara, a client; Ben and Zofia could."""

    def __init__(self, database: Database, readers: Threads) -> None:
        self.world = World(database)
        self.records = Records(self.world)
        self.readers = readers
        self.log = Lines()
        self.identity = IdentityStore(database)
        self.anna, self.ben, self.zofia = map(self.world.person, ("Anna", "Ben", "Zofia"))
        self.clara = self.world.person("Clara", outside=True)
        self.stream = self.world.conversation(self.anna, self.clara, direct=True)
        self._left = 0

    def look(self, *, twice: bool = True) -> None:
        """Look, and once more as after a start: what was done is found done."""
        for _ in range(2 if twice else 1):
            task = self.coverage(CoverageStore(self.world.database))
            asyncio.run(task.look())

    def coverage(self, store: CoverageStore) -> Coverage:
        """The task, as after a start."""
        instead = {CoverageStore: store}
        return root_over(self.world, self.records, self.readers, instead, log=self.log)[Coverage]

    @property
    def unattended(self) -> list[int]:
        """Of how many clients without an advisor an operator was told, each time."""
        return [line["count"] for line in self.log.of("clients_without_advisor")]

    def delegate(self, starts: timedelta, ends: timedelta) -> EventId:
        """Have Ben stand in."""
        now = self.world.clock.at
        times = (format_time(now + starts), format_time(now + ends))
        body = DelegateAdded(self.ben, "", *times, "all")
        return self.world.do(self.anna, self.stream, body).event_id

    def leaves(self, person: PersonId, successor: PersonId | None = None) -> None:
        """End somebody's account."""
        self._left += 1
        owed, at = Owed(EventId(f"{self._left:032x}"), b"{}"), self.world.clock.at
        self.identity.shut_out(person, owed, deactivate=True, at=at, successor=successor)

    def becomes(self, person: PersonId, role: Role) -> None:
        """Give somebody another role."""
        before = self.identity.person(person)
        assert before is not None
        assert self.identity.update_person(before, replace(before, role=role)) is not None

    def returns(self, person: PersonId) -> None:
        """Activate somebody at once, with what they had enrolled."""
        at = self.world.clock.at
        before = at - timedelta(days=7)
        self.identity.activate(person, kept_since=before, destroyed=NO_INVITES, at=at)

    def members(self, stream: StreamId | None = None) -> set[PersonId]:
        return set(self.world.reads.members(stream or self.stream))

    def serves(self, person: PersonId) -> int:
        """How many clients' conversations would be nobody's without somebody."""
        store = CoverageStore(self.world.database)
        return store.left_open(person, self.world.clock.at).conversations

    def did(self) -> list[str]:
        return self.records.types()


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    readers = Threads(threads=2)
    yield Scene(database, readers)
    readers.close()


def test_a_delegation_begins_and_ends_in_its_time_once(scene: Scene) -> None:
    scene.delegate(timedelta(hours=1), timedelta(hours=2))
    scene.look()
    assert scene.did() == []
    scene.world.clock.at += timedelta(minutes=61)
    scene.look()
    assert scene.world.responsible(scene.stream) == [scene.anna, scene.ben]
    scene.world.clock.at += timedelta(hours=1)
    scene.look()
    assert scene.did() == ["delegate.started", "delegate.ended"]
    assert scene.members() == {scene.anna, scene.clara}
    assert scene.world.responsible(scene.stream) == [scene.anna]


def test_one_that_passed_while_the_server_was_down_only_ends(scene: Scene) -> None:
    scene.delegate(timedelta(hours=1), timedelta(hours=2))
    scene.world.clock.at += timedelta(days=1)
    scene.look()
    assert scene.did() == ["delegate.ended"]


def test_an_answer_that_was_lost_is_no_second_record(scene: Scene) -> None:
    scene.delegate(timedelta(hours=1), timedelta(hours=2))
    scene.world.clock.at += timedelta(minutes=61)
    due = CoverageStore(scene.world.database).due(scene.world.clock.at)
    for _ in range(2):  # as two turns that both saw it due
        asyncio.run(scene.coverage(Stale(scene.world.database, due)).look())
    assert scene.did() == ["delegate.started"]
    assert scene.log.failures() == []


def test_a_delegate_whose_account_ended_stands_in_no_more(scene: Scene) -> None:
    scene.delegate(timedelta(), timedelta(hours=2))
    scene.leaves(scene.ben)
    scene.look()
    assert scene.did() == ["delegate.ended"]
    assert scene.members() == {scene.anna, scene.clara}


def test_a_leavers_client_passes_to_the_successor_with_what_waits_unread(scene: Scene) -> None:
    for text in ("Good morning", "Anybody there?"):
        scene.world.say(scene.clara, scene.stream, text)
    scene.leaves(scene.anna, scene.ben)
    scene.look()
    assert scene.did() == ["conversation.handed_over"]
    shown = scene.world.reads.conversation(scene.ben, scene.stream)
    assert (shown.unread, shown.left) == (2, False)
    assert scene.world.reads.conversation(scene.anna, scene.stream).left
    assert scene.world.responsible(scene.stream) == [scene.ben]


def test_what_was_answered_is_not_unread_to_the_successor(scene: Scene) -> None:
    scene.world.say(scene.clara, scene.stream, "Good morning")
    scene.world.say(scene.anna, scene.stream, "Good morning, Clara")
    scene.leaves(scene.anna, scene.ben)
    scene.look()
    assert scene.world.reads.conversation(scene.ben, scene.stream).unread == 0


def test_a_successor_who_left_too_is_followed(scene: Scene) -> None:
    scene.leaves(scene.anna, scene.ben)
    scene.leaves(scene.ben, scene.zofia)
    scene.look()
    assert scene.members() == {scene.zofia, scene.clara}


@pytest.mark.promise("P10")
@pytest.mark.parametrize("why", ["left too", "has an office"])
def test_a_client_is_listed_where_who_was_named_takes_over_nothing(scene: Scene, why: str) -> None:
    """Ben leaves, or gets another role, before the client passed to him."""
    scene.leaves(scene.anna, scene.ben)
    if why == "left too":
        scene.leaves(scene.ben)
    else:
        scene.becomes(scene.ben, "auditor")
    scene.look()
    assert scene.did() == ["conversation.uncovered"]
    assert (scene.unattended, scene.log.failures()) == ([1, 1], [])
    store = CoverageStore(scene.world.database)
    (leaver,) = store.leavers(scene.world.clock.at)
    assert [each.conversation for each in leaver.conversations] == [scene.stream]
    if why == "left too":
        named = scene.identity.name_successor
        assert named(scene.ben, scene.zofia, lambda ids: NO_INVITES, at=scene.world.clock.at)
    else:
        scene.becomes(scene.ben, "advisor")
    scene.look()
    assert scene.did() == ["conversation.uncovered", "conversation.handed_over"]
    assert store.uncovered() == []


@pytest.mark.promise("P10", planted=True)
def test_control_who_is_named_and_left_too_hides_the_client(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = query(coverage_store.SUCCESSIONS.of, "SELECT person, successor FROM succession")
    monkeypatch.setattr(coverage_store, "SUCCESSIONS", named)
    scene.leaves(scene.anna, scene.ben)
    scene.leaves(scene.ben)
    scene.look()
    assert (scene.did(), CoverageStore(scene.world.database).uncovered()) == ([], [])


def test_a_client_whom_nobody_takes_over_is_told_of_once(scene: Scene) -> None:
    scene.leaves(scene.anna)
    scene.look(twice=False)
    assert scene.unattended == [1]
    scene.look()
    assert scene.did() == ["conversation.uncovered"]
    assert scene.members() == {scene.anna, scene.clara}


@pytest.mark.promise("P10")
def test_where_nobody_was_named_the_client_reads_it_writes_on_and_passes_later(
    scene: Scene,
) -> None:
    store = CoverageStore(scene.world.database)
    scene.leaves(scene.anna)
    scene.look()
    (leaver,) = store.leavers(scene.world.clock.at)
    (served,) = leaver.conversations
    assert (leaver.name, served.conversation, served.name) == ("Anna", scene.stream, "Clara")
    assert leaver.since is not None
    scene.world.say(scene.clara, scene.stream, "Who answers me now?")
    told = scene.world.published[-2].event.payload
    assert told == ConversationUncovered(scene.anna)
    at = scene.world.clock.at
    assert scene.identity.name_successor(scene.anna, scene.ben, lambda ids: NO_INVITES, at=at)
    assert store.leavers(at) == []
    scene.look()
    assert scene.did() == ["conversation.uncovered", "conversation.handed_over"]
    assert scene.world.reads.conversation(scene.ben, scene.stream).unread == 1
    assert store.uncovered() == []


def test_a_rebuild_after_an_advisor_left_says_the_same(scene: Scene) -> None:
    scene.leaves(scene.anna)
    scene.look()
    rows = published_rows(scene.world.database)
    rebuild(scene.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(scene.world.database) == rows


def test_what_nobody_left_is_not_said(scene: Scene) -> None:
    body = ConversationUncovered(scene.anna)
    asked = replace(scene.world.command(scene.anna, scene.stream, body), actor=SYSTEM)
    with pytest.raises(Conflict):
        scene.world.commit(asked)
    with pytest.raises(NotAllowed):
        scene.world.commit(scene.world.command(scene.ben, scene.stream, body))


def test_who_has_an_account_has_no_successor(scene: Scene) -> None:
    at = scene.world.clock.at
    named = scene.identity.name_successor(scene.anna, scene.ben, lambda ids: NO_INVITES, at=at)
    assert not named


def test_who_comes_back_answers_and_is_missed_again_when_they_leave(scene: Scene) -> None:
    scene.leaves(scene.anna)
    scene.look()
    scene.returns(scene.anna)
    scene.look()
    assert CoverageStore(scene.world.database).uncovered() == []
    scene.world.clock.at += timedelta(days=1)
    scene.leaves(scene.anna)
    scene.look()
    assert scene.did() == ["conversation.uncovered"] * 2


def test_who_came_back_has_the_successor_of_before_no_more(scene: Scene) -> None:
    scene.leaves(scene.anna, scene.ben)
    scene.returns(scene.anna)
    scene.look()
    scene.leaves(scene.anna)
    scene.look()
    assert scene.did() == ["conversation.uncovered"]


def test_a_group_that_two_left_passes_by_the_successor_of_one(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.leaves(scene.anna, scene.ben)
    scene.leaves(scene.zofia)
    scene.look()
    assert scene.ben in scene.members(group)
    assert "conversation.uncovered" not in scene.did()


def test_a_group_that_two_left_says_it_once(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.leaves(scene.anna)
    scene.leaves(scene.zofia)
    scene.look()
    assert scene.did() == ["conversation.uncovered"] * 2, "her own client's, and the group"
    noted = CoverageStore(scene.world.database).uncovered()
    assert {each.stream for each in noted} == {scene.stream, group}


def test_two_who_name_each_other_end_nowhere(scene: Scene) -> None:
    scene.leaves(scene.anna, scene.ben)
    scene.leaves(scene.ben, scene.anna)
    scene.look(twice=False)
    assert scene.unattended == [1]


def test_who_came_back_and_left_again_passes_on_again(scene: Scene) -> None:
    scene.leaves(scene.anna, scene.ben)
    scene.look()
    with scene.world.database.writing() as tx:
        tx.run(ACTIVATE, (scene.anna,))
    handed = ConversationHandedOver(PersonId(""), scene.anna, 0, "all")
    scene.world.do(scene.ben, scene.stream, handed)
    scene.leaves(scene.anna, scene.ben)
    scene.look()
    assert scene.did() == ["conversation.handed_over"] * 2
    assert scene.members() == {scene.ben, scene.clara}


def test_the_last_advisor_of_a_clients_group_passes_on(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.world.do(scene.anna, group, AdminChanged(scene.zofia, on=True))
    scene.world.leave(scene.anna, group)
    assert scene.serves(scene.zofia) == 1
    scene.world.add(scene.zofia, group, scene.anna)
    assert scene.serves(scene.zofia) == 0
    scene.leaves(scene.anna, scene.ben)  # is in it, and of no use there
    assert scene.serves(scene.zofia) == 1
    scene.leaves(scene.zofia, scene.ben)
    scene.look()
    assert scene.members(group) == {scene.ben, scene.clara}


def test_who_is_put_in_where_nobody_answers_reads_it_and_a_rebuild_says_the_same(
    scene: Scene,
) -> None:
    group = scene.world.conversation(scene.anna, scene.clara)
    scene.world.say(scene.clara, group, "Anybody there?")
    scene.leaves(scene.anna)
    body = ConversationHandedOver(PersonId(""), scene.ben, 0, "all")
    asked = replace(scene.world.command(scene.ben, group, body), actor=SYSTEM)
    scene.world.commit(asked)
    assert scene.members(group) >= {scene.ben, scene.clara}
    assert scene.world.reads.conversation(scene.ben, group).unread == 1
    assert scene.serves(scene.ben) == 1
    rows = published_rows(scene.world.database)
    rebuild(scene.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(scene.world.database) == rows


def test_what_waits_to_pass_to_somebody_counts_as_theirs(scene: Scene) -> None:
    assert scene.serves(scene.ben) == 0
    scene.leaves(scene.anna, scene.ben)
    assert scene.serves(scene.ben) == 1


def test_while_the_archive_cannot_be_written_it_is_tried_again(scene: Scene) -> None:
    scene.leaves(scene.anna, scene.ben)
    scene.records.fails = Unavailable("archive_unavailable", "No.", retry_after=1.0)
    with pytest.raises(Unavailable):
        scene.look(twice=False)
    scene.records.fails = None
    scene.look()
    assert scene.did() == ["conversation.handed_over"]


def test_what_is_refused_is_told_once_and_the_others_go_on(scene: Scene) -> None:
    delegation = scene.delegate(timedelta(hours=1), timedelta(hours=2))
    nobody = Due(scene.stream, EventId("0" * 32), scene.zofia, over=False)
    due = Due(scene.stream, delegation, scene.ben, over=True)
    task = scene.coverage(Stale(scene.world.database, [nobody, due]))
    for _ in range(2):
        asyncio.run(task.look())
    assert scene.log.failures() == ["NotFound"]
    assert scene.did() == ["delegate.ended"]


def test_rebuild_makes_equal_rows(scene: Scene) -> None:
    scene.delegate(timedelta(hours=1), timedelta(hours=2))
    scene.world.clock.at += timedelta(hours=1, minutes=1)
    scene.look()
    scene.leaves(scene.anna, scene.zofia)
    scene.look()
    ended = DelegateEnded(EventId(""), scene.ben)
    scene.world.do(scene.zofia, scene.stream, ended)
    rows = published_rows(scene.world.database)
    rebuild(scene.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(scene.world.database) == rows
    assert all(rows[table] for table in ("relationship", "delegation"))
