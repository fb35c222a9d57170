"""People, streams and events as values: what happened, before it is numbered or written."""

from datetime import datetime
from typing import ClassVar, Final, Literal

from msgspec import Struct

from onrecord.domain.files import File, HeldFile, SealedBlob
from onrecord.domain.ids import ClientId, DeviceId, EventId, PersonId, StreamId

PersonKind = Literal["employee", "client", "bot", "system"]
Role = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor", "system"]
ConversationKind = Literal["direct", "group"]
History = Literal["all", "since", "new"]
"""How much of a conversation somebody gets to read who comes in later."""
SystemKind = Literal["access", "identity", "config", "policy", "disposal", "broadcast", "report"]
StreamKind = ConversationKind | SystemKind | Literal["personal"]
DELIVERED: Final = frozenset[StreamKind]({"direct", "group", "personal"})
"""Kinds of streams whose events go to clients: conversations, and what one notes for oneself."""
Proof = Literal["code", "passkey", "none"]
"""What a client last signed in with; none: nothing holds until they have come in again."""
Confirmed = Literal["in_person", "voice", "video"]
"""How an advisor made sure of a client."""


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who did it, as they were then (names change; the record keeps the old one)."""

    id: PersonId
    name: str
    kind: PersonKind
    org: str
    role: Role


SYSTEM = Actor(PersonId("system"), "OnRecord", "system", "OnRecord", "system")
"""The actor of what nobody in particular did: positions, the auditor's findings."""


class StreamRef(Struct, frozen=True, omit_defaults=True):
    """A stream as a record names it."""

    id: StreamId
    kind: StreamKind
    title: str | None = None


class Origin(Struct, frozen=True, omit_defaults=True):
    """How a command came in; only compliance sees it (the record's `kept`)."""

    auth: str
    device: DeviceId | None = None
    addresses: tuple[str, ...] = ()


class Quote(Struct, frozen=True, omit_defaults=True):
    """The message that a reply answers, as it read when the reply was written."""

    event_id: EventId
    conv_seq: int
    actor: PersonId
    text: str | None = None


class Forward(Struct, frozen=True, omit_defaults=True):
    """What a message that is sent on tells its readers of where it comes from.

    `at`: when it was written; `actor`: by whom, where everybody here may know that person. Where it
    was written, only compliance sees (the record's `kept`). `source` is the message that a draft
    asks for, and never on the record.
    """

    at: str = ""
    actor: PersonId | None = None
    source: EventId | None = None


class Mention(Struct, frozen=True, omit_defaults=True):
    """`length` characters (code points) of a text from `at` on call `person`; absent: everybody.

    They begin with an @, and what follows it is what the person was called then.
    """

    at: int
    length: int
    person: PersonId | None = None


class Payload(Struct, frozen=True, omit_defaults=True):
    """What an event says. `type` is its name on the record, on the wire and on screen."""

    type: ClassVar[str]
    counts: ClassVar[bool] = False
    """Whether it advances msg_no."""
    listed: ClassVar[bool] = True
    """Whether it is a row of the timeline (else it changes other rows)."""


class ConversationCreated(Payload, frozen=True, omit_defaults=True):
    """A conversation began, with these members (the actor among them)."""

    type = "conversation.created"
    members: tuple[PersonId, ...]
    title: str | None = None


class MessageSent(Payload, frozen=True, omit_defaults=True):
    """Somebody said something, with files: then `text` may be empty."""

    type = "message.sent"
    counts = True
    text: str
    reply_to: Quote | None = None
    files: tuple[File, ...] = ()
    """On the record they stand beside the payload."""
    broadcast: EventId | None = None
    """The record of one text to many, which this is a part of (messaging/broadcasts.py)."""
    forward: Forward | None = None
    """It was sent on from somewhere: neither its text nor its files are the actor's own."""
    mentions: tuple[Mention, ...] = ()
    """Whom the text calls, in order."""


class FileStored(Payload, frozen=True, omit_defaults=True):
    """The actor stored a file here; nobody sees it before a message refers to it.

    What it is called and what is in it, only compliance sees (the record's `kept`). `scanner`: what
    looked for malware in it and found none; absent where none is set up.
    """

    type = "file.stored"
    listed = False
    blob: SealedBlob
    scanner: str | None = None


class MessageEdited(Payload, frozen=True, omit_defaults=True):
    """The author replaced the text of `target`, and whom it calls."""

    type = "message.edited"
    listed = False
    target: EventId
    text: str
    mentions: tuple[Mention, ...] = ()


class MessageRemoved(Payload, frozen=True, omit_defaults=True):
    """The author removed `target` from view; the record stays."""

    type = "message.removed"
    listed = False
    target: EventId


class ReactionChanged(Payload, frozen=True, omit_defaults=True):
    """Somebody put an emoji on `target`, or took it back."""

    type = "reaction.changed"
    listed = False
    target: EventId
    emoji: str
    on: bool


class MemberAdded(Payload, frozen=True, omit_defaults=True):
    """The actor added `person`, who reads from conv_seq `from_seq` on (inclusive).

    `since` is the date that the adder chose to share from; absent: from the join on. `link`: the
    actor came in by themself, by the link that this event made.
    """

    type = "member.added"
    person: PersonId
    from_seq: int
    since: str | None = None
    link: EventId | None = None


class HistoryShared(Payload, frozen=True, omit_defaults=True):
    """The actor let a member read from conv_seq `from_seq` on, that is from `since` on."""

    type = "history.shared"
    person: PersonId
    from_seq: int
    since: str


