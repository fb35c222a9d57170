"""What somebody notes for themself: about what they may see, in their own stream alone."""

from collections.abc import Collection
from datetime import UTC, datetime

import pytest
from msgspec import Struct

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.referred import Reaction, Source, Target
from onrecord.core.domain.values import Actor, Answering, Command, Origin, StreamRef
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import StreamHead
from onrecord.core.roles.table import permits
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import (
    ConversationMarked,
    MessageStarred,
    PersonalBody,
    QuietHoursSet,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = Actor(PersonId("a" * 32), "Anna", "employee", "Bank", "employee")
ROOM, OTHER = StreamId("c" * 32), StreamId("d" * 32)
SAID, REMOVED, EARLIER = EventId("1" * 32), EventId("2" * 32), EventId("3" * 32)
LATER, PAST = "2026-11-26T20:00:00.000000Z", "2026-11-26T11:00:00.000000Z"


class World(Struct, frozen=True):
    """Anna sees the room from its number 5 on, and no other conversation."""

    def target(self, event: EventId) -> Target | None:
        known = {SAID: (7, False), REMOVED: (8, True), EARLIER: (2, False)}
        if event not in known:
            return None
        seq, removed = known[event]
        return Target(event, ROOM, seq, ANNA.id, NOW, "Said", removed)

    def reactions(self, event: EventId) -> Collection[Reaction]:
        return ()

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        return None

    def person(self, person: PersonId) -> Actor | None:
        return ANNA

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        return None

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        return None

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        return frozenset()

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        return None

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        return person == ANNA.id and stream == ROOM and (conv_seq is None or conv_seq >= 5)

    def waiting(self, stream: StreamId) -> int | None:
        return None


def decided(body: Payload, head: StreamHead | None = None) -> object:
    own = StreamHead(personal_stream(ANNA.id), "default")
    head = own if head is None else head
    command = Command(EventId("f" * 32), head.ref.id, ANNA, Origin("password"), body)
    return decide(Case(head, command, World(), Rules(RULES, permits, TABLES.moves), NOW))


NOTES: tuple[PersonalBody, ...] = (
    ConversationMarked(ROOM, "pinned", on=True),
    ConversationMarked(ROOM, "muted", on=True),
    ConversationMarked(ROOM, "muted", on=True, until=LATER),
    ConversationMarked(ROOM, "muted", on=True, level="mentions"),
    ConversationMarked(ROOM, "muted", on=False),
    ConversationMarked(ROOM, "archived", on=True, up_to=4),
    ConversationMarked(ROOM, "archived", on=False),
    ConversationMarked(ROOM, "unread", on=True),
    MessageStarred(ROOM, SAID, on=True),
    MessageStarred(ROOM, REMOVED, on=False),
    QuietHoursSet("Europe/Warsaw", "22:00", "07:00"),
    QuietHoursSet("Europe/Warsaw", "00:00", "23:59", weekends=True),
    QuietHoursSet(),
)


@pytest.mark.parametrize("body", NOTES)
def test_a_note_is_recorded_as_it_was_made(body: PersonalBody) -> None:
    assert decided(body) == body


def test_the_stream_is_its_owners() -> None:
    head = StreamHead(personal_stream(ANNA.id), "default")
    decided(NOTES[0], head)
    assert head.members == {ANNA.id: ANNA}
    assert head.members_changed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ConversationMarked(OTHER, "pinned", on=True), "no_such_conversation"),
        (ConversationMarked(ROOM, "pinned", on=True, until=LATER), "bad_frame"),
        (ConversationMarked(ROOM, "muted", on=False, until=LATER), "bad_frame"),
        (ConversationMarked(ROOM, "muted", on=False, level="mentions"), "bad_frame"),
        (ConversationMarked(ROOM, "pinned", on=True, level="mentions"), "bad_frame"),
        (ConversationMarked(ROOM, "muted", on=True, until=PAST), "bad_time"),
        (ConversationMarked(ROOM, "muted", on=True, until="soon"), "bad_time"),
        (ConversationMarked(ROOM, "archived", on=True), "bad_frame"),
        (ConversationMarked(ROOM, "archived", on=False, up_to=4), "bad_frame"),
        (ConversationMarked(ROOM, "unread", on=True, up_to=4), "bad_frame"),
        (QuietHoursSet("Europe/Warsaw", "22:00"), "bad_frame"),
        (QuietHoursSet(starts="22:00", ends="07:00"), "bad_frame"),
        (QuietHoursSet(weekends=True), "bad_frame"),
        (QuietHoursSet("Europe/Warsaw", "22:00", "22:00"), "bad_time"),
        (MessageStarred(OTHER, SAID, on=True), "no_such_conversation"),
        (MessageStarred(ROOM, EventId("9" * 32), on=True), "no_such_message"),
        (MessageStarred(ROOM, EARLIER, on=True), "no_such_message"),
        (MessageStarred(ROOM, REMOVED, on=True), "message_removed"),
    ],
)
def test_a_note_that_cannot_be_is_refused_by_name(body: PersonalBody, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decided(body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "ref",
    [personal_stream(PersonId("b" * 32)), StreamRef(ROOM, "direct"), StreamRef(ROOM, "group")],
)
def test_nobody_notes_anything_elsewhere(ref: StreamRef) -> None:
    head = StreamHead(ref, "default", conv_seq=3, members={ANNA.id: ANNA}, reads_from={ANNA.id: 1})
    with pytest.raises(Refusal, match="stream of whoever notes it"):
        decided(NOTES[0], head)


def test_nothing_else_is_said_in_such_a_stream() -> None:
    with pytest.raises(Refusal) as refused:
        decided(MessageSent("Hello"))
    assert refused.value.code == "not_a_member"
