"""What people see, folded from the `shown` records alone, in the plainest way.

The projections are tested against this: it keeps every event and counts anew each time it is asked.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch
from math import inf

from msgspec import Struct

from onrecord.core.domain.values import Event
from onrecord.core.journal.shown import event_of
from onrecord.features.groups.standing import GROUP, Group
from onrecord.features.relationships.relation import RELATION, Relation, relation_begun
from onrecord_archive.events.clients import (
    AboutClient,
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    NoticeAccepted,
    OutOfOfficeReplied,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled, Outcome
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.groups import GroupChange
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    FileStored,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)


class Message(Struct):
    """A message as it stands. `text_seq` is the conv_seq of the event that gave the text."""

    event: Event
    text: str | None
    text_seq: int
    quote: Quote | None = None
    edits: int = 0
    edited: bool = False
    removed: bool = False


class Span(Struct):
    """Somebody's membership: from the join, reading from `first`, to the leaving (included)."""

    joined: int
    first: int
    start: int
    """The msg_no before `first`: reading starts there."""
    last: float = inf


class Position(Struct, frozen=True):
    """A read or delivered position, raised by the event `conv_seq`; or a voice note, played."""

    person: PersonId
    kind: str
    msg_no: int
    conv_seq: int
    at: datetime


class Complaint(Struct):
    """A complaint as it stands, `closed` by an event with an outcome or open."""

    event: Event
    filed: ComplaintFiled
    closed: Event | None = None
    outcome: Outcome | None = None