class MemberRemoved(Payload, frozen=True, omit_defaults=True):
    """The actor removed `person`, who reads up to this event and not after.

    A link to join the group by ends.
    """

    type = "member.removed"
    person: PersonId


class MemberLeft(Payload, frozen=True, omit_defaults=True):
    """The actor left, and reads up to this event and not after.

    `ended`: a client, who ended the relationship.
    """

    type = "member.left"
    ended: bool = False


class TitleChanged(Payload, frozen=True, omit_defaults=True):
    """The actor named the conversation."""

    type = "title.changed"
    title: str


class ConversationHandedOver(Payload, frozen=True, omit_defaults=True):
    """`successor` takes the place of `former` (empty: nobody's), who reads up to this event.

    `history` is what was decided: all that `former` may read, from `since` on, or new messages
    alone. What waits for an answer goes along: `waiting` is the conv_seq of the client's first
    message without one; the successor has read what lies before it.
    """

    type = "conversation.handed_over"
    former: PersonId
    successor: PersonId
    from_seq: int
    history: History
    since: str | None = None
    waiting: int | None = None


class DelegateAdded(Payload, frozen=True, omit_defaults=True):
    """`person` stands in for whoever answers for the client, from `starts` to `ends`.

    With `from_seq` they are a member from now on, and without from `delegate.started` on. `name`
    is theirs: before the start they are no participant.
    """

    type = "delegate.added"
    person: PersonId
    name: str
    starts: str
    ends: str
    history: History
    since: str | None = None
    from_seq: int | None = None
    waiting: int | None = None


class DelegateStarted(Payload, frozen=True, omit_defaults=True):
    """The time of the `delegation` (the event that added it) has come: `person` is a member."""

    type = "delegate.started"
    delegation: EventId
    person: PersonId
    from_seq: int
    waiting: int | None = None


class DelegateEnded(Payload, frozen=True):
    """The `delegation` is over, or will not be: `person` reads up to this event and not after."""

    type = "delegate.ended"
    delegation: EventId
    person: PersonId


class DeviceAdded(Payload, frozen=True):
    """The actor, a client, signed in on a device that they were not known to use."""

    type = "device.added"
    name: str


class IdentityConfirmed(Payload, frozen=True):
    """The actor stated that `person`, a client, is who they say: seen, heard or by video."""

    type = "identity.confirmed"
    person: PersonId
    how: Confirmed
    until: str


class IdentityReset(Payload, frozen=True):
    """The actor had `person`, a client, come in anew; everything they were signed in with ended."""

    type = "identity.reset"
    person: PersonId


class AssuranceChanged(Payload, frozen=True, omit_defaults=True):
    """What `person`, a client, has proved from now on, as members see it.

    `proof`: what they last signed in with. `proved_at`: when they last showed that their mail or
    phone is theirs, which is due again at `until`. `confirmed_until`, `confirmed_how` and
    `confirmed_by`: an advisor's word for the device that they are on.
    """

    type = "assurance.changed"
    listed = False
    person: PersonId
    proof: Proof
    proved_at: str
    until: str
    confirmed_until: str | None = None
    confirmed_how: Confirmed | None = None
    confirmed_by: PersonId | None = None


class OutOfOfficeReplied(Payload, frozen=True, omit_defaults=True):
    """The service answered a client's message (`target`) while nobody was there to.

    It is no answer of the firm's people: what the client wrote goes on waiting. `until`: when
    somebody is there again, if that is known.
    """

    type = "out_of_office.replied"
    text: str
    locale: str
    target: EventId
    reason: Literal["closed", "away"]
    until: str | None = None


class PositionChange(Struct, frozen=True, omit_defaults=True):
    """How far a member has read and received, as msg_no, and whose voice notes they played."""

    person: PersonId
    read: int | None = None
    delivered: int | None = None
    played: tuple[int, ...] = ()


class Positions(Payload, frozen=True, omit_defaults=True):
    """The members' new positions; at most one such record a conversation a second."""

    type = "positions"
    listed = False
    changes: tuple[PositionChange, ...]


class SystemEntry(Struct, frozen=True):
    """What happened in a system stream: a `type` of its own and its facts, never message text."""

    type: str
    facts: dict[str, str | int | bool | tuple[str, ...]]
    counts: ClassVar[bool] = False
    listed: ClassVar[bool] = True


class Event(Struct, frozen=True):
    """Something that happened in a stream, numbered."""

    event_id: EventId
    stream: StreamRef
    conv_seq: int
    msg_no: int | None
    actor: Actor
    at: datetime
    payload: Payload | SystemEntry
    participants: tuple[Actor, ...] = ()


class Answer(Struct, frozen=True):
    """What a command became: on the record, under these numbers."""

    event_id: EventId
    stream: StreamId
    conv_seq: int
    msg_no: int | None
    at: datetime


class Command(Struct, frozen=True):
    """What somebody asks to have recorded in a stream.

    `body` is a draft: numbers that only the conversation's lock can give (from_seq, a quote's
    text) are filled in when it is decided.
    """

    event_id: EventId
    stream: StreamId
    actor: Actor
    origin: Origin
    body: Payload | SystemEntry
    client_id: ClientId | None = None
    claimed_at: str | None = None
    planned_at: str | None = None  # of a message that is said by itself
    create: StreamRef | None = None
    """The stream to make when it does not exist yet (only for creations and system streams)."""
    holds: tuple[HeldFile, ...] = ()  # the file that a `FileStored` is about
    named: tuple[Actor, ...] = ()  # whom a system record names, as they are called now
