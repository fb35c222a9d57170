"""Rows of a transcript as the console's wire has them."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict, replace

from onrecord.compliance.records import person_then
from onrecord.wire.transcripts import LaterChange, Mark, QuoteThen, TranscriptRow
from onrecord_archive.transcript import Row
from onrecord_archive.transcript_bodies import (
    Accepted,
    Assurance,
    Body,
    Confirmation,
    Created,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    Edited,
    HandedOver,
    HistoryShared,
    Marks,
    MemberAdded,
    MemberRemoved,
    Message,
    NewDevice,
    Other,
    Reaction,
    Removed,
    Reset,
    Titled,
)


def wire_row(row: Row) -> TranscriptRow:
    """Return one record, with what became of it."""
    plain = TranscriptRow(
        archive_index=row.archive_index,
        conv_seq=row.conv_seq,
        event_id=row.event_id,
        type=row.type,
        at=row.at,
        actor=person_then(row.actor),
        msg_no=row.msg_no,
        target_seq=row.target_seq,
        changes=[
            LaterChange(change.conv_seq, change.at, person_then(change.actor), change.text)
            for change in row.changes
        ]
        or None,
        kept=None if row.kept is None else _json(row.kept),
    )
    said: dict[str, Any] = _said(row.body)
    if row.rest or row.files:  # of a later version: shown as it stands, never dropped
        said["other"] = _json({**row.rest, **({"files": list(row.files)} if row.files else {})})
    return replace(plain, **said)


def _said(body: Body) -> dict[str, Any]:
    """Return the members that a body of this type has."""
    match body:
        case Message(text, quote):
            reply = quote and QuoteThen(quote.event_id, quote.conv_seq, quote.actor, quote.text)
            return {"text": text, "reply_to": reply}
        case Edited(target, text):
            return {"target": target, "text": text}
        case Removed(target):
            return {"target": target}
        case Reaction(target, emoji, on):
            return {"target": target, "emoji": emoji, "on": on}
        case Marks(changes):
            return {"marks": [Mark(mark.person, mark.read, mark.delivered) for mark in changes]}
        case NewDevice() | Confirmation() | Reset() | Assurance():
            return asdict(body)
        case Other(payload):
            return {"other": _json(payload)}
        case _:
            return _membership(body)


def _membership(body: Body) -> dict[str, Any]:
    match body:
        case Created(members, title):
            return {"members": list(members), "title": title}
        case MemberAdded(person, from_seq, since) | HistoryShared(person, from_seq, since):
            return {"person": person, "from_seq": from_seq, "since": since}
        case MemberRemoved(person):
            return {"person": person}
        case Titled(title):
            return {"title": title}
        case Accepted(notice, locale, title):
            return {"notice": notice, "locale": locale, "title": title}
        case HandedOver() | DelegateAdded() | DelegateStarted() | DelegateEnded():
            return _relationship(body)
        case _:
            return {}


def _relationship(
    body: HandedOver | DelegateAdded | DelegateStarted | DelegateEnded,
) -> dict[str, Any]:
    match body:
        case HandedOver(former, successor, from_seq, history, since):
            said = {"former": former, "person": successor, "from_seq": from_seq}
            return {**said, "history": history, "since": since}
        case DelegateAdded(person, name, starts, ends, history, since, from_seq):
            times = {"name": name, "starts": starts, "ends": ends, "from_seq": from_seq}
            return {"person": person, **times, "history": history, "since": since}
        case DelegateStarted(_, person, from_seq):
            return {"person": person, "from_seq": from_seq}
        case DelegateEnded(_, person):
            return {"person": person}


def _json(value: Mapping[str, Any] | object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
