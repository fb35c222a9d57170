"""What somebody notes for themself alone: how a conversation stands in their list, and stars.

It is recorded in a stream of their own, so that nobody else in the conversation sees it.
"""

from onrecord.core.domain.values import PERSONAL, StreamRef
from onrecord_archive.events.ids import PersonId, StreamId


def owner_of(stream: StreamId) -> PersonId:
    """Return whose a personal stream is."""
    return PersonId(stream.removeprefix(PERSONAL))


def personal_stream(person: PersonId) -> StreamRef:
    """Return the stream of what somebody notes for themself."""
    return StreamRef(StreamId(PERSONAL + person), "personal")
