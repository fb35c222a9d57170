"""Which messages a broadcast became: their ids follow from its record and each recipient.

So whoever holds the record can say of any message whether it is one of its parts, and of whom.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from onrecord_archive.format.record import command_event_id

STREAM: Final = "broadcast"
"""One stream has the broadcasts of everybody: each is opened by itself, never a range of them."""


def command_of(event: str, person: str, what: str) -> bytes:
    """Return the client id of what follows from a broadcast: a UUIDv7 in form, no time in it.

    `what` is `message` or `conversation`; `event` the broadcast's event_id.
    """
    bytes_ = bytearray(sha256(f"{what}\0{event}\0{person}".encode()).digest()[:16])
    bytes_[6] = 0x70 | bytes_[6] & 0x0F
    bytes_[8] = 0x80 | bytes_[8] & 0x3F
    return bytes(bytes_)


def message_of(event: str, actor: str, person: str) -> str:
    """Return the event_id of the message that `actor`'s broadcast became for `person`."""
    return command_event_id(actor, command_of(event, person, "message")).hex()
