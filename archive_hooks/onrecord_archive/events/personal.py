"""What somebody notes for themself alone, in a stream of their own that nobody else sees."""

from typing import Annotated, Literal

from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.payload import ABOUT, Count, Payload, Text

Mark = Literal["pinned", "muted", "archived", "unread"]
Level = Literal["mentions"]


class ConversationMarked(Payload, frozen=True):
    """The actor marked a conversation, or (not `on`) took the mark away.

    `until`: when a muting ends; absent: never. `up_to`: the msg_no of the last message when it was
    archived; a later one brings it back. `level`: mentions, if those come through a muting.
    """

    type = "conversation.marked"
    listed = False
    audience = "one person"
    conversation: StreamId
    mark: Mark
    on: bool
    until: Text | None = None
    up_to: Count | None = None
    level: Level | None = None


class MessageStarred(Payload, frozen=True):
    """The actor starred a message of a conversation, or (not `on`) took the star away."""

    type = "message.starred"
    listed = False
    audience = "one person"
    conversation: StreamId
    target: Annotated[EventId, ABOUT]
    on: bool


class QuietHoursSet(Payload, frozen=True):
    """The actor is told of nothing each day from `starts` to `ends` on the wall of `zone`.

    HH:MM; over midnight where `ends` is the earlier. `weekends`: nor on Saturdays and Sundays.
    Without the three there are no quiet hours any more.
    """

    type = "quiet_hours.set"
    listed = False
    audience = "one person"
    zone: Text | None = None
    starts: Text | None = None
    ends: Text | None = None
    weekends: bool = False


PersonalBody = ConversationMarked | MessageStarred | QuietHoursSet
