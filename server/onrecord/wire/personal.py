"""What somebody notes for themself alone: the commands, the events, and what is shown of them.

The events have a stream of their own as `conv`; no other member of `conversation` sees them.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from onrecord.wire.commands import CommandFrame, HexId, Time
from onrecord.wire.events import WireEvent

Zone = Annotated[str, Meta(max_length=64)]
Minute = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
Number = Annotated[int, Meta(ge=0, lt=2**53)]


class MarkCommand(CommandFrame, frozen=True, tag="mark"):
    """Mark a conversation for oneself, or (not `on`) take the mark away.

    `muted` may have `until`, without which it is for good, and `level` mentions: those come
    through. `archived` has `up_to`, the msg_no of the last message that one saw: a later one
    brings the conversation back, unless it is muted.
    """

    mark: Literal["pinned", "muted", "archived", "unread"]
    on: bool = True
    until: Time | None = None
    up_to: Number | None = None
    level: Literal["mentions"] | None = None


class StarCommand(CommandFrame, frozen=True, tag="star"):
    """Star a message for oneself, or (not `on`) take the star away."""

    target: HexId
    on: bool = True


class QuietHoursCommand(CommandFrame, frozen=True, tag="quiet_hours"):
    """Be told of nothing each day from `starts` to `ends`, as the clock on the wall of `zone` says.

    `conv` is one's own id. `ends` before `starts`: over midnight. `weekends`: nor on Saturdays and
    Sundays. Without `zone`, `starts` and `ends`: no quiet hours.
    """

    zone: Zone | None = None
    starts: Minute | None = None
    ends: Minute | None = None
    weekends: bool = False


PersonalCommand = MarkCommand | StarCommand | QuietHoursCommand


class ConversationMarked(WireEvent, frozen=True, tag="conversation.marked", kw_only=True):
    """This person marked `conversation`, here or on another device of theirs (see `mark`)."""

    conversation: str
    mark: Literal["pinned", "muted", "archived", "unread"]
    on: bool
    until: str | None = None
    up_to: int | None = None
    level: Literal["mentions"] | None = None


class MessageStarred(WireEvent, frozen=True, tag="message.starred", kw_only=True):
    """This person starred `target`, or took the star away."""

    conversation: str
    target: str
    on: bool


class QuietHoursSet(WireEvent, frozen=True, tag="quiet_hours.set", kw_only=True):
    """This person's quiet hours now (see `quiet_hours`); without a `zone` there are none."""

    zone: str | None = None
    starts: str | None = None
    ends: str | None = None
    weekends: bool = False


PersonalEvent = ConversationMarked | MessageStarred | QuietHoursSet


class ScheduledNow(Struct, frozen=True, tag="scheduled", tag_field="k"):
    """What this person has sent later is another list now: GET /api/v1/scheduled."""


class QuietHours(Struct, frozen=True, omit_defaults=True):
    """When somebody is told of nothing, each day on the wall of `zone` (see `quiet_hours`)."""

    zone: str
    starts: str
    ends: str
    weekends: bool = False


class Marks(Struct, frozen=True, omit_defaults=True):
    """How a conversation stands in this person's list.

    `pinned`: the lowest number is on top. `muted`: until `muted_until`, or for good; `level`
    mentions: those come through. `archived`: put aside up to this msg_no; a later message brings
    it back, unless it is muted. `unread`: to
    be looked at again, whatever was read.
    """

    pinned: int | None = None
    muted: bool = False
    muted_until: str | None = None
    archived: int | None = None
    unread: bool = False
    level: Literal["mentions"] | None = None
