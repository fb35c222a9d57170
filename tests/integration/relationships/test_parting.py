"""Whoever no longer answers for a client does not go on writing to them in groups."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from msgspec.structs import replace

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.values import SYSTEM
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import Query, sql
from onrecord.features.people.store import ACTIVATE
from onrecord.features.relationships import coverage_store
from onrecord.features.relationships.coverage_store import OUTLIVED
from onrecord_archive.events.clients import ConversationHandedOver, DelegateEnded
from onrecord_archive.events.conversations import MemberAdded, MemberLeft
from onrecord_archive.events.groups import AdminChanged
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.relationships.test_coverage import Scene
from tests.integration.tables import published_rows

HOUR = timedelta(hours=1)


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    readers = Threads(threads=2)
    yield Scene(database, readers)
    readers.close()


def hand_over(scene: Scene, to: PersonId) -> None:
    scene.world.do(scene.anna, scene.stream, ConversationHandedOver(PersonId(""), to, 0, "all"))


def may_write(scene: Scene, person: PersonId, stream: StreamId) -> bool:
    try:
        scene.world.say(person, stream, "One more thing.")
    except NotAllowed as refusal:
        return refusal.code != "not_a_member"
    return True


def test_after_a_hand_over(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.look()
    assert scene.did() == []
    hand_over(scene, scene.ben)
    assert may_write(scene, scene.anna, group), "as it was before"
    scene.look()
    assert not may_write(scene, scene.anna, group)
    assert scene.members(group) == {scene.zofia, scene.clara}, "who never answered stays"
    assert scene.did() == ["member.removed"]
    assert scene.log.failures() == []


def test_when_the_time_of_who_stood_in_is_over(scene: Scene) -> None:
    scene.delegate(timedelta(), HOUR)
    group = scene.world.conversation(scene.anna, scene.ben, scene.clara)
    scene.look()
    assert may_write(scene, scene.ben, group)
    scene.world.clock.at += HOUR
    scene.look()
    assert not may_write(scene, scene.ben, group)
    assert may_write(scene, scene.anna, group)
    assert scene.did() == ["delegate.ended", "member.removed"]


def test_who_answered_leaves_as_soon_as_their_account_has_ended(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.leaves(scene.anna, scene.ben)
    scene.look(twice=False)
    assert scene.members(group) == {scene.zofia, scene.clara}
    assert scene.did() == ["conversation.handed_over", "member.removed"]
    with scene.world.database.writing() as tx:
        tx.run(ACTIVATE, (scene.anna,))
    scene.look()
    assert len(scene.did()) == 2, "it was said in its time, and nothing when they came back"


def test_who_stood_in_leaves_as_soon_as_their_account_has_ended(scene: Scene) -> None:
    scene.delegate(timedelta(), HOUR)
    group = scene.world.conversation(scene.anna, scene.ben, scene.clara)
    scene.leaves(scene.ben)
    scene.look(twice=False)
    assert scene.members(group) == {scene.anna, scene.clara}
    assert scene.did() == ["delegate.ended", "member.removed"]


def test_a_leavers_group_passes_to_who_took_their_client_over(scene: Scene) -> None:
    """Nobody was named when the account ended; later somebody is put in for the client."""
    group = scene.world.conversation(scene.anna, scene.clara)
    scene.leaves(scene.anna)
    scene.look()
    assert scene.members(group) == {scene.anna, scene.clara}
    body = ConversationHandedOver(PersonId(""), scene.ben, 0, "all")
    put_in = replace(scene.world.command(scene.ben, scene.stream, body), actor=SYSTEM)
    scene.world.commit(put_in)
    scene.look()
    assert scene.members(group) == {scene.ben, scene.clara}


def test_who_was_only_to_stand_in_never_answered(scene: Scene) -> None:
    delegation = scene.delegate(HOUR, 2 * HOUR)
    group = scene.world.conversation(scene.anna, scene.ben, scene.clara)
    scene.world.do(scene.anna, scene.stream, DelegateEnded(delegation, scene.ben))
    scene.look()
    assert scene.members(group) == {scene.anna, scene.ben, scene.clara}


def test_a_delegates_own_group_passes_to_who_answers(scene: Scene) -> None:
    scene.delegate(timedelta(), HOUR)
    group = scene.world.conversation(scene.ben, scene.clara)
    asked = scene.world.say(scene.clara, group, "Who reads this?")
    scene.world.clock.at += HOUR
    scene.look()
    assert scene.members(group) == {scene.anna, scene.clara}
    assert scene.did() == ["delegate.ended", "conversation.handed_over"]
    assert not may_write(scene, scene.ben, group)
    seen = scene.world.reads.conversation(scene.anna, group)
    assert seen.unread >= 1
    assert asked.msg_no is not None


def test_of_two_who_part_the_last_one_hands_over(scene: Scene) -> None:
    scene.delegate(timedelta(), HOUR)
    group = scene.world.conversation(scene.anna, scene.ben, scene.clara)
    hand_over(scene, scene.zofia)
    scene.world.clock.at += HOUR
    scene.look()
    scene.look()
    assert scene.members(group) == {scene.zofia, scene.clara}
    assert sorted(scene.did()) == ["conversation.handed_over", "delegate.ended", "member.removed"]


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_who_part_who_is_replaced_hands_over(scene: Scene, swapped: bool) -> None:
    """For Clara nobody answers any more, for Eve Ben does: he takes the group, whoever is first."""
    world = scene.world
    first, second = sorted((scene.zofia, world.person("Ola")), reverse=swapped)
    eve, tom = world.person("Eve", outside=True), world.person("Tom")
    hand_over(scene, first)
    of_eve = world.conversation(first, eve, direct=True)
    group = world.conversation(first, second, scene.clara, eve)
    world.do(first, of_eve, ConversationHandedOver(PersonId(""), second, 0, "all"))
    world.do(first, scene.stream, ConversationHandedOver(PersonId(""), tom, 0, "all"))
    world.do(second, of_eve, ConversationHandedOver(PersonId(""), scene.ben, 0, "all"))
    scene.leaves(tom)
    scene.look()
    scene.look()
    assert scene.members(group) == {scene.ben, scene.clara, eve}
    of_clara = "conversation.uncovered"
    assert scene.did() == [of_clara, "member.removed", "conversation.handed_over"]


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_who_answer_now_the_same_one_takes_the_group_each_time(
    scene: Scene, swapped: bool
) -> None:
    world = scene.world
    takers = sorted((scene.zofia, world.person("Ola")), reverse=swapped)
    eve = world.person("Eve", outside=True)
    of_eve = world.conversation(scene.anna, eve, direct=True)
    group = world.conversation(scene.anna, scene.clara, eve)
    for stream, taker in zip((scene.stream, of_eve), takers, strict=True):
        world.do(scene.anna, stream, ConversationHandedOver(PersonId(""), taker, 0, "all"))
    scene.look()
    assert scene.members(group) == {min(takers), scene.clara, eve}


def test_what_ended_once_is_not_read_again_and_again(scene: Scene) -> None:
    """It is looked every two seconds: what ever ended is found by its client, never walked."""
    with scene.world.database.reading() as tx:
        if tx.dialect == "postgresql":
            tx.run(sql("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(row[0] for row in tx.all(sql(f"EXPLAIN {OUTLIVED.postgresql}")))
            walked = "Seq Scan on relationship|Seq Scan on delegation"
        else:
            rows = tx.all(sql("", sqlite=f"EXPLAIN QUERY PLAN {OUTLIVED.sqlite}"))
            plan = "\n".join(row[3] for row in rows)
            walked = "SCAN r$|SCAN d$|SCAN (relationship|delegation)|relationship_owner"
    assert re.search(walked, plan, re.MULTILINE) is None, plan
    assert re.search("relationship_(client|owner)", plan) is not None, plan


def test_the_client_is_never_left_with_nobody(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.clara)
    hand_over(scene, scene.ben)
    scene.leaves(scene.ben)
    scene.look()
    assert scene.members(group) == {scene.anna, scene.clara}


def test_who_answers_for_another_client_there_stays(scene: Scene) -> None:
    eve = scene.world.person("Eve", outside=True)
    scene.world.conversation(scene.anna, eve, direct=True)
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara, eve)
    hand_over(scene, scene.ben)
    scene.look()
    assert may_write(scene, scene.anna, group)


def test_who_answers_again_stays(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    hand_over(scene, scene.ben)
    back = ConversationHandedOver(PersonId(""), scene.anna, 0, "all")
    scene.world.do(scene.ben, scene.stream, back)
    scene.look()
    assert may_write(scene, scene.anna, group)


def test_who_is_added_after_their_time_stays(scene: Scene) -> None:
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    hand_over(scene, scene.ben)
    scene.look()
    scene.world.do(scene.zofia, group, MemberAdded(scene.anna, 0))
    scene.look()
    assert may_write(scene, scene.anna, group)
    assert scene.did() == ["member.removed"]


def founded_by_anna(scene: Scene, *more: PersonId) -> StreamId:
    """A group in which Ben may do what Anna, its founder, may."""
    group = scene.world.conversation(scene.anna, scene.ben, *more)
    scene.world.do(scene.anna, group, AdminChanged(scene.ben, True))
    return group


def test_who_was_there_before_the_client_was_added_stays(scene: Scene) -> None:
    group = founded_by_anna(scene)
    hand_over(scene, scene.ben)
    scene.look()
    scene.world.do(scene.ben, group, MemberAdded(scene.clara, 0))
    scene.look()
    assert may_write(scene, scene.anna, group)
    assert scene.did() == []


def test_where_the_client_went_and_came_back_who_was_there_stays(scene: Scene) -> None:
    group = founded_by_anna(scene, scene.clara)
    scene.world.do(scene.clara, group, MemberLeft())
    hand_over(scene, scene.ben)
    scene.look()
    scene.world.do(scene.ben, group, MemberAdded(scene.clara, 0))
    scene.look()
    assert may_write(scene, scene.anna, group)
    assert scene.did() == []


class Told:
    """Of each group, who is to be in it: said again in the words of the rule, step by step.

    Whoever no longer answers leaves the groups that both were in while they still did.
    """

    def __init__(self, scene: Scene, groups: dict[str, StreamId]) -> None:
        self.inside = {name: {scene.anna, scene.ben} for name in groups}
        self.with_client = dict.fromkeys(groups, False)

    def handed_over(self, former: PersonId) -> None:
        """Somebody's time is over."""
        for name, members in self.inside.items():
            if self.with_client[name]:
                members.discard(former)


