"""What may be said in a conversation: each verb, and each refusal under its code."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.files import FoundFile, HeldFile, asked_file
from onrecord.core.domain.referred import Reaction, Source, Target
from onrecord.core.domain.values import (
    SYSTEM,
    Actor,
    Answering,
    Command,
    Origin,
    StreamKind,
    StreamRef,
    SystemEntry,
)
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import StreamHead
from onrecord.core.roles.table import permits
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    PositionChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOM = StreamId("c" * 32)
MESSAGE = EventId("e" * 32)
MINE, ELSEWHERE, READ = (BlobId(digit * 32) for digit in "123")
"""Files: what Anna stored here, and in another conversation, and what a message shows to her."""
ANNA = Actor(PersonId("anna"), "Anna", "employee", "Bank", "employee")
PIOTR = Actor(PersonId("piotr"), "Piotr", "employee", "Bank", "employee")
EWA = Actor(PersonId("ewa"), "Ewa", "client", "Client", "client")
ZOFIA = Actor(PersonId("zofia"), "Zofia", "employee", "Bank", "employee")


class World:
    """What commands may refer to: one message of Anna's at conv_seq 5, and four people."""

    def __init__(
        self,
        *,
        removed: bool = False,
        age: timedelta = timedelta(),
        unanswered: int | None = None,
    ) -> None:
        self.unanswered = unanswered
        self.from_outside = frozenset({EWA.id})
        self.to_client: dict[PersonId, Answering | None] = {ANNA.id: "owner"}
        self.message = Target(MESSAGE, ROOM, 5, ANNA.id, NOW - age, "said", removed=removed)

    def target(self, event: EventId) -> Target | None:
        return self.message if event == MESSAGE else None

    def reactions(self, event: EventId) -> Collection[Reaction]:
        return ()

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        return None

    def person(self, person: PersonId) -> Actor | None:
        return {actor.id: actor for actor in (ANNA, PIOTR, EWA, ZOFIA)}.get(person)

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        stored_in = {MINE: ROOM, ELSEWHERE: StreamId("e" * 32)}.get(blob)
        file = File(blob, "0" * 64, 5, "a.txt", "text/plain")
        held = HeldFile(file, SealedBlob("c" * 64, blob, 21), "0" * 64)
        if actor != ANNA.id or blob not in (MINE, ELSEWHERE, READ):
            return None
        return FoundFile(held, stored_in, readable=blob == READ)

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        return frozenset(people) & self.from_outside

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        return 4 if since < NOW else None

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        return True

    def waiting(self, stream: StreamId) -> int | None:
        return self.unanswered

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        return self.to_client.get(person, "others")


def room(kind: StreamKind = "group") -> StreamHead:
    members = {ANNA.id: ANNA, PIOTR.id: PIOTR, EWA.id: EWA}
    return StreamHead(
        StreamRef(ROOM, kind, "Room"),
        "default",
        key=1,
        conv_seq=9,
        msg_no=6,
        members=members,
        reads_from={ANNA.id: 1, PIOTR.id: 3, EWA.id: 7},
    )


def decided(
    body: Payload | SystemEntry,
    actor: Actor = ANNA,
    head: StreamHead | None = None,
    world: World | None = None,
    rules: Rules | None = None,
    *,
    outside: tuple[PersonId, ...] = (),
) -> Payload | SystemEntry:
    command = Command(EventId("f" * 32), ROOM, actor, Origin("password"), body, outside=outside)
    return decide(
        Case(
            head or room(),
            command,
            world or World(),
            rules or Rules(RULES, permits, TABLES.moves),
            NOW,
        )
    )


def test_a_member_may_say_something() -> None:
    assert decided(MessageSent("hello")) == MessageSent("hello")


def test_a_reply_quotes_what_the_message_says_now() -> None:
    reply = decided(MessageSent("yes", Quote(MESSAGE, 0, PersonId(""))))
    assert reply == MessageSent("yes", Quote(MESSAGE, 5, ANNA.id, "said"))


@pytest.mark.parametrize("blob", [MINE, READ])
def test_a_file_goes_with_a_message_that_may_have_no_text(blob: BlobId) -> None:
    said = decided(MessageSent("", files=(asked_file(blob),)), outside=(EWA.id,))
    assert said == MessageSent("", files=(File(blob, "0" * 64, 5, "a.txt", "text/plain"),))


def test_a_new_member_reads_from_the_join_on() -> None:
    head = room()
    assert decided(MemberAdded(ZOFIA.id, 0), head=head) == MemberAdded(ZOFIA.id, 10)
    assert head.reads_from[ZOFIA.id] == 10
    assert head.members_changed


