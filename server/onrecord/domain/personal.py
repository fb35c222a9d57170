"""What somebody notes for themself alone: how a conversation stands in their list, and stars.

It is recorded in a stream of their own, so that nobody else in the conversation sees it.
"""

from typing import Final, Literal

from onrecord.domain.ids import EventId, PersonId, StreamId
from onrecord.domain.values import Payload, StreamRef

Mark = Literal["pinned", "muted", "archived", "unread"]
Level = Literal["mentions"]
PREFIX: Final = "personal:"


class ConversationMarked(Payload, frozen=True, omit_defaults=True):
    """The actor marked a conversation, or (not `on`) took the mark away.

    `until`: when a muting ends; absent: never. `up_to`: the msg_no of the last message when it was
    archived; a later one brings it back. `level`: mentions, if those come through a muting.
    """

    type = "conversation.marked"
    listed = False
    conversation: StreamId
    mark: Mark
    on: bool
    until: str | None = None
    up_to: int | None = None
    level: Level | None = None


class MessageStarred(Payload, frozen=True):
    """The actor starred a message of a conversation, or (not `on`) took the star away."""

    type = "message.starred"
    listed = False
    conversation: StreamId
    target: EventId
    on: bool


class QuietHoursSet(Payload, frozen=True, omit_defaults=True):
    """The actor is told of nothing each day from `starts` to `ends` on the wall of `zone`.

    HH:MM; over midnight where `ends` is the earlier. `weekends`: nor on Saturdays and Sundays.
    Without the three there are no quiet hours any more.
    """

    type = "quiet_hours.set"
    listed = False
    zone: str | None = None
    starts: str | None = None
    ends: str | None = None
    weekends: bool = False


PersonalBody = ConversationMarked | MessageStarred | QuietHoursSet


def personal_stream(person: PersonId) -> StreamRef:
    """Return the stream of what somebody notes for themself."""
    return StreamRef(StreamId(PREFIX + person), "personal")