class Conversation:
    """What is known of one conversation after its events so far; apply them in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.messages: dict[EventId, Message] = {}
        self.spans: dict[PersonId, list[Span]] = {}
        self.positions: list[Position] = []
        self.reactions: dict[tuple[EventId, str, PersonId], int] = {}
        self.titles: list[tuple[int, str | None]] = []
        self.relations: list[tuple[int, Relation]] = []
        """Who answers for the client, after each number that changed it."""
        self.complaints: dict[EventId, Complaint] = {}
        self.groups: list[tuple[int, Group]] = []
        """What is decided about the group, after each number that changed it."""

    def apply(self, event: Event) -> None:
        """Take the next event."""
        _apply(event.payload, event, self)
        self.events.append(event)
        group = GROUP.next(event, self.groups[-1][1] if self.groups else None)
        if group is not None and (not self.groups or group is not self.groups[-1][1]):
            self.groups.append((event.conv_seq, group))
        if self.relations:
            now = RELATION.next(event, self.relations[-1][1])
            assert now is not None
            self.relations.append((event.conv_seq, now))

    def msg_no(self, below: float = inf) -> int:
        """Return the number of the last message under a conv_seq."""
        return max((e.msg_no or 0 for e in self.events if e.conv_seq < below), default=0)

    def sees(self, person: PersonId, conv_seq: float) -> bool:
        """Whether somebody may see what happened under a number."""
        return any(span.first <= conv_seq <= span.last for span in self.spans.get(person, ()))

    def present(self, at: float = inf) -> list[PersonId]:
        """Return who is a member after a number (without: now)."""
        return [
            person
            for person, spans in self.spans.items()
            if any(span.joined <= at and (span.last == inf or at < span.last) for span in spans)
        ]

    def end(self, person: PersonId) -> float:
        """Return the number of somebody's leaving; infinite while they are a member."""
        return self.spans[person][-1].last

    def read(self, person: PersonId, at: float = inf) -> int:
        """Return how far somebody had read after a number."""
        return self.stated(person, "read", at)

    def delivered(self, person: PersonId, at: float = inf) -> int:
        """Return how far somebody had received after a number; what was read was received."""
        return max(self.stated(person, "delivered", at), self.read(person, at))

    def stated(self, person: PersonId, kind: str, at: float = inf) -> int:
        """Return the highest position of one kind: a start, or what was recorded."""
        starts = [span.start for span in self.spans[person] if span.joined <= at]
        moved = [
            p.msg_no
            for p in self.positions
            if p.person == person and p.kind == kind and p.conv_seq <= at
        ]
        return max(starts + moved)

    def unread(self, person: PersonId) -> int:
        """Return how many messages a member sees, did not write, and has not read."""
        read = self.read(person)
        return sum(
            1
            for message in self.messages.values()
            if message.event.actor.id != person
            and (message.event.msg_no or 0) > read
            and self.sees(person, message.event.conv_seq)
        )

    def text(self, person: PersonId, message: Message) -> str | None:
        """Return a message's text, if somebody may see the event that gave it."""
        seen = self.sees(person, message.event.conv_seq) and self.sees(person, message.text_seq)
        return message.text if seen else None

    def quoted(self, person: PersonId, message: Message) -> str | None:
        """Return the text that a reply quotes, if somebody may see the quoted message."""
        if message.quote is None or not self.sees(person, message.quote.conv_seq):
            return None
        removed = self.messages[message.quote.event_id].removed
        return None if removed else message.quote.text

    def about(self, person: PersonId, target: EventId | None) -> tuple[EventId | None, bool]:
        """Return the message that an event is about, and whether it is one they do not see."""
        unseen = target is not None and not self.sees(person, self.messages[target].event.conv_seq)
        return None if unseen else target, unseen

    def title(self, person: PersonId) -> str | None:
        """Return the last title that somebody saw."""
        return [title for seq, title in self.titles if seq <= self.end(person)][-1]

    def relation(self, person: PersonId) -> Relation | None:
        """Return who answered for the client when somebody last looked."""
        seen = [relation for seq, relation in self.relations if seq <= self.end(person)]
        return seen[-1] if seen else None

    def group(self, person: PersonId) -> Group | None:
        """Return the group as somebody last saw it."""
        seen = [group for seq, group in self.groups if seq <= self.end(person)]
        return seen[-1] if seen else None

    def complaints_of(self, person: PersonId, *, firm: bool) -> list[Complaint]:
        """Return the complaints that somebody sees, as they stood when they last looked.

        The firm's people also see those of before they came: they are to be answered.
        """
        end = self.end(person)
        return [
            each
            if each.closed and each.closed.conv_seq <= end
            else Complaint(each.event, each.filed)
            for each in self.complaints.values()
            if self.sees(person, each.event.conv_seq) or (firm and each.event.conv_seq <= end)
        ]

    def join(self, person: PersonId, event: Event, first: int, read_before: int) -> None:
        """Make somebody a member, or let a member read more."""
        if person in self.present():
            self.spans[person][-1].first = min(self.spans[person][-1].first, first)
            return
        span = Span(event.conv_seq, first, self.msg_no(read_before))
        self.spans.setdefault(person, []).append(span)


@singledispatch
def _apply(payload: object, event: Event, to: Conversation) -> None:
    raise TypeError(f"{type(payload).__name__} is not seen in a conversation")


@_apply.register
def _(payload: ConversationCreated, event: Event, to: Conversation) -> None:
    to.titles.append((event.conv_seq, payload.title))
    relation = relation_begun(event)
    to.relations = [] if relation is None else [(event.conv_seq, relation)]
    to.spans = {person: [Span(event.conv_seq, event.conv_seq, 0)] for person in payload.members}


@_apply.register
def _(payload: MessageSent, event: Event, to: Conversation) -> None:
    message = Message(event, payload.text, event.conv_seq, payload.reply_to)
    to.messages[event.event_id] = message


@_apply.register
def _(payload: MessageEdited, event: Event, to: Conversation) -> None:
    message = to.messages[payload.target]
    if not message.removed:
        message.text, message.text_seq = payload.text, event.conv_seq
        message.edits, message.edited = message.edits + 1, True


@_apply.register
def _(payload: MessageRemoved, event: Event, to: Conversation) -> None:
    message = to.messages[payload.target]
    message.text, message.removed = None, True


