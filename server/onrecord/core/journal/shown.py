"""The event that a record tells."""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from onrecord.core.domain.values import Actor, Event, Facts, StreamRef, SystemEntry
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload


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
    files: tuple[File, ...] = ()


_shown = msgspec.json.Decoder(_Shown)
_payloads: dict[str, msgspec.json.Decoder[Payload]] = {
    name: msgspec.json.Decoder(kind) for name, kind in PAYLOADS.items()
}
_facts = msgspec.json.Decoder(Facts)


def event_of(shown: bytes) -> Event:
    """Return the event that a record's `shown` object tells (archive_hooks/README.md, 1 Record)."""
    record = _shown.decode(shown)
    decoder = _payloads.get(record.type)
    payload = (
        SystemEntry(record.type, _facts.decode(record.payload))
        if decoder is None
        else decoder.decode(record.payload)
    )
    if isinstance(payload, MessageSent) and record.files:
        payload = replace(payload, files=record.files)
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
