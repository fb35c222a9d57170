"""A broadcast as it was recorded."""

from typing import Final

from msgspec import Struct

from onrecord.core.domain.values import Actor, StreamRef
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format import broadcast_parts

STREAM: Final = StreamRef(StreamId(broadcast_parts.STREAM), "broadcast")


class Broadcast(Struct, frozen=True):
    """What the record says: whose text, to whom."""

    event: EventId
    actor: Actor
    text: str | None
    """None: it is not kept any more, so that nothing more can be said of it."""
    recipients: tuple[PersonId, ...]