def test_the_adder_may_share_from_a_date() -> None:
    since = "2026-11-01T00:00:00.000000Z"
    assert decided(MemberAdded(ZOFIA.id, 0, since)) == MemberAdded(ZOFIA.id, 4, since)


def test_nobody_shares_what_they_do_not_see_themselves() -> None:
    head = room()
    head.reads_from[PIOTR.id] = 6
    since = "2026-11-01T00:00:00.000000Z"
    added = decided(MemberAdded(ZOFIA.id, 0, since), actor=PIOTR, head=head)
    assert added == MemberAdded(ZOFIA.id, 6, since)


def test_sharing_never_takes_anything_away() -> None:
    since = "2026-12-24T00:00:00.000000Z"
    shared = decided(HistoryShared(PIOTR.id, 0, since))
    assert shared == HistoryShared(PIOTR.id, 3, since)


def test_who_leaves_is_no_member_any_more() -> None:
    head = room()
    decided(MemberLeft(), head=head)
    assert ANNA.id not in head.members
    assert ANNA.id not in head.reads_from


def test_a_title_changes_the_stream() -> None:
    head = room()
    decided(TitleChanged("New"), head=head)
    assert head.ref.title == "New"


def test_positions_are_cut_to_what_was_said_and_to_members() -> None:
    changes = (PositionChange(PIOTR.id, read=99, played=(5, 7)), PositionChange(ZOFIA.id, read=1))
    assert decided(Positions(changes), actor=SYSTEM) == Positions(
        (PositionChange(PIOTR.id, read=6, played=(5,)),)
    )


def test_a_conversation_begins_with_its_maker_among_the_members() -> None:
    head = StreamHead(StreamRef(ROOM, "group", "New"), "default")
    created = decided(ConversationCreated((PIOTR.id,), "New"), head=head)
    assert created == ConversationCreated((ANNA.id, PIOTR.id), "New")
    assert head.reads_from == {ANNA.id: 1, PIOTR.id: 1}


OLD = timedelta(days=2)
REFUSALS = [
    ("not_a_member", MessageSent("x"), ZOFIA, "group", None),
    (
        "no_such_message",
        MessageSent("x", Quote(EventId("0" * 32), 0, ANNA.id)),
        ANNA,
        "group",
        None,
    ),
    ("no_such_message", MessageSent("x", Quote(MESSAGE, 0, ANNA.id)), EWA, "group", None),
    ("message_removed", MessageSent("x", Quote(MESSAGE, 0, ANNA.id)), ANNA, "group", "removed"),
    ("not_yours", MessageEdited(MESSAGE, "x"), PIOTR, "group", None),
    ("edit_window_over", MessageEdited(MESSAGE, "x"), ANNA, "group", "old"),
    ("message_removed", MessageEdited(MESSAGE, "x"), ANNA, "group", "removed"),
    ("not_yours", MessageRemoved(MESSAGE), PIOTR, "group", None),
    ("message_removed", MessageRemoved(MESSAGE), ANNA, "group", "removed"),
    ("no_such_message", ReactionChanged(MESSAGE, "x", True), EWA, "group", None),
    ("already_a_member", MemberAdded(PIOTR.id, 0), ANNA, "group", None),
    ("no_such_person", MemberAdded(PersonId("nobody"), 0), ANNA, "group", None),
    ("not_allowed", MemberAdded(ZOFIA.id, 0), EWA, "group", None),
    ("not_a_group", MemberAdded(ZOFIA.id, 0), ANNA, "direct", None),
    ("bad_time", MemberAdded(ZOFIA.id, 0, "yesterday"), ANNA, "group", None),
    ("not_a_member", HistoryShared(ZOFIA.id, 0, "x"), ANNA, "group", None),
    ("not_a_member", MemberRemoved(ZOFIA.id), ANNA, "group", None),
    ("bad_frame", MemberRemoved(ANNA.id), ANNA, "group", None),
    ("not_a_group", MemberLeft(), ANNA, "direct", None),
    ("not_a_group", TitleChanged("x"), ANNA, "direct", None),
    ("exists", ConversationCreated((PIOTR.id,)), ANNA, "group", None),
    ("no_such_file", MessageSent("", files=(asked_file(ELSEWHERE),)), ANNA, "group", None),
    ("no_such_file", MessageSent("x", files=(asked_file(MINE),)), PIOTR, "group", None),
    (
        "no_such_file",
        MessageSent("x", files=(asked_file(READ), asked_file(BlobId("9" * 32)))),
        ANNA,
        "group",
        None,
    ),
    ("text_empty", MessageSent("\u200b \n"), ANNA, "group", None),
    ("text_empty", MessageEdited(MESSAGE, "\u3164"), ANNA, "group", None),
    ("title_empty", TitleChanged(" "), ANNA, "group", None),
    ("bad_name", TitleChanged("Deal\u202e room"), ANNA, "group", None),
    ("bad_name", TitleChanged("Deal\u200b room"), ANNA, "group", None),
    ("bad_name", TitleChanged("Deal\nroom"), ANNA, "group", None),
    ("not_a_member", Positions((PositionChange(ZOFIA.id, read=1),)), SYSTEM, "group", None),
    ("bad_frame", SystemEntry("x", {}), ANNA, "group", None),
]


