"""Read `shown` records back (and, below, what people see, folded from them alone)."""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from onrecord.domain.ids import EventId
from onrecord.domain.values import (
    CONVERSATION_PAYLOADS,
    Actor,
    Event,
    Payload,
    StreamRef,
    SystemEntry,
)


class _Shown(Struct, frozen=True):
    event_id: EventId
    type: str
    stream: StreamRef
    conv_seq: int
    actor: Actor
    at: datetime
    payload: Raw
    msg_no: int | None = None
    participants: tuple[Actor, ...] = ()


_shown = msgspec.json.Decoder(_Shown)
_payloads: dict[str, msgspec.json.Decoder[Payload]] = {
    name: msgspec.json.Decoder(kind) for name, kind in CONVERSATION_PAYLOADS.items()
}
_facts = msgspec.json.Decoder(dict[str, str | int | bool | tuple[str, ...]])


def event_of(shown: bytes) -> Event:
    """Return the event that a record's `shown` object tells (server/README.md, the record)."""
    record = _shown.decode(shown)
    decoder = _payloads.get(record.type)
    payload = (
        SystemEntry(record.type, _facts.decode(record.payload))
        if decoder is None
        else decoder.decode(record.payload)
    )
    return Event(
        event_id=record.event_id,
        stream=record.stream,
        conv_seq=record.conv_seq,
        msg_no=record.msg_no,
        actor=record.actor,
        at=record.at,
        payload=payload,
        participants=record.participants,
    )
