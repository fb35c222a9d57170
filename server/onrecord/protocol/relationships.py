"""Who answers for a client: the command and the events that change it."""

from typing import Literal

from onrecord.protocol.commands import CommandFrame, HexId, Time
from onrecord.protocol.events import WireEvent
from onrecord_archive.events.clients import History


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


class DelegateAdded(WireEvent, frozen=True, tag="delegate.added", kw_only=True):
    """`person` stands in from `starts` to `ends`; `active`: they are a member from now on."""

    person: str
    starts: str
    ends: str
    history: History
    active: bool
    since: str | None = None
