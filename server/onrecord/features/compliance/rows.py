"""Rows of a transcript as the console's wire has them.

What a body says is shown under the same names; what has another shape is a case of its own.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from onrecord.features.compliance.records import person_then
from onrecord.features.compliance.transcript_bodies import (
    FileThen,
    ForwardThen,
    LaterChange,
    Mark,
    MentionThen,
    PolicyNote,
    QuoteThen,
    RecipientThen,
    TranscriptRow,
)
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.conversations import ConversationCreated, PositionChange, Positions
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.messages import FileStored, Mention, MessageEdited, MessageSent
from onrecord_archive.transcript.bodies import Body, Other
from onrecord_archive.transcript.complaint_words import in_each
from onrecord_archive.transcript.transcript import Row

_MEMBERS: Final = frozenset(TranscriptRow.__struct_fields__)


def wire_row(row: Row) -> TranscriptRow:
    """Return one record, with what became of it."""
    said, files = _said(row.body), _files(row.files)
    rest = {**row.rest, **({} if files or not row.files else {"files": list(row.files)})}
    if rest:  # of a later version: shown as it stands, never dropped
        said["other"] = _json(rest)
    return TranscriptRow(
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
        files=files,
        notes=[
            PolicyNote(
                note.archive_index, note.conv_seq, note.event_id, note.type, note.at, [*note.signs]
            )
            for note in row.notes
        ]
        or None,
        recipients=[
            RecipientThen(part.person, part.event_id, part.stream, part.conv_seq)
            for part in row.parts
        ]
        or None,
        kept=None if row.kept is None else _json(row.kept),
        **said,
    )


def _said(body: Body) -> dict[str, Any]:
    """Return the members that a body of this type has."""
    match body:
        case MessageSent():
            quote, forward = body.reply_to, body.forward
            return {
                "text": body.text,
                "reply_to": quote and QuoteThen(*astuple(quote)),
                "broadcast": body.broadcast,
                "forward": forward and ForwardThen(forward.at, forward.actor),
                "mentions": _mentions(body.mentions),
            }
        case MessageEdited():
            return {**_same(body), "mentions": _mentions(body.mentions)}
        case Positions(changes):
            return {"marks": [_mark(mark) for mark in changes]}
        case ConversationCreated(members):
            return {**_same(body), "members": list(members)}
        case ConversationHandedOver():
            return {**_same(body), "person": body.successor}
        case ComplaintFiled():
            words = in_each(body)
            return {**_same(body), "words": None if words is None else dict(words)}
        case BroadcastSent(text):  # `recipients` are the row's, with what each got
            return {"text": text}
        case FileStored(_, scanner):
            return {"scanner": scanner}
        case Other(payload):
            return {"other": _json(payload)}
        case _:
            return _same(body)


def _mark(said: PositionChange) -> Mark:
    return Mark(said.person, said.read, said.delivered, [*said.played] or None)


def _files(listed: Sequence[Mapping[str, Any]]) -> list[FileThen] | None:
    """Return the files of a record; None: it has none, or they say more than a row can."""
    try:
        files = [msgspec.convert(file, FileThen) for file in listed]
    except msgspec.ValidationError:
        return None
    whole = all(set(file) <= set(FileThen.__struct_fields__) for file in listed)
    return files if files and whole else None


def _mentions(mentions: Sequence[Mention]) -> list[MentionThen] | None:
    return [MentionThen(*astuple(one)) for one in mentions] or None


def _same(body: Body) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(body)
    return {name: value for name, value in said.items() if name in _MEMBERS}


def _json(value: Mapping[str, Any] | object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
