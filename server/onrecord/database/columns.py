"""How values lie in the tables: times as microseconds since 1970, ids of events as 16 bytes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType
from typing import Any, get_args

import msgspec
from msgspec import Struct

from onrecord_archive.events.ids import EventId
from onrecord_archive.format.record import format_time

AUTHOR = (
    "CASE WHEN j.actor <> '' THEN j.actor"
    " ELSE coalesce((SELECT u.actor FROM stub u WHERE u.key = j.key), '') END"
)
"""Who did it, of a journal row `j`; empty while only its leaf is known (stubs.py)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return an aware time as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """Return microseconds since 1970 as an aware time, UTC."""
    return _EPOCH + timedelta(microseconds=value)


def time_text(value: int) -> str:
    """Return microseconds since 1970 as the wire and the record write a time."""
    return format_time(moment(value))


def event_bytes(event: EventId) -> bytes:
    """Return an event_id as it lies in the tables."""
    return bytes.fromhex(event)


def event_id(value: bytes) -> EventId:
    """Return an event_id as everything else writes it."""
    return EventId(value.hex())


def reading(kind: object) -> Callable[[Any], Any] | None:
    """Return how a column is read as a type; None: as it lies there. Structs lie as JSON."""
    options = [option for option in get_args(kind) or (kind,) if option is not NoneType]
    if all(isinstance(option, type) and issubclass(option, Struct) for option in options):
        read: Callable[[Any], Any] | None = msgspec.json.Decoder(kind).decode
    elif isinstance(options[0], type) and issubclass(options[0], Enum):
        read = options[0]
    else:
        read = next((each for known, each in _READ if known is options[0]), None)
    if read is None or NoneType not in get_args(kind):
        return read
    return lambda value: None if value is None else read(value)


_READ: tuple[tuple[object, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (datetime, moment),
    (EventId, event_id),
)
