"""What a firm's rules note about messages, and what it says to many: in streams of the firm."""

from typing import Annotated

from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.payload import Least, Payload, Searchable, Text

Signs = Annotated[tuple[Text, ...], Least(1)]


class BroadcastSent(Payload, frozen=True):
    """The actor said one text to many people, each in a conversation of their own."""

    type = "broadcast.sent"
    audience = "compliance"
    text: Searchable
    recipients: Annotated[tuple[PersonId, ...], Least(1)]


class OffChannelHint(Payload, frozen=True, kw_only=True):
    """A message reads as if talk moves elsewhere. `event`: the edit in which it does so."""

    type = "off_channel.hint"
    audience = "compliance"
    message: EventId
    event: EventId | None = None
    conversation: StreamId
    person: PersonId
    signs: Signs


class OrdersHint(OffChannelHint, frozen=True, kw_only=True):
    """A message reads as an order or an instruction."""

    type = "orders.hint"
