"""One batch: what it reaches in which order, who sees it live, and where its files must be."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from msgspec import structs

from onrecord.app.events import RULES, TABLES
from onrecord.core.archiving.batch import journal_alone
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import SYSTEM, Answer, Command, StreamRef, SystemEntry
from onrecord.core.journal.case import Rules
from onrecord.core.roles.table import permits
from onrecord.core.settled import Published
from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.conversations import ConversationCreated, MemberAdded, MemberRemoved
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.errors import Corrupt, WriteFailed
from onrecord_archive.format.record import format_time
from tests.integration.core.works import Works

STEPS = ["in_transaction", "journaled", "archived", "published"]


def done(works: Works, body: Payload) -> Published:
    """Have Anna do something in a batch of its own."""
    (published,) = works.settle(works.world.command(works.anna, works.stream, body)).published
    return published


def test_a_batch_goes_from_step_to_step_and_one_without_news_goes_nowhere(works: Works) -> None:
    works.gate.reached.clear()
    message = works.message()
    works.settle(message)
    assert works.gate.reached == STEPS
    assert works.committer.owed is None
    works.settle(message)
    assert works.gate.reached == STEPS
    size, position = works.archive.size, works.committer.position
    assert size == position == works.store.state().position


def test_each_batch_looks_for_its_files_once(works: Works) -> None:
    """It is some ten calls of the system, on the way of every message.

    And no batch of these is halved: what follows in one stream, or comes twice, is numbered right.
    """
    message, twice = works.message(), works.message()
    for batch in (
        [message],
        [message],
        [message, works.message()],
        [works.message(), works.message()],
        [twice, twice],
    ):
        before = works.archive.looked
        works.settle(*batch)
        assert works.archive.looked == before + 1


def test_nothing_is_shown_or_acknowledged_of_a_batch_whose_files_went_as_it_was_written(
    works: Works,
) -> None:
    works.archive.looks = [Corrupt("a tail is not there")]
    message = works.message()
    with pytest.raises(Corrupt):
        works.settle(message)
    assert works.texts() == []
    known = works.world.reads.known(message.event_id)
    assert known is None or not known.archived


def test_nothing_is_acknowledged_under_a_key_that_its_store_would_not_keep(works: Works) -> None:
    path = works.folder.parent / "keys.db"
    with closing(sqlite3.connect(path)) as store, store:
        before = store.execute("SELECT key_id FROM sealed_key").fetchall()
        store.execute(
            "CREATE TRIGGER t AFTER INSERT ON sealed_key BEGIN DELETE FROM sealed_key; END"
        )
    create = StreamRef(StreamId("f" * 32), "group", None)
    body = ConversationCreated((works.anna, works.ben), None)
    made = works.world.command(works.anna, create.id, body, create)
    with pytest.raises(Corrupt):
        works.settle(made)
    with closing(sqlite3.connect(path)) as store:
        assert store.execute("SELECT key_id FROM sealed_key").fetchall() == before != []
    known = works.world.reads.known(made.event_id)
    assert known is None or not known.archived


def test_nothing_is_acknowledged_again_once_the_files_went(works: Works) -> None:
    message = works.message()
    works.settle(message)
    works.archive.looks = [Corrupt("a tail is not there")]
    with pytest.raises(Corrupt):
        works.settle(message)


def test_what_a_failure_leaves_is_owed_until_it_is_published(works: Works) -> None:
    works.archive.appends = [WriteFailed("no room")]
    works.settle(works.message())
    owed = works.committer.owed
    assert owed is not None
    assert owed.step == "archive"
    works.recovery.resume(archive_first=True)
    assert works.committer.owed is None


class Later:
    """Anna says something before Zofia comes in."""

    def __init__(self, works: Works) -> None:
        self.works = works
        self.before = done(works, MessageSent("before"))
        self.zofia = works.world.person("Zofia")
        added = works.world.command(works.anna, works.stream, MemberAdded(self.zofia, 0))
        self.joined = works.settle(added).published[0]

    def quoting(self, target: Published) -> MessageSent:
        return MessageSent("yes", Quote(target.event.event_id, 0, PersonId("")))


@pytest.fixture
def later(works: Works) -> Later:
    return Later(works)


def test_who_comes_later_is_told_nothing_of_what_was_before(later: Later) -> None:
    works, target = later.works, later.before.event.event_id
    for body in (
        later.quoting(later.before),
        ReactionChanged(target, "👍", on=True),
        MessageEdited(target, "changed"),
        MessageRemoved(target),
    ):
        assert set(done(works, body).late) == {later.zofia}, body.type


def test_who_comes_later_is_not_told_which_message_a_complaint_is_about(works: Works) -> None:
    world = works.world
    clara, zofia = world.person("Clara", outside=True), world.person("Zofia")
    group = StreamRef(StreamId("c" * 32), "group", None)

    def settled(actor: PersonId, body: Payload, create: StreamRef | None = None) -> Published:
        command = world.command(actor, group.id, body, create)
        return works.settle(command).published[0]

    direct = StreamRef(StreamId("d" * 32), "direct", None)
    works.settle(
        world.command(works.anna, direct.id, ConversationCreated((works.anna, clara), None), direct)
    )
    settled(works.anna, ConversationCreated((works.anna, clara), None), group)
    before = settled(works.anna, MessageSent("before")).event.event_id
    settled(works.anna, MemberAdded(zofia, 0))
    since = settled(works.anna, MessageSent("since")).event.event_id
    for target, late in ((before, {zofia}), (since, set()), (None, set())):
        body = ComplaintFiled("", "other", "", "en", "This was not agreed.", "", target)
        assert set(settled(clara, body).late) == late, target


def test_who_is_there_is_told_of_what_is_said_since(later: Later) -> None:
    works = later.works
    since = done(works, MessageSent("since"))
    assert set(since.late) == set()
    assert set(since.recipients) == {works.anna, works.ben, later.zofia}
    for body in (
        later.quoting(since),
        ReactionChanged(since.event.event_id, "👍", on=True),
        MessageEdited(since.event.event_id, "changed"),
        MessageRemoved(since.event.event_id),
    ):
        assert set(done(works, body).late) == set(), body.type


def test_the_first_number_that_somebody_reads_is_not_late(works: Works) -> None:
    works.world.clock.at += timedelta(seconds=1)
    first, zofia = done(works, MessageSent("shared")), works.world.person("Zofia")
    added = MemberAdded(zofia, 0, format_time(works.world.clock.at))
    joined = works.settle(works.world.command(works.anna, works.stream, added)).published[0]
    assert isinstance(joined.event.payload, MemberAdded)
    assert joined.event.payload.from_seq == first.event.conv_seq
    quote = MessageSent("yes", Quote(first.event.event_id, 0, PersonId("")))
    assert set(done(works, quote).late) == set()


def test_who_is_removed_sees_that_and_nothing_after(later: Later) -> None:
    works = later.works
    batch = [
        works.world.command(works.anna, works.stream, body)
        for body in (MessageSent("a"), MemberRemoved(later.zofia), MessageSent("b"))
    ]
    a, removed, b = works.settle(*batch).published
    both = {works.anna, works.ben}
    assert (set(a.recipients), set(b.recipients)) == ({*both, later.zofia}, both)
    assert set(removed.recipients) == {*both, later.zofia}
    assert set(later.joined.recipients) == {*both, later.zofia}


def test_what_is_of_no_conversation_is_recorded_and_delivered_to_nobody(works: Works) -> None:
    identity, entry = StreamId("identity"), SystemEntry("account.added", {"person": works.anna})
    create = StreamRef(identity, "identity", None)
    command = works.world.command(works.anna, identity, entry, create)
    settled = works.settle(structs.replace(command, actor=SYSTEM), works.message())
    assert [type(outcome) for _, outcome in settled.answers] == [Answer, Answer]
    assert [each.event.stream.id for each in settled.published] == [works.stream]
    assert works.store.pending(10) == []


def test_nothing_of_the_system_begins_a_stream_that_it_does_not_name(works: Works) -> None:
    entry = SystemEntry("account.added", {"person": works.anna})
    command = works.world.command(works.anna, StreamId("identity"), entry)
    ((_, outcome),) = works.settle(structs.replace(command, actor=SYSTEM)).answers
    assert isinstance(outcome, Refusal)


def test_a_conversation_that_is_not_there_is_refused_and_the_rest_is_recorded(
    works: Works,
) -> None:
    nowhere = works.world.command(works.anna, StreamId("f" * 32), MessageSent("lost"))
    first, second = works.message("one"), works.message("two")
    answers = {
        waiting.command.event_id: outcome
        for waiting, outcome in works.settle(first, nowhere, second).answers
    }
    assert isinstance(answers[nowhere.event_id], Refusal)
    assert isinstance(answers[first.event_id], Answer)
    assert isinstance(answers[second.event_id], Answer)
    assert works.texts() == ["one", "two"]


def journaled(works: Works, command: Command) -> None:
    journal_alone(
        works.store,
        command,
        Rules(RULES, permits, TABLES.moves),
        clock=works.world.clock,
        entropy=bytes,
    )


def test_what_is_journaled_before_there_is_an_archive_waits_for_it(works: Works) -> None:
    message = works.message("alone")
    for _ in range(2):
        journaled(works, message)
    assert [row.event.event_id for row in works.store.pending(10)] == [message.event_id]
    works.start_again()
    assert works.texts() == ["alone"]


def test_what_may_not_be_journaled_so_is_refused(works: Works) -> None:
    nowhere = works.world.command(works.anna, StreamId("f" * 32), MessageSent("lost"))
    with pytest.raises(Refusal):
        journaled(works, nowhere)
