"""How conversations begin, who is in them, what they are called, and how far each has read."""

from typing import Annotated

from msgspec import Struct

from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import (
    COMES,
    GOES,
    ONLY_RECORDED,
    Count,
    Number,
    Payload,
    Text,
    Words,
)


class ConversationCreated(Payload, frozen=True):
    """A conversation began, with these members (the actor among them)."""

    type = "conversation.created"
    begins = True
    members: Annotated[tuple[PersonId, ...], COMES]
    title: Words | None = None


class MemberAdded(Payload, frozen=True):
    """The actor added `person`, who reads from conv_seq `from_seq` on (inclusive).

    `since` is the date that the adder chose to share from; absent: from the join on. `link`: the
    actor joined by themself, by the link that this event made.
    """

    type = "member.added"
    person: Annotated[PersonId, COMES]
    from_seq: Annotated[Number, ONLY_RECORDED]
    since: Text | None = None
    link: EventId | None = None


class HistoryShared(Payload, frozen=True):
    """The actor let a member read from conv_seq `from_seq` on, that is from `since` on."""

    type = "history.shared"
    person: PersonId
    from_seq: Annotated[Number, ONLY_RECORDED]
    since: Text


class MemberRemoved(Payload, frozen=True):
    """The actor removed `person`, who reads up to this event and not after.

    A link to join the group by ends.
    """

    type = "member.removed"
    person: Annotated[PersonId, GOES]


class MemberLeft(Payload, frozen=True):
    """The actor left, and reads up to this event and not after.

    `ended`: a client, who ended the relationship.
    """

    type = "member.left"
    actor_goes = True
    ended: bool = False


class TitleChanged(Payload, frozen=True):
    """The actor named the conversation."""

    type = "title.changed"
    title: Words


class PositionChange(Struct, frozen=True, omit_defaults=True):
    """How far a member has read and received, and which voice notes they played: as msg_no."""

    person: PersonId
    read: Count | None = None
    delivered: Count | None = None
    played: tuple[Number, ...] = ()


class Positions(Payload, frozen=True):
    """The members' new positions; at most one such record a conversation a second."""

    type = "positions"
    listed = False
    changes: tuple[PositionChange, ...]


MembershipChange = MemberAdded | HistoryShared | MemberRemoved | MemberLeft