@_apply.register
def _(payload: ReactionChanged, event: Event, to: Conversation) -> None:
    key = (payload.target, payload.emoji, event.actor.id)
    if payload.on:
        to.reactions.setdefault(key, event.conv_seq)
    else:
        to.reactions.pop(key, None)


@_apply.register
def _(payload: MemberAdded, event: Event, to: Conversation) -> None:
    span = Span(event.conv_seq, payload.from_seq, to.msg_no(payload.from_seq))
    to.spans.setdefault(payload.person, []).append(span)


@_apply.register
def _(payload: HistoryShared, event: Event, to: Conversation) -> None:
    span = to.spans[payload.person][-1]
    span.first = min(span.first, payload.from_seq)


@_apply.register
def _(payload: MemberRemoved, event: Event, to: Conversation) -> None:
    to.spans[payload.person][-1].last = event.conv_seq


@_apply.register
def _(payload: MemberLeft, event: Event, to: Conversation) -> None:
    to.spans[event.actor.id][-1].last = event.conv_seq


@_apply.register
def _(payload: ConversationHandedOver, event: Event, to: Conversation) -> None:
    to.join(payload.successor, event, payload.from_seq, payload.waiting or event.conv_seq)
    if payload.former:
        to.spans[payload.former][-1].last = event.conv_seq


@_apply.register
def _(payload: DelegateAdded, event: Event, to: Conversation) -> None:
    if payload.from_seq is not None:
        to.join(payload.person, event, payload.from_seq, payload.waiting or event.conv_seq)


@_apply.register
def _(payload: DelegateStarted, event: Event, to: Conversation) -> None:
    to.join(payload.person, event, payload.from_seq, payload.waiting or event.conv_seq)


@_apply.register
def _(payload: DelegateEnded, event: Event, to: Conversation) -> None:
    if payload.person in to.present():
        to.spans[payload.person][-1].last = event.conv_seq


@_apply.register
def _(payload: TitleChanged, event: Event, to: Conversation) -> None:
    to.titles.append((event.conv_seq, payload.title))


@_apply.register
def _(payload: ComplaintFiled, event: Event, to: Conversation) -> None:
    to.complaints[event.event_id] = Complaint(event, payload)


@_apply.register
def _(payload: ComplaintClosed, event: Event, to: Conversation) -> None:
    complaint = to.complaints[payload.complaint]
    complaint.closed, complaint.outcome = event, payload.outcome


@_apply.register(
    NoticeAccepted
    | DeviceAdded
    | FileStored
    | AboutClient
    | OutOfOfficeReplied
    | GroupChange
    | ConversationUncovered
)
def _(payload: object, event: Event, to: Conversation) -> None:
    """A row of its own, or none; it changes nothing else."""


@_apply.register
def _(payload: Positions, event: Event, to: Conversation) -> None:
    last, present = to.msg_no(), to.present()
    for change in payload.changes:
        for kind, stated in (("read", change.read), ("delivered", change.delivered)):
            if stated is None or change.person not in present:
                continue
            number = min(stated, last)
            if number > to.stated(change.person, kind):
                position = Position(change.person, kind, number, event.conv_seq, event.at)
                to.positions.append(position)
        if change.person in present:
            heard = {
                p.msg_no for p in to.positions if (p.person, p.kind) == (change.person, "played")
            }
            for number in sorted({number for number in change.played if number <= last} - heard):
                position = Position(change.person, "played", number, event.conv_seq, event.at)
                to.positions.append(position)


def fold(records: Iterable[bytes]) -> dict[StreamId, Conversation]:
    """Return every conversation as people see it, from `shown` records in archive order."""
    conversations: dict[StreamId, Conversation] = {}
    for record in records:
        event = event_of(record)
        if event.stream.kind in ("direct", "group"):
            conversations.setdefault(event.stream.id, Conversation()).apply(event)
    return conversations
