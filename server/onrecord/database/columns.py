"""How values lie in the tables: times as microseconds since 1970, ids of events as 16 bytes."""

from collections import abc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import Struct

from onrecord.core.domain.errors import Fatal
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
    """Return what reads a column as this type; None: the driver's value is the value.

    Structs, and lists of them, are stored as JSON. Raises Fatal for a type that has no known form.
    """
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    options = [option for option in kinds if option != NoneType]
    read = _read_as_json(kind, options) or _read_alone(options[0])
    if read is None or NoneType not in kinds:
        return read
    return lambda value: None if value is None else read(value)


def _read_as_json(kind: object, options: Sequence[object]) -> Callable[[Any], Any] | None:
    of = get_args(options[0]) if get_origin(options[0]) in (list, abc.Sequence) else options
    if all(isinstance(option, type) and issubclass(option, Struct) for option in of):
        return msgspec.json.Decoder(cast("type[object]", kind)).decode
    return None


def _read_alone(kind: object) -> Callable[[Any], Any] | None:
    if isinstance(kind, TypeVar):
        kind = kind.__bound__
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if get_origin(kind) not in (None, Literal):
        raise Fatal(f"Nothing says how {kind} lies in a column.")
    return _READ.get(kind)


_READ: dict[object, Callable[[Any], Any]] = {
    bool: bool,
    datetime: moment,
    EventId: event_id,
}
