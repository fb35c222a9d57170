"""Marks and stars on both databases: who gets them, what brings a list back, what rebuild makes."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.protocol.messages import MessageSent
from onrecord.protocol.personal import Marks, QuietHours
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked, Mark, MessageStarred, QuietHoursSet
from onrecord_archive.format.record import format_time
from tests.integration.tables import published_rows
from tests.integration.world import World


@pytest.fixture
def people(world: World) -> Sequence[PersonId]:
    return [world.person(name) for name in ("Anna", "Ben", "Cleo")]


def note(world: World, person: PersonId, body: Payload) -> Answer:
    ref = personal_stream(person)
    world.clock.at += timedelta(seconds=1)
    return world.commit(world.command(person, ref.id, body, ref))[0]


def mark(world: World, who: PersonId, stream: StreamId, kind: Mark, *, on: bool = True) -> Answer:
    last = world.reads.conversation(who, stream).last_msg_no if kind == "archived" else None
    body = ConversationMarked(stream, kind, on, up_to=last if on else None)
    return note(world, who, body)


def star(world: World, who: PersonId, message: Answer, *, on: bool = True) -> Answer:
    return note(world, who, MessageStarred(message.stream, message.event_id, on))


def marks(world: World, who: PersonId, stream: StreamId) -> Marks | None:
    return world.reads.conversation(who, stream).marks


def starred(world: World, who: PersonId) -> list[str]:
    return [hit.text for hit in world.reads.stars(who, None, None, 50).hits]


def test_marks_are_their_owners_alone(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, _ = people
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "Hello")
    mark(world, ben, stream, "pinned")
    until = format_time(world.clock.at + timedelta(hours=8))
    note(world, ben, ConversationMarked(stream, "muted", True, until))
    mark(world, ben, stream, "archived")
    mark(world, ben, stream, "unread")
    assert marks(world, ben, stream) == Marks(1, True, until, 1, True)
    assert marks(world, anna, stream) is None
    for kind in ("pinned", "muted", "archived", "unread"):
        mark(world, ben, stream, kind, on=False)
    assert marks(world, ben, stream) is None
    mark(world, ben, stream, "muted")
    assert marks(world, ben, stream) == Marks(muted=True)
    note(world, ben, ConversationMarked(stream, "muted", True, level="mentions"))
    assert marks(world, ben, stream) == Marks(muted=True, level="mentions")
    mark(world, ben, stream, "muted")
    assert marks(world, ben, stream) == Marks(muted=True)


def test_quiet_hours_are_their_owners_alone(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, _ = people
    note(world, ben, QuietHoursSet("Europe/Warsaw", "22:00", "07:00", weekends=True))
    note(world, ben, QuietHoursSet("Asia/Tokyo", "21:00", "06:30"))
    assert world.reads.bootstrap(ben).quiet_hours == QuietHours("Asia/Tokyo", "21:00", "06:30")
    assert world.reads.bootstrap(anna).quiet_hours is None
    rows = published_rows(world.database)
    assert len(rows["quiet_hours"]) == 1
    rebuild(world.database, PROJECTORS, lambda *_: None)
    assert published_rows(world.database) == rows
    note(world, ben, QuietHoursSet())
    assert world.reads.bootstrap(ben).quiet_hours is None


def test_a_replay_brings_ones_own_notes_in_order_and_nobody_elses(
    world: World, people: Sequence[PersonId]
) -> None:
    anna, ben, _ = people
    stream = world.conversation(anna, ben)
    first = world.say(anna, stream, "One")
    mark(world, ben, stream, "pinned")
    world.say(anna, stream, "Two")
    star(world, ben, first)
    world.say(anna, stream, "Three")

    def kinds(who: PersonId, limit: int) -> list[str]:
        found, after = [], 0
        while page := world.reads.replay(who, after, world.size, limit):
            found += [msgspec.json.decode(bytes(each.event))["type"] for each in page]
            after = page[-1].archive_index + 1
        return found

    said = "message.sent"
    begun = "conversation.created"
    of_ben = [begun, said, "conversation.marked", said, "message.starred", said]
    assert kinds(ben, 50) == kinds(ben, 2) == kinds(ben, 1) == of_ben
    assert kinds(anna, 50) == [begun, said, said, said]


def test_stars_come_newest_first_while_they_may_be_read(
    world: World, people: Sequence[PersonId]
) -> None:
    anna, ben, cleo = people
    one, two = world.conversation(anna, ben, cleo), world.conversation(anna, ben)
    said = [world.say(anna, stream, f"{n}") for n, stream in enumerate([one, one, two, one])]
    for message in reversed(said):
        star(world, ben, message)
    assert starred(world, ben) == ["0", "1", "2", "3"]
    assert starred(world, anna) == []
    page = world.reads.stars(ben, one, None, 2)
    assert [hit.text for hit in page.hits] == ["0", "1"]
    page = world.reads.stars(ben, one, page.next, 2)
    assert ([hit.text for hit in page.hits], page.next) == (["3"], None)
    world.edit(anna, said[2], "2, mended")
    world.remove(anna, said[0])
    star(world, ben, said[1], on=False)
    assert starred(world, ben) == ["2, mended", "3"]
    rows = world.reads.timeline(ben, one, before=None, after=None, around=None, limit=50).events
    marked = [row.msg_no for row in rows if isinstance(row, MessageSent) and row.starred]
    assert marked == [1, 3]
    world.throw_out(anna, one, ben)
    world.say(anna, one, "Behind his back")
    assert starred(world, ben) == ["2, mended", "3"]


def test_pages_go_on_below_a_star_that_was_taken_away(
    world: World, people: Sequence[PersonId]
) -> None:
    anna, ben, _ = people
    stream = world.conversation(anna, ben)
    said = [world.say(anna, stream, f"{n}") for n in range(4)]
    for message in reversed(said):
        star(world, ben, message)
    first = world.reads.stars(ben, None, None, 2)
    star(world, ben, said[1], on=False)
    star(world, ben, said[1])  # starred anew it is the newest, and on no later page
    second = world.reads.stars(ben, None, first.next, 2)
    assert [hit.text for hit in (*first.hits, *second.hits)] == ["0", "1", "2", "3"]
    assert second.next is None


def test_what_one_may_not_see_cannot_be_noted(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, cleo = people
    stream = world.conversation(anna, ben)
    before = world.say(anna, stream, "Before Cleo")
    with pytest.raises(Refusal, match="no such conversation"):
        mark(world, anna, StreamId("0" * 32), "pinned")
    with pytest.raises(Refusal, match="no such conversation"):
        note(world, cleo, ConversationMarked(stream, "pinned", True))
    world.add(anna, stream, cleo)
    with pytest.raises(Refusal, match="no such message"):
        star(world, cleo, before)
    mark(world, cleo, stream, "pinned")


def test_rebuild_makes_the_same_marks_and_stars(world: World, people: Sequence[PersonId]) -> None:
    anna, ben, _ = people
    stream = world.conversation(anna, ben)
    said = [world.say(anna, stream, f"{n}") for n in range(3)]
    mark(world, ben, stream, "pinned")
    note(world, anna, ConversationMarked(stream, "muted", True, level="mentions"))
    mark(world, anna, stream, "archived")
    for message in said:
        star(world, ben, message)
    star(world, ben, said[1], on=False)
    world.remove(anna, said[2])
    rows = published_rows(world.database)
    assert len(rows["personal_event"]) == 7
    rebuild(world.database, PROJECTORS, lambda *_: None)
    assert published_rows(world.database) == rows
