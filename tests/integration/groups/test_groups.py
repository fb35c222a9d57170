"""Groups on both databases: those of before the upgrade, who sees what, whom a link finds."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Refusal
from onrecord.core.store.rebuild import rebuild
from onrecord.features.groups import store as groups
from onrecord.protocol.groups import GroupShown
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time
from tests.integration.tables import published_rows
from tests.integration.world import World

SECRET = "ab" * 32


@pytest.fixture
def people(world: World) -> Sequence[PersonId]:
    return [world.person(name) for name in ("Anna", "Ben", "Cleo")]


def said(world: World, person: PersonId, stream: StreamId) -> GroupShown:
    group = world.reads.conversation(person, stream).group
    assert group is not None
    return group


def test_who_is_gone_sees_the_group_as_it_was(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, cleo = people
    stream = world.conversation(anna, ben, cleo)
    world.do(anna, stream, GroupDescribed("Before"))
    world.throw_out(anna, stream, cleo)
    world.do(anna, stream, GroupDescribed("After"))
    world.do(anna, stream, AdminChanged(ben, True))
    world.do(anna, stream, PostingChanged(True))
    assert said(world, cleo, stream) == GroupShown([anna], description="Before")
    assert said(world, ben, stream) == GroupShown([anna, ben], True, "After")


def test_a_link_finds_its_group_until_another_one_is_made(
    world: World, people: Sequence[PersonId]
) -> None:
    anna, ben, cleo = people
    stream = world.conversation(anna, ben)
    until = format_time(world.clock.at + timedelta(days=7))

    def found(secret: str) -> tuple[StreamId, EventId] | None:
        with world.database.reading() as tx:
            opened = groups.offer(tx, cleo, secret)
        return None if opened is None or opened.shown is None else (opened.stream, opened.made)

    assert found(SECRET) is None
    made = world.do(anna, stream, JoinLinkMade(SECRET, until))
    assert found(SECRET) == (stream, made.event_id)
    world.do(cleo, stream, MemberAdded(cleo, 0, None, made.event_id))
    link = said(world, anna, stream).link
    assert link is not None
    assert (link.uses, link.until, link.by) == (1, until, anna)
    with pytest.raises(Refusal, match="in the group already"):
        world.do(cleo, stream, MemberAdded(cleo, 0, None, made.event_id))
    again = world.do(anna, stream, JoinLinkMade("cd" * 32, until))
    assert found(SECRET) is None
    assert found("cd" * 32) == (stream, again.event_id)
    world.do(anna, stream, JoinLinkRevoked())
    assert found("cd" * 32) is None


def test_a_link_is_of_the_group_that_had_it_first(world: World, people: Sequence[PersonId]) -> None:
    """Ben was sent it, and gives the same one to a group of his own that is older."""
    anna, ben, cleo = people
    bens, annas = world.conversation(ben, anna), world.conversation(anna, ben)
    until = format_time(world.clock.at + timedelta(days=7))
    first = world.do(anna, annas, JoinLinkMade(SECRET, until))
    world.do(ben, bens, JoinLinkMade(SECRET, until))

    def found() -> tuple[EventId, bool]:
        with world.database.reading() as tx:
            link = groups.offer(tx, cleo, SECRET)
        assert link is not None
        return link.made, link.shown is not None

    assert found() == (first.event_id, True)
    world.do(anna, annas, JoinLinkRevoked())
    assert found() == (first.event_id, False)


def test_members_see_a_group_s_picture_who_left_the_one_of_then(
    world: World, people: Sequence[PersonId]
) -> None:
    anna, ben, cleo = people
    stream = world.conversation(anna, ben)

    def sees(person: PersonId, sha256: str) -> bytes | None:
        with world.database.reading() as tx:
            return groups.picture_for(tx, person, sha256)

    world.do(anna, stream, GroupPictured("aa" * 32, "image/webp", "Zmlyc3Q="))
    world.throw_out(anna, stream, ben)
    world.do(anna, stream, GroupPictured("bb" * 32, "image/webp", "c2Vjb25k"))
    assert [sees(anna, name * 32) for name in ("aa", "bb")] == [b"first", b"second"]
    assert [sees(ben, name * 32) for name in ("aa", "bb")] == [b"first", None]
    assert sees(cleo, "aa" * 32) is None
    assert said(world, anna, stream).picture == "bb" * 32
    world.do(anna, stream, GroupPictured())
    assert said(world, anna, stream).picture is None


def test_rebuild_makes_equal_rows(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, cleo = people
    stream = world.conversation(anna, ben)
    until = format_time(world.clock.at + timedelta(days=7))
    made = world.do(anna, stream, JoinLinkMade(SECRET, until))
    world.do(cleo, stream, MemberAdded(cleo, 0, None, made.event_id))
    world.do(anna, stream, AdminChanged(cleo, True))
    world.leave(anna, stream)
    before = published_rows(world.database)
    assert len(before["group_version"]) == 5
    assert len(before["join_link"]) == 1
    rebuild(world.database, PROJECTORS, lambda done, total: None)
    assert published_rows(world.database) == before
