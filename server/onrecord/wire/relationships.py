"""Who answers for a client: the command and the events that change it."""

from typing import Literal

from onrecord.wire.commands import CommandFrame, HexId, Time
from onrecord.wire.events import WireEvent


class RelationshipCommand(CommandFrame, frozen=True, tag="relationship"):
    """Pass a conversation with a client to `person`, or let them stand in until `ends`.

    `history`: what they get to read, all that the owner may, from `since` on, or new messages
    alone; what waits for an answer goes along. Without `starts` a delegation begins at once.
    `end` takes a delegation back.
    """

    op: Literal["hand_over", "delegate", "end"]
    person: HexId
    history: Literal["all", "since", "new"] = "all"
    since: Time | None = None
    starts: Time | None = None
    ends: Time | None = None


class ConversationHandedOver(WireEvent, frozen=True, tag="conversation.handed_over", kw_only=True):
    """`successor` answers for the client in place of `former`, who is not a member any more.

    `former` is empty where nobody of the firm was in the group any more.
    """

    former: str
    successor: str
    history: Literal["all", "since", "new"]
    since: str | None = None


class DelegateAdded(WireEvent, frozen=True, tag="delegate.added", kw_only=True):
    """`person` stands in from `starts` to `ends`; `active`: they are a member from now on."""

    person: str
    starts: str
    ends: str
    history: Literal["all", "since", "new"]
    active: bool
    since: str | None = None


class DelegateStarted(WireEvent, frozen=True, tag="delegate.started", kw_only=True):
    """The delegation (an event_id) began: `person` is a member from now on."""

    delegation: str
    person: str


class DelegateEnded(WireEvent, frozen=True, tag="delegate.ended", kw_only=True):
    """The delegation is over, or will not be: `person` is not a member any more."""

    delegation: str
    person: str


RelationshipEvent = ConversationHandedOver | DelegateAdded | DelegateStarted | DelegateEnded
