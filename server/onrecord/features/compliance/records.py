"""A stored record as the console shows it, as a transcript takes it, and as a bundle carries it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from onrecord.features.compliance.bodies import AccessRecord, PersonThen
from onrecord.features.compliance.values import StoredRecord
from onrecord_archive.format.record import format_time
from onrecord_archive.transcript.transcript import Person, Record

_decode = msgspec.json.Decoder(dict[str, Any]).decode


PICTURE = "data"
"""The fact that is a whole picture: it stands in the record, and is not listed among the others."""


def shown_of(record: StoredRecord) -> dict[str, Any]:
    """Return what members saw; where the content is gone, what the journal's row still says."""
    if record.plain is not None:
        return _decode(record.plain.shown)
    known: dict[str, Any] = {
        "at": format_time(record.at),
        "conv_seq": record.conv_seq,
        "event_id": record.event_id,
        "stream": {"id": record.stream},
        "type": record.type,
    }
    return known if record.msg_no is None else known | {"msg_no": record.msg_no}


def transcript_record(record: StoredRecord) -> Record:
    """Return a record as the transcript takes it, with what only compliance sees."""
    kept = None if record.plain is None else _decode(record.plain.kept)
    return Record(record.archive_index, shown_of(record), kept)


def files_of(record: StoredRecord) -> Sequence[Mapping[str, Any]]:
    """Return the files that a record lists: to members, or (`file.stored`) to compliance."""
    shown = shown_of(record).get("files")
    if shown or record.plain is None:
        return shown or ()
    kept: Sequence[Mapping[str, Any]] = _decode(record.plain.kept).get("files", ())
    return kept


def actor_of(record: StoredRecord, shown: Mapping[str, Any]) -> PersonThen:
    """Return who did it, as they were then."""
    actor = shown.get("actor")
    return msgspec.convert(actor, PersonThen) if actor else PersonThen(record.actor)


def person_then(person: Person) -> PersonThen:
    """Return a transcript's person as the console's wire has them."""
    return PersonThen(person.id, person.name, person.kind, person.org, person.role)


def access_record(record: StoredRecord) -> AccessRecord:
    """Return a record of a system stream."""
    shown = shown_of(record)
    return AccessRecord(
        number=record.conv_seq,
        archive_index=record.archive_index,
        event_id=record.event_id,
        type=record.type,
        at=format_time(record.at),
        actor=actor_of(record, shown),
        facts={name: v for name, v in shown.get("payload", {}).items() if name != PICTURE},
    )
