"""What somebody notes for themself alone: how a conversation stands in their list, and stars.

It is recorded in a stream of their own, so that nobody else in the conversation sees it.
"""

from typing import Final

from onrecord.domain.values import StreamRef
from onrecord_archive.events.ids import PersonId, StreamId

PREFIX: Final = "personal:"


def owner_of(stream: StreamId) -> PersonId:
    """Return whose a personal stream is."""
    return PersonId(stream.removeprefix(PREFIX))


def personal_stream(person: PersonId) -> StreamRef:
    """Return the stream of what somebody notes for themself."""
    return StreamRef(StreamId(PREFIX + person), "personal")
