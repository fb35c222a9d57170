"""The writer's side: locks, known ids, recovery's reads, the archiver's place."""

import os
from datetime import timedelta

import pytest

from onrecord.app.events import RULES, TABLES
from onrecord.core.archiving.batch import journal_alone
from onrecord.core.archiving.void_end import voided
from onrecord.core.domain.errors import Fenced
from onrecord.core.domain.values import Command, StreamRef, SystemEntry
from onrecord.core.failures import RowRefused
from onrecord.core.journal.case import Rules
from onrecord.core.journal.heads import JournalPlace
from onrecord.core.roles.table import permits
from onrecord.core.store.void import void_ends
from onrecord.database.statements import sql
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.writer.recovery import VoidEnd
from tests.integration.tables import published_rows
from tests.integration.world import World

RENAME = sql("UPDATE person SET name = ? WHERE id = ?")


def test_what_is_only_journaled_is_nowhere(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    rows = world.journal(world.command(anna, stream, MessageSent("not yet")))
    page = world.reads.timeline(ben, stream, before=None, after=None, around=None, limit=9)
    listed = world.reads.conversation(ben, stream)
    assert len(page.events) == 1
    assert (listed.last_seq, listed.unread) == (1, 0)
    assert world.reads.search(ben, "yet", None, 9).hits == []
    assert len(world.reads.replay(ben, 0, 1_000, 9)) == 1
    known = world.reads.known(rows[0].event.event_id)
    assert known is not None
    assert not known.archived


def test_a_conversation_that_is_only_journaled_is_nowhere(world: World) -> None:
    anna = world.person("Anna")
    stream = StreamId("f" * 32)
    body = ConversationCreated((anna,))
    world.journal(world.command(anna, stream, body, StreamRef(stream, "group")))
    assert world.reads.bootstrap(anna).conversations == []
    assert world.reads.stream(stream) is None
    assert world.reads.members(stream) == {}


def test_pending_rows_come_back_as_they_were_appended(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    rows = world.journal(
        world.command(anna, stream, MessageSent("one")),
        world.command(ben, stream, MessageSent("two")),
    )
    assert world.store.pending(10) == rows
    assert world.store.pending(1) == rows[:1]
    world.publish(rows, world.archive(rows))
    assert world.store.pending(10) == []


def test_rows_are_found_by_event(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    answer = world.say(anna, world.conversation(anna, ben), "one")
    found = world.store.rows_at([answer.event_id, EventId("0" * 32)])
    assert found == {answer.event_id: world.published[-1]}


def test_an_event_is_pending_until_it_is_published(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    rows = world.journal(world.command(anna, stream, MessageSent("one")))
    (event,) = [row.event.event_id for row in rows]
    asked = [event, EventId("0" * 32)]
    assert world.store.places(asked) == {event: JournalPlace(rows[0].pt, pending=True)}
    world.publish(rows, world.archive(rows))
    assert world.store.places(asked) == {event: JournalPlace(rows[0].pt, pending=False)}


def test_a_void_end_is_told_with_the_indexes_that_were_given_anew(world: World) -> None:
    end = VoidEnd("0" * 16 + "-" + "0" * 16, 4096, 100, "ab" * 32, 7, ())
    command = voided(end)
    for _ in range(2):  # a start that fails in between tries it again
        journal_alone(
            world.store,
            command,
            Rules(RULES, permits, TABLES.moves),
            clock=world.clock,
            entropy=os.urandom,
        )
    rows = world.store.pending(10)
    assert [row.event.event_id for row in rows] == [command.event_id]
    assert void_ends(world.database) == []
    (place,) = world.archive(rows)
    world.publish(rows, [place])
    (told,) = void_ends(world.database)
    assert (told.tail, told.offset, told.length, told.sha256) == (end.tail, 4096, 100, end.sha256)
    assert (told.first, told.last) == (7, place.archive_index)


def test_publishing_again_changes_nothing(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    said = world.say(anna, stream, "one")
    world.edit(anna, said, "two")
    rows = world.journal(world.command(ben, stream, MessageSent("three")))
    archived = world.archive(rows)
    world.publish(rows, archived)
    before = published_rows(world.database)
    world.publish(rows, archived)
    found = world.store.rows_at([row.event.event_id for row in rows])
    world.publish(list(found.values()), archived)
    assert published_rows(world.database) == before


def test_an_archiver_of_an_older_epoch_publishes_nothing(world: World) -> None:
    state = world.store.take_epoch()
    assert world.store.state() == state
    with pytest.raises(Fenced), world.store.publishing() as tx:
        tx.advance(world.epoch, 99)
    assert world.store.state().position == state.position
    with world.store.publishing() as tx:
        tx.advance(state.epoch, 99)
    assert world.store.state().position == world.reads.position() == 99


def append(world: World, command: Command, conv_seq: int, *, then: type[Exception] | None) -> None:
    """Journal a command as if the stream stood at *conv_seq*; raise *then* before the commit."""
    with world.store.journal() as tx:
        head = tx.heads([command.stream])[command.stream]
        head.conv_seq = conv_seq
        tx.append([world.number(head, command)], [head])
        if then is not None:
            raise then


def test_a_rolled_back_batch_leaves_nothing(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    command = world.command(anna, stream, MessageSent("one"))
    with pytest.raises(ZeroDivisionError):
        append(world, command, 1, then=ZeroDivisionError)
    assert world.store.pending(10) == []
    (answer,) = world.commit(command)
    assert (answer.conv_seq, answer.msg_no) == (2, 1)


@pytest.mark.promise("P3")
def test_an_event_is_journaled_once(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    command = world.command(anna, stream, MessageSent("one"))
    world.commit(command)
    with pytest.raises(RowRefused):
        world.journal(command)
    assert world.say(anna, stream, "two").conv_seq == 3


@pytest.mark.promise("P4")
def test_a_number_is_given_once(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "number 2")
    with pytest.raises(RowRefused):
        append(world, world.command(anna, stream, MessageSent("number 2 too")), 1, then=None)


def test_known_says_what_became_of_it(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    answer = world.say(anna, world.conversation(anna, ben), "one")
    with world.store.journal() as tx:
        known = tx.known([answer.event_id, EventId("0" * 32)])
    assert list(known) == [answer.event_id]
    assert known[answer.event_id].answer == answer
    assert known[answer.event_id].archived
    assert known[answer.event_id].body_sha == world.published[-1].body_sha


def test_targets_are_messages_as_published(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    said = world.say(anna, stream, "one")
    edit = world.edit(anna, said, "two")
    (unpublished,) = world.journal(world.command(anna, stream, MessageSent("not published")))
    with world.store.journal() as tx:
        targets = tx.targets([said.event_id, edit.event_id, unpublished.event.event_id])
    assert list(targets) == [said.event_id]
    target = targets[said.event_id]
    assert (target.text, target.removed, target.author) == ("two", False, anna)
    assert (target.stream, target.conv_seq, target.at) == (stream, 2, said.at)


def test_the_first_number_since_a_time(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    said = [world.say(anna, stream, f"message {n}") for n in range(9)]
    second = timedelta(seconds=1)
    with world.store.journal() as tx:
        for answer in said:
            assert tx.seq_since(stream, answer.at) == answer.conv_seq
            assert tx.seq_since(stream, answer.at - second / 2) == answer.conv_seq
        assert tx.seq_since(stream, said[0].at - 99 * second) == 1
        assert tx.seq_since(stream, said[-1].at + second) is None
        assert tx.seq_since(StreamId("0" * 32), said[0].at) is None


def test_a_new_name_is_in_the_next_batch(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "one")
    with world.database.writing() as tx:
        tx.run(RENAME, ("Anna Maria", anna))
    with world.store.journal() as tx_:
        assert tx_.heads([stream])[stream].members[anna].name == "Anna Maria"


def test_heads_of_members_who_came_and_went(world: World) -> None:
    anna, ben, cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "one")
    world.add(anna, stream, cleo)
    world.throw_out(anna, stream, ben)
    with world.store.journal() as tx:
        head = tx.heads([stream])[stream]
        unknown = tx.heads([StreamId("0" * 32)])
    assert set(head.members) == {anna, cleo}
    assert head.reads_from == {anna: 1, cleo: 3}
    assert (head.conv_seq, head.msg_no) == (4, 1)
    assert unknown == {}


def test_a_system_stream_is_recorded_and_shown_to_nobody(world: World) -> None:
    anna = world.person("Anna")
    stream = StreamId("access:case-1")
    entry = SystemEntry("access.opened", {"case": "case-1", "first": 1})
    command = world.command(anna, stream, entry, StreamRef(stream, "access"))
    (answer,) = world.commit(command)
    assert answer.conv_seq == 1
    assert world.reads.stream(stream) is None
    assert world.reads.bootstrap(anna).conversations == []
    assert world.reads.replay(anna, 0, 1_000, 9) == []
    known = world.reads.known(answer.event_id)
    assert known is not None
    assert known.archived
    assert world.store.rows_at([answer.event_id])[answer.event_id].event.payload == entry


def test_inactive_people_are_not_offered(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    with world.database.writing() as tx:
        tx.run(sql("UPDATE person SET active = 0 WHERE id = ?"), (ben,))
    with world.store.journal() as tx_:
        assert list(tx_.people([anna, ben])) == [anna]


def test_ten_thousand_events_of_the_same_microsecond_are_all_published(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    for start in range(0, 10_000, 500):
        world.commit(
            *(world.command(anna, stream, MessageSent(f"{start + n}")) for n in range(500))
        )
    events = world.reads.replay(ben, 0, world.size, 100_000)
    assert len(events) == 10_001
    page = world.reads.timeline(ben, stream, before=None, after=None, around=None, limit=20_000)
    assert [event.conv_seq for event in page.events] == list(range(1, 10_002))
    assert len({event.at for event in page.events[1:]}) == 1
