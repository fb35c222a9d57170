"""Broadcasts: one text to many people, each in a conversation of their own."""

from typing import Annotated

from msgspec import Meta

from onrecord.protocol.commands import HexId
from onrecord.protocol.frames import Text
from onrecord.protocol.rest import Body, Reply

MOST = 200
"""Recipients."""


class NewBroadcast(Body, frozen=True):
    """POST /api/v1/broadcasts. `id` as in a command frame; a retry says what is missing."""

    id: HexId
    text: Text
    recipients: Annotated[list[HexId], Meta(min_length=1, max_length=MOST)]


class Broadcast(Reply, frozen=True):
    """What became of it: its record, to whom it was said, and to whom it could not be."""

    event: str
    said: list[str]
    missed: list[str]