@pytest.mark.parametrize(("code", "body", "actor", "kind", "state"), REFUSALS)
def test_what_may_not_be_said_is_refused_by_name(
    code: str,
    body: Payload | SystemEntry,
    actor: Actor,
    kind: StreamKind,
    state: str | None,
) -> None:
    world = World(removed=state == "removed", age=OLD if state == "old" else timedelta())
    head = room(kind)
    with pytest.raises(Refusal) as refused:
        decided(body, actor, head, world)
    assert refused.value.code == code
    assert head.members == room(kind).members


def test_a_client_starts_no_conversation() -> None:
    head = StreamHead(StreamRef(ROOM, "direct"), "default")
    with pytest.raises(Refusal) as refused:
        decided(ConversationCreated((ANNA.id,)), EWA, head)
    assert refused.value.code == "not_allowed"


def test_a_conversation_begins_with_a_name_that_can_be_seen_or_none() -> None:
    head = StreamHead(StreamRef(ROOM, "group"), "default")
    with pytest.raises(Refusal) as refused:
        decided(ConversationCreated((PIOTR.id,), "\u2060"), head=head)
    assert refused.value.code == "title_empty"


def test_a_group_has_a_size() -> None:
    with pytest.raises(Refusal) as refused:
        decided(MemberAdded(ZOFIA.id, 0), rules=Rules(RULES, permits, TABLES.moves, group_size=3))
    assert refused.value.code == "too_many_members"


@pytest.mark.parametrize(
    ("there", "closed", "actor", "code"),
    [
        (True, False, ZOFIA, "not_a_member"),
        (True, True, ZOFIA, "not_a_member"),
        (False, False, ZOFIA, "not_a_member"),
        (True, True, ANNA, "closed_for_recovery"),
        (False, False, SYSTEM, "no_such_conversation"),
    ],
)
def test_who_is_no_member_is_not_told_whether_there_is_a_conversation(
    *, there: bool, closed: bool, actor: Actor, code: str
) -> None:
    head = room("group") if there else StreamHead(StreamRef(ROOM, "group"), "default")
    head.closed = closed
    body = MessageSent("x") if actor.kind != "system" else MemberRemoved(PIOTR.id)
    with pytest.raises(Refusal) as refused:
        decided(body, actor, head)
    assert refused.value.code == code


@pytest.mark.parametrize("there", [True, False])
def test_while_records_are_missing_nobody_is_told_that_they_are_no_member(*, there: bool) -> None:
    head = room("group") if there else StreamHead(StreamRef(ROOM, "group"), "default")
    with pytest.raises(Refusal) as refused:
        decided(
            MessageSent("x"), ZOFIA, head, rules=Rules(RULES, permits, TABLES.moves, restoring=True)
        )
    assert refused.value.code == "closed_for_recovery"


def created(kind: StreamKind, *others: Actor, by: Actor = ANNA, world: World | None = None) -> str:
    """Why a conversation cannot be started; `ok` if it can."""
    members = tuple(other.id for other in others)
    command = Command(EventId("f" * 32), ROOM, by, Origin("password"), ConversationCreated(members))
    head = StreamHead(StreamRef(ROOM, kind), "default")
    try:
        decide(Case(head, command, world or World(), Rules(RULES, permits, TABLES.moves), NOW))
    except Refusal as refusal:
        return refusal.code
    return "ok"


@pytest.mark.parametrize(
    ("who", "direct", "group"),
    [
        ("owner", "ok", "ok"),
        ("delegate", "not_your_client", "ok"),
        ("others", "not_your_client", "not_your_client"),
        (None, "ok", "ok"),
    ],
)
def test_a_client_is_written_to_by_those_who_answer(
    who: Answering | None, direct: str, group: str
) -> None:
    world = World()
    world.to_client = {ANNA.id: who}
    assert created("direct", EWA, world=world) == direct
    assert created("group", PIOTR, EWA, world=world) == group
    assert created("direct", PIOTR, world=world) == "ok"


def test_only_an_advisor_begins_with_a_client_whom_nobody_answers() -> None:
    adam = replace(ANNA, id=PersonId("adam"), role="administrator")
    world = World()
    world.to_client = {adam.id: None}
    world.person = lambda person: EWA if person == EWA.id else adam  # type: ignore[method-assign]
    assert created("direct", EWA, by=adam, world=world) == "not_your_client"
