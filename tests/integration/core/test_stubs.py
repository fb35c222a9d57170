"""Records whose bodies are not here: what is known of them, what they close, how they come back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.events import PROJECTORS, TABLES
from onrecord.app.restoring import RESTORING
from onrecord.core.domain.errors import NotFound, Refusal, RefuseToStart
from onrecord.core.domain.values import CONFIG, Command, StreamRef, SystemEntry
from onrecord.core.journal.adopt import Opened
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.store.rebuild import rebuild
from onrecord.core.store.stub_writer import give_bodies, take, to_open
from onrecord.core.store.stubs import accounts_wait, some_closed, waiting
from onrecord.features.chat.history_store import IN_THE_ARCHIVE
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.uploads.file_store import FileStore
from onrecord.protocol import messages
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    MemberAdded,
    MemberRemoved,
    PositionChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.groups import AdminChanged, PostingChanged
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageEdited, MessageSent, ReactionChanged
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import format_time
from tests.integration.core.against_model import differences
from tests.integration.tables import published_rows
from tests.integration.world import References, World


@dataclass
class Lost:
    """A desk whose database came back without its last records, which the archive still has."""

    world: World
    anna: PersonId
    ben: PersonId
    cleo: PersonId
    desk: StreamId
    rows: list[JournalRow] = field(default_factory=list)
    archive: list[tuple[int, RecordLeaf]] = field(default_factory=list)
    heads: dict[StreamId, StreamHead] = field(default_factory=dict)

    def lose(self, *commands: Command) -> list[JournalRow]:
        """Have commands archived that this database never journaled."""
        with self.world.store.journal() as tx:
            heads = tx.heads({command.stream for command in commands}) | self.heads
            references = References(tx)
            for command in commands:
                if command.stream not in heads:
                    assert command.create is not None
                    heads[command.stream] = StreamHead(command.create, "default")
                row = self.world.number(heads[command.stream], command, references)
                references.follow(row.event)
                self.rows.append(row)
                self.archive.append((self.world.size, leaf_of(row)))
                self.world.size += 1
        self.heads = heads
        return self.rows

    def lose_message(self, text: str, by: PersonId | None = None) -> Command:
        """Lose one message on the desk; return its command."""
        self.world.clock.at += timedelta(seconds=1)
        said = self.world.command(by or self.anna, self.desk, MessageSent(text))
        self.lose(said)
        return said

    def adopt(self) -> int:
        """Take what was lost, without bodies."""
        world = self.world
        taken = take(world.database, TABLES, self.archive, world.epoch, world.size)
        world.restoring = some_closed(world.database)
        return taken

    def restore(self) -> None:
        """Give every record its body."""
        by_index = {index: row for (index, _), row in zip(self.archive, self.rows, strict=True)}
        page = [(key, opened(by_index[index])) for key, index in to_open(self.world.database)]
        now = self.world.clock.now()
        give_bodies(
            self.world.database,
            TABLES,
            [page],
            restoring=RESTORING,
            firm="Bank",
            at=now,
            progress=lambda *_: None,
        )
        self.world.published[self.cut : self.cut] = self.rows
        self.world.restoring = some_closed(self.world.database)

    @property
    def cut(self) -> int:
        """How many records were there before."""
        return next(
            (
                n
                for n, row in enumerate(self.world.published)
                if row.event.at > self.rows[0].event.at
            ),
            len(self.world.published),
        )

    def shown(self, person: PersonId) -> list[str | None]:
        """Return the texts that somebody sees on the desk."""
        page = self.world.reads.timeline(
            person, self.desk, before=None, after=None, around=None, limit=100
        )
        return [row.text for row in page.events if isinstance(row, messages.MessageSent)]

    def code(self, *commands: Command) -> str:
        """Return with which code commands are refused."""
        with pytest.raises(Refusal) as refused:
            self.world.commit(*commands)
        return refused.value.code


def leaf_of(row: JournalRow) -> RecordLeaf:
    event = row.event
    leaf = RecordLeaf(
        at=format_time(event.at),
        class_=row.retention_class,
        conv_seq=event.conv_seq,
        ct="11" * 32,
        event_id=event.event_id,
        key_id="22" * 16,
        prev=row.prev.hex(),
        pt=row.pt.hex(),
        stream=event.stream.id,
        type=event.payload.type,
    )
    return leaf if event.msg_no is None else replace(leaf, msg_no=event.msg_no)


def opened(row: JournalRow) -> Opened:
    return Opened(
        row.retention_class, row.prev, row.pt, row.shown, row.kept, row.salt_s, row.salt_k
    )


@pytest.fixture
def lost(world: World) -> Lost:
    anna, ben, cleo = world.person("Anna"), world.person("Ben"), world.person("Cleo")
    desk = world.conversation(anna, ben, title="Desk")
    world.say(anna, desk, "kept one")
    world.say(ben, desk, "kept two")
    world.read(ben, desk, 1)
    return Lost(world, anna, ben, cleo, desk)


def other_kinds(lost: Lost) -> Sequence[tuple[str, Command]]:
    """Everything but a message that can happen on the desk."""
    command, seen = lost.world.command, EventId(lost.world.published[1].event.event_id)
    return [
        ("member", command(lost.anna, lost.desk, MemberAdded(lost.cleo, 0))),
        ("gone", command(lost.anna, lost.desk, MemberRemoved(lost.ben))),
        ("title", command(lost.anna, lost.desk, TitleChanged("Desk two"))),
        ("edit", command(lost.anna, lost.desk, MessageEdited(seen, "changed"))),
        ("reaction", command(lost.anna, lost.desk, ReactionChanged(seen, "👍", True))),
        ("positions", command(lost.ben, lost.desk, Positions((PositionChange(lost.ben, 2),)))),
    ]


def test_a_member_sees_that_a_message_is_in_the_archive(lost: Lost) -> None:
    lost.lose_message("lost words")
    assert lost.adopt() == 1
    assert lost.shown(lost.ben) == ["kept one", "kept two", IN_THE_ARCHIVE]
    listed = lost.world.reads.conversation(lost.ben, lost.desk)
    assert (listed.last_msg_no, listed.unread) == (3, 1)
    assert listed.preview is not None
    assert listed.preview.text == IN_THE_ARCHIVE
    assert lost.world.reads.search(lost.ben, "lost", None, 10).hits == []
    assert lost.world.reads.search(lost.ben, "archive", None, 10).hits == []


def test_no_number_is_used_twice_and_a_retry_gets_its_old_answer(lost: Lost) -> None:
    said = lost.lose_message("lost words")
    lost.adopt()
    known = lost.world.reads.known(said.event_id)
    assert known is not None
    assert (known.archived, known.body_sha) == (True, None)
    assert (known.answer.conv_seq, known.answer.msg_no) == (5, 3)
    after = lost.world.say(lost.ben, lost.desk, "next")
    assert (after.conv_seq, after.msg_no) == (6, 4)


def test_nobody_quotes_or_changes_what_is_not_here(lost: Lost) -> None:
    said = lost.lose_message("lost words")
    lost.adopt()
    change = MessageEdited(said.event_id, "other words")
    react = ReactionChanged(said.event_id, "👍", True)
    for body in (change, react):
        command = lost.world.command(lost.anna, lost.desk, body)
        assert lost.code(command) == "no_such_message"


@pytest.mark.parametrize("at", range(6))
def test_anything_else_closes_the_conversation_to_its_members(lost: Lost, at: int) -> None:
    world = lost.world
    other = world.conversation(lost.anna, lost.ben, direct=True)
    lost.lose(other_kinds(lost)[at][1])
    lost.adopt()
    for person in (lost.anna, lost.ben):
        with pytest.raises(Refusal) as refused:
            lost.shown(person)
        assert refused.value.code == "closed_for_recovery"
        listed = world.reads.bootstrap(person).conversations
        assert [one.id for one in listed] == [other]
        assert world.reads.search(person, "kept", None, 10).hits == []
        assert {each.stream for each in world.reads.replay(person, 0, world.size, 99)} == {other}
        assert lost.code(world.command(person, lost.desk, MessageSent("more"))) == (
            "closed_for_recovery"
        )
    with pytest.raises(NotFound):
        lost.shown(lost.cleo)
    assert world.say(lost.anna, other, "elsewhere").msg_no == 1


def test_compliance_still_has_every_record_of_a_closed_conversation(lost: Lost) -> None:
    lost.lose_message("lost words")
    lost.lose(other_kinds(lost)[0][1])
    lost.adopt()
    records = ComplianceStore(lost.world.database).records(lost.desk, 1, 99)
    assert [record.conv_seq for record in records] == [1, 2, 3, 4, 5, 6]
    assert [record.plain is None for record in records] == [False] * 4 + [True] * 2


def test_what_was_journaled_but_not_published_is_published_whole(lost: Lost) -> None:
    world = lost.world
    waits = world.command(lost.ben, lost.desk, MessageSent("only journaled"))
    (row,) = world.journal(waits)
    lost.archive.append((world.size, leaf_of(row)))
    world.size += 1
    lost.lose_message("lost words")
    assert lost.adopt() == 1
    assert lost.shown(lost.anna)[2:] == ["only journaled", IN_THE_ARCHIVE]
    assert world.store.pending(9) == []


def test_a_rebuild_without_bodies_makes_equal_rows(lost: Lost) -> None:
    lost.lose_message("lost words")
    lost.adopt()
    lost.world.say(lost.ben, lost.desk, "next")
    lost.world.read(lost.anna, lost.desk, 4)
    before = published_rows(lost.world.database)
    rebuild(lost.world.database, PROJECTORS, lambda *_: None)
    assert published_rows(lost.world.database) == before


def test_a_rebuild_does_not_open_a_closed_conversation(lost: Lost) -> None:
    lost.lose(other_kinds(lost)[2][1])
    lost.adopt()
    before = published_rows(lost.world.database)
    rebuild(lost.world.database, PROJECTORS, lambda *_: None)
    assert published_rows(lost.world.database) == before


def test_with_the_bodies_everybody_sees_what_the_record_says(lost: Lost) -> None:
    lost.lose_message("lost words", by=lost.ben)
    lost.adopt()
    lost.world.say(lost.anna, lost.desk, "next")
    lost.restore()
    lost.world.read(lost.ben, lost.desk, 2)
    assert differences(lost.world, ("lost", "next", "kept")) == []
    assert lost.world.reads.conversation(lost.ben, lost.desk).unread == 1
    assert waiting(lost.world.database) == 0
    before = published_rows(lost.world.database)
    rebuild(lost.world.database, PROJECTORS, lambda *_: None)
    assert published_rows(lost.world.database) == before


def test_with_the_bodies_a_group_is_led_by_whom_the_record_says(lost: Lost) -> None:
    """Its admins and who writes in it are of its head, which no rebuild makes anew."""
    world = lost.world
    lost.lose(
        world.command(lost.anna, lost.desk, AdminChanged(lost.ben, on=True)),
        world.command(lost.anna, lost.desk, AdminChanged(lost.anna, on=False)),
        world.command(lost.ben, lost.desk, PostingChanged(admins_only=True)),
    )
    lost.adopt()
    lost.restore()
    assert lost.code(world.command(lost.anna, lost.desk, MessageSent("x"))) == "admins_only"
    assert lost.code(world.command(lost.anna, lost.desk, TitleChanged("New"))) == "not_an_admin"
    world.say(lost.ben, lost.desk, "I lead it")


def test_with_the_bodies_a_closed_conversation_goes_on_with_its_members(lost: Lost) -> None:
    world = lost.world
    kinds = dict(other_kinds(lost))
    new = world.command(
        lost.anna,
        StreamId("f" * 32),
        world.published[0].event.payload,
        StreamRef(StreamId("f" * 32), "direct"),
    )
    gone = world.command(lost.anna, lost.desk, MemberRemoved(lost.ben))
    lost.lose(kinds["member"], gone, kinds["title"], new)
    lost.adopt()
    begun = world.command(lost.anna, new.stream, MessageSent("x"))
    assert lost.code(begun) == "closed_for_recovery", "who is in it is in the lost record"
    files = FileStore(world.database, TABLES.slots)
    for stream in (new.stream, lost.desk, StreamId("0" * 32)):
        with pytest.raises(Refusal) as shut:
            files.check_may_write(world.people[lost.anna], stream)
        assert shut.value.code == "closed_for_recovery"
    assert lost.code(world.command(lost.anna, lost.desk, MessageSent("x"))) == "closed_for_recovery"
    lost.restore()
    world.say(lost.cleo, lost.desk, "here I am")
    world.say(lost.ben, new.stream, "and here")
    assert lost.code(world.command(lost.ben, lost.desk, MessageSent("x"))) == "not_a_member"
    assert world.reads.conversation(lost.anna, lost.desk).title == "Desk two"
    assert world.reads.conversation(lost.anna, new.stream).kind == "direct"
    assert lost.code(world.command(lost.anna, new.stream, TitleChanged("x"))) == "not_a_group"
    assert differences(world, ("here",)) == []


def test_a_complaint_closes_the_conversation_and_with_its_body_it_is_open_again(lost: Lost) -> None:
    world = lost.world
    clara = world.person("Clara", outside=True)
    served = world.conversation(lost.anna, clara, direct=True)
    body = ComplaintFiled("", "other", "", "en", "Not agreed.", "")
    lost.lose(world.command(clara, served, body))
    lost.adopt()
    assert lost.code(world.command(clara, served, body)) == "closed_for_recovery"
    lost.restore()
    assert lost.code(world.command(lost.anna, served, body)) == "complaint_exists"
    (complaint,) = world.reads.conversation(clara, served).complaints or []
    world.do(lost.anna, served, ComplaintClosed(EventId(complaint.id), "", "answered"))
    assert differences(world, ("kept",)) == []


def test_a_gap_in_the_accounts_is_known_until_it_is_filled(lost: Lost) -> None:
    ref = StreamRef(StreamId("identity"), "identity")
    added = SystemEntry("person.deactivated", {"person": lost.cleo})
    lost.lose(lost.world.command(lost.anna, ref.id, added, ref))
    assert not accounts_wait(lost.world.database)
    lost.adopt()
    assert accounts_wait(lost.world.database)
    lost.restore()
    assert not accounts_wait(lost.world.database)
    with lost.world.store.journal() as tx:
        assert tx.people([lost.cleo]) == {}


@pytest.mark.parametrize(
    ("kind", "waits"),
    [("hook.compared", False), ("hook.plaintext", False), ("hours.set", True), ("hook", True)],
)
def test_what_hooks_did_closes_nothing(lost: Lost, kind: str, waits: bool) -> None:
    """It stands beside what must be known of accounts, and comes each day."""
    lost.lose(lost.world.command(lost.anna, CONFIG.id, SystemEntry(kind, {}), CONFIG))
    lost.adopt()
    assert accounts_wait(lost.world.database) is waits


def test_other_system_streams_close_nothing(lost: Lost) -> None:
    ref = StreamRef(StreamId("access:C-1"), "access")
    lost.lose(lost.world.command(lost.anna, ref.id, SystemEntry("case.opened", {}), ref))
    lost.adopt()
    assert not accounts_wait(lost.world.database)


@pytest.mark.parametrize("planted", [{"prev": "33" * 32}, {"conv_seq": 9}])
def test_a_record_of_another_history_is_not_taken(lost: Lost, planted: dict[str, object]) -> None:
    lost.lose_message("lost words")
    ((index, leaf),) = lost.archive
    lost.archive = [(index, replace(leaf, **planted))]
    with pytest.raises(RefuseToStart) as refused:
        lost.adopt()
    assert refused.value.code == "journal_differs"
    assert waiting(lost.world.database) == 0


def test_another_body_than_the_leaf_is_of_is_not_taken(lost: Lost) -> None:
    lost.lose_message("lost words")
    lost.adopt()
    lost.rows = [replace(lost.rows[0], pt=bytes(32))]
    with pytest.raises(RefuseToStart):
        lost.restore()
    assert waiting(lost.world.database) == 1
