"""What somebody notes for themself alone: the commands, the events, and what is shown of them.

The events have a stream of their own as `conv`; no other member of `conversation` sees them.
"""

from typing import Annotated

from msgspec import Meta, Struct

from onrecord.protocol.commands import CommandFrame, HexId, Time
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.personal import (
    ConversationMarked,
    Level,
    Mark,
    MessageStarred,
    QuietHoursSet,
)

Zone = Annotated[str, Meta(max_length=64)]
Minute = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
Number = Annotated[int, Meta(ge=0, lt=2**53)]


class MarkCommand(CommandFrame, frozen=True, tag="mark"):
    """Mark a conversation for oneself, or (not `on`) take the mark away.

    `muted` may have `until`, without which it is for good, and `level` mentions: those come
    through. `archived` has `up_to`, the msg_no of the last message that one saw: a later one
    brings the conversation back, unless it is muted.
    """

    mark: Mark
    on: bool = True
    until: Time | None = None
    up_to: Number | None = None
    level: Level | None = None

    def draft(self) -> ConversationMarked:
        """Return what it asks to have recorded."""
        conversation = StreamId(self.conv)
        return ConversationMarked(
            conversation, self.mark, self.on, self.until, self.up_to, self.level
        )


class StarCommand(CommandFrame, frozen=True, tag="star"):
    """Star a message for oneself, or (not `on`) take the star away."""

    target: HexId
    on: bool = True

    def draft(self) -> MessageStarred:
        """Return what it asks to have recorded."""
        return MessageStarred(StreamId(self.conv), EventId(self.target), self.on)


class QuietHoursCommand(CommandFrame, frozen=True, tag="quiet_hours"):
    """Be told of nothing each day from `starts` to `ends`, as the clock on the wall of `zone` says.

    `conv` is one's own id. `ends` before `starts`: over midnight. `weekends`: nor on Saturdays and
    Sundays. Without `zone`, `starts` and `ends`: no quiet hours.
    """

    zone: Zone | None = None
    starts: Minute | None = None
    ends: Minute | None = None
    weekends: bool = False

    def draft(self) -> QuietHoursSet:
        """Return what it asks to have recorded."""
        return QuietHoursSet(self.zone, self.starts, self.ends, self.weekends)


PersonalCommand = MarkCommand | StarCommand | QuietHoursCommand


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
    level: Level | None = None
