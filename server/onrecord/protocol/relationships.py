"""Who answers for a client: the command and the events that change it."""

from typing import Literal, Protocol

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.values import UNKNOWN_SEQ, UNNAMED
from onrecord.protocol.commands import CommandFrame, HexId, Time
from onrecord.protocol.events import WireEvent
from onrecord_archive.events.clients import ConversationHandedOver, DelegateEnded, History
from onrecord_archive.events.clients import DelegateAdded as Delegated
from onrecord_archive.events.ids import EventId, PersonId

RelationshipDraft = ConversationHandedOver | Delegated | DelegateEnded


class RelationshipCommand(CommandFrame, frozen=True, tag="relationship"):
    """Pass a conversation with a client to `person`, or let them stand in until `ends`.

    `history`: what they get to read, all that the owner may, from `since` on, or new messages
    alone; what waits for an answer goes along. Without `starts` a delegation begins at once.
    `end` takes a delegation back.
    """

    op: Literal["hand_over", "delegate", "end"]
    person: HexId
    history: History = "all"
    since: Time | None = None
    starts: Time | None = None
    ends: Time | None = None

    def draft(self) -> RelationshipDraft:
        """Return what it asks to have recorded. Raises BadInput."""
        return relationship_change(self)


class RelationshipAsked(Protocol):
    """What somebody asks to be done about a relationship, on either listener.

    Implementations: RelationshipCommand, ChangeRelationship.
    """

    @property
    def op(self) -> Literal["hand_over", "delegate", "end"]:
        """The verb."""

    @property
    def person(self) -> str:
        """Who is to take over, stand in, or stop standing in."""

    @property
    def history(self) -> History:
        """How much they get to read."""

    @property
    def since(self) -> str | None:
        """From when on."""

    @property
    def starts(self) -> str | None:
        """When a delegation begins; absent: at once."""

    @property
    def ends(self) -> str | None:
        """When it ends."""


def relationship_change(asked: RelationshipAsked, former: PersonId = UNNAMED) -> RelationshipDraft:
    """Return the draft of a change; only a group needs to be told who hands over."""
    person = PersonId(asked.person)
    if asked.op == "hand_over":
        return ConversationHandedOver(former, person, UNKNOWN_SEQ, asked.history, asked.since)
    if asked.op == "end":
        return DelegateEnded(EventId(""), person)
    if asked.ends is None:
        raise BadInput("bad_period", "Say until when somebody stands in.")
    return Delegated(person, "", asked.starts or "", asked.ends, asked.history, asked.since)


class DelegateAdded(WireEvent, frozen=True, tag="delegate.added", kw_only=True):
    """`person` stands in from `starts` to `ends`; `active`: they are a member from now on."""

    person: str
    starts: str
    ends: str
    history: History
    active: bool
    since: str | None = None
