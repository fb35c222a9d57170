"""Identifiers: what names a person, a stream, an event, a device."""

import os
from hashlib import sha256
from typing import NewType

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import BadInput
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import command_event_id

ClientId = NewType("ClientId", str)
"""A UUIDv7 as 32 lower-case hex digits, chosen by the client for one command."""
DeviceId = NewType("DeviceId", str)
SessionId = NewType("SessionId", str)

_HEX = frozenset("0123456789abcdef")
_UUID_VERSION_AT = 12
_UUID_VARIANT_AT = 16


def is_hex_id(value: str) -> bool:
    """Whether *value* is 32 lower-case hex digits."""
    return len(value) == 32 and _HEX.issuperset(value)


def client_id(value: str) -> ClientId:
    """Check that *value* is a UUIDv7 in 32 lower-case hex digits (RFC 9562 section 5.7).

    Raises BadInput otherwise.
    """
    if is_hex_id(value) and value[_UUID_VERSION_AT] == "7" and value[_UUID_VARIANT_AT] in "89ab":
        return ClientId(value)
    raise BadInput("bad_client_id", "A command's id must be a UUIDv7 in 32 lower-case hex digits.")


def new_id(clock: Clock) -> str:
    """Make a UUIDv7 (RFC 9562 section 5.7) as 32 lower-case hex digits."""
    milliseconds = int(clock.now().timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    high = random >> 68 & 0x0FFF
    low = random & (1 << 62) - 1
    value = milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return f"{value:032x}"


def derived_id(of: str, *names: str) -> str:
    """Name what follows from an id, now and on each retry: a UUIDv7 of the time of *of*."""
    value = sha256("\0".join((of, *names)).encode()).hexdigest()
    return f"{of[:12]}7{value[13:16]}8{value[17:32]}"


def event_id_of(actor: PersonId, command: ClientId) -> EventId:
    """Name the event that *actor*'s *command* becomes, now and on each retry."""
    return EventId(command_event_id(actor, bytes.fromhex(command)).hex())


def direct_stream_id(one: PersonId, other: PersonId) -> StreamId:
    """Name the one direct conversation of two people (the same from either side)."""
    first, second = sorted((one, other))
    return StreamId(sha256(f"direct\0{first}\0{second}".encode()).hexdigest()[:32])