STEPS = ("add 1", "add 2", "go 1", "go 2", "over", "back 1", "back 2")


@pytest.mark.parametrize("seed", range(12))
def test_after_any_history_who_answers_no_more_left_where_both_were(
    scene: Scene, seed: int
) -> None:
    _any_history(scene, Random(seed))


def test_who_compares_the_advisors_joining_alone_is_found_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = OUTLIVED.statement
    words = "h.archive_index < a.archive_index"
    spelled = [each.replace(words, "1 = 1") for each in (statement.sqlite, statement.postgresql)]
    assert words in statement.sqlite
    blind = replace(statement, sqlite=spelled[0], postgresql=spelled[1])
    monkeypatch.setattr(coverage_store, "OUTLIVED", Query(OUTLIVED.of, blind))
    with pytest.raises((AssertionError, NotAllowed)):
        _all_histories(scene)


def _all_histories(scene: Scene) -> None:
    for seed in range(12):
        _any_history(scene, Random(seed))


def _any_history(scene: Scene, random: Random) -> None:
    """Clara comes and goes, Anna and Ben hand her to each other; both lead each group."""
    groups = {name: founded_by_anna(scene, scene.zofia) for name in "12"}
    told, (mine, other) = Told(scene, groups), (scene.anna, scene.ben)
    if scene.world.responsible(scene.stream) != [mine]:
        mine, other = other, mine
    for _ in range(14):
        what, _, name = random.choice(STEPS).partition(" ")
        group = groups.get(name)
        if what == "over":
            scene.world.do(
                mine, scene.stream, ConversationHandedOver(PersonId(""), other, 0, "all")
            )
            told.handed_over(mine)
            mine, other = other, mine
        elif group is None:
            continue
        elif what == "add" and mine in told.inside[name] and not told.with_client[name]:
            scene.world.do(mine, group, MemberAdded(scene.clara, 0))
            told.with_client[name] = True
        elif what == "go" and told.with_client[name]:
            scene.world.do(scene.clara, group, MemberLeft())
            told.with_client[name] = False
        elif what == "back" and mine in told.inside[name] and other not in told.inside[name]:
            scene.world.do(mine, group, MemberAdded(other, 0))
            scene.world.do(mine, group, AdminChanged(other, True))
            told.inside[name].add(other)
        scene.look()
        for each, stream in groups.items():
            expected = told.inside[each] | {scene.zofia}
            if told.with_client[each]:
                expected.add(scene.clara)
            assert scene.members(stream) == expected, (what, name)


def test_groups_without_the_client_are_no_matter(scene: Scene) -> None:
    inside = scene.world.conversation(scene.anna, scene.zofia)
    was_there = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    scene.world.do(scene.clara, was_there, MemberLeft())
    hand_over(scene, scene.ben)
    scene.look()
    assert may_write(scene, scene.anna, inside)
    assert may_write(scene, scene.anna, was_there)


def test_a_rebuild_makes_the_same_of_it(scene: Scene) -> None:
    scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    hand_over(scene, scene.ben)
    scene.look()
    before = published_rows(scene.world.database)
    rebuild(scene.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(scene.world.database) == before
