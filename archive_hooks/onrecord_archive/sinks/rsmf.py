"""Records of one conversation as Relativity's Short Message Format, version 2.0.

    a mail with X-RSMF-… headers, the transcript, and one attachment
    rsmf.zip    rsmf_manifest.json: participants, conversations, events
                records.jsonl: what is proved, named by the first event as its attachment

Each record is an event. An edit, a removal and a reaction are events of their own (`history`), and
are told of the message itself as well where that is in the same file; a file never changes
afterwards. A sealed record is an event of type `unknown`, without participant; one that came
reduced has a custom field `not provable`, and what was left out of it is told of no other event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from onrecord_archive.contract import Delivery
from onrecord_archive.format.note import parse_note
from onrecord_archive.sinks.journal_mail.message import MailStyle
from onrecord_archive.sinks.journal_mail.record import MailRecord, mail_record, one_line

VERSION: Final = "2.0.0"
PACKED: Final = "rsmf.zip"
_MANIFEST: Final = "rsmf_manifest.json"
_TYPES: Final[Mapping[str, str]] = {
    "message.sent": "message",
    "member.added": "join",
    "member.left": "leave",
    "member.removed": "leave",
    "notice.accepted": "disclaimer",
    "notice.provided": "disclaimer",
}
"""Types of events; a record of any other type is `history`."""
_SEALED: Final = ("sealed", "Sealed")
"""Id and name of the one participant where nothing says who it was; a manifest must have one."""


def rsmf_headers(entries: Sequence[Delivery], style: MailStyle) -> dict[str, str]:
    """Return the headers of a file, which become fields of it. Raises BadFormat."""
    records = [mail_record(entry) for entry in entries]
    people = {r.actor.id: r.actor.name for r in records if r.actor.id}
    size = parse_note(entries[-1].checkpoint).text.split("\n")
    return {
        "X-RSMF-Version": VERSION,
        "X-RSMF-Generator": "OnRecord",
        "X-RSMF-Application": "OnRecord",
        "X-RSMF-BeginDate": min(record.at for record in records),
        "X-RSMF-EndDate": max(record.at for record in records),
        "X-RSMF-EventCount": str(len(records)),
        "X-RSMF-AttachmentCount": "1",
        "X-RSMF-EventCollectionID": one_line(records[0].stream),
        "X-RSMF-Participants": "; ".join(
            str(style.address(id, name)) for id, name in people.items()
        ),
        "X-RSMF-OnRecord-First": str(entries[0].archive_index),
        "X-RSMF-OnRecord-Last": str(entries[-1].archive_index),
        "X-RSMF-OnRecord-Checkpoint": one_line(" ".join(size[:3])),
    }


def rsmf_zip(entries: Sequence[Delivery], style: MailStyle, attached: Mapping[str, bytes]) -> bytes:
    """Return `rsmf.zip`; what is attached is named by the first event. Raises BadFormat."""
    manifest = _manifest(entries, style)
    manifest["events"][0]["attachments"] = [
        {"id": name, "display": name, "size": len(data)} for name, data in attached.items()
    ]
    files = {_MANIFEST: msgspec.json.encode(manifest), **attached}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as written:
        for name, data in files.items():
            info = ZipInfo(name)  # of 1980: the same bytes on each attempt
            info.compress_type = ZIP_DEFLATED
            written.writestr(info, data)
    return packed.getvalue()


def _manifest(entries: Sequence[Delivery], style: MailStyle) -> dict[str, Any]:
    records = [mail_record(entry) for entry in entries]
    first = records[0]
    people: dict[str, str] = {}
    events: dict[str, dict[str, Any]] = {}
    for entry, record in zip(entries, records, strict=True):
        payload = _payload(entry)
        who = _subject(record, payload)
        for id, name in ((record.actor.id, record.actor.name), (who, "")):
            if id and (id not in people or name):
                people[id] = one_line(name) or id
        is_sealed = entry.plaintext is None and entry.reduced is None
        kind = "unknown" if is_sealed else _TYPES.get(record.type, "history")
        events[record.event_id] = _event(record, who, kind)
        if record.target in events:
            _tell(events[record.target], record, payload)
    participants = [
        {"id": id, "display": name, "email": style.address(id).addr_spec}
        for id, name in people.items()
    ] or [{"id": _SEALED[0], "display": _SEALED[1], "email": style.sender}]
    conversation = {
        "id": first.stream,
        "platform": "OnRecord",
        "display": one_line(first.title) or first.stream,
        "type": "direct" if first.stream_kind == "direct" else "channel",
        "participants": [each["id"] for each in participants],
    }
    return {
        "version": VERSION,
        "eventcollectionid": first.stream,
        "participants": participants,
        "conversations": [conversation],
        "events": list(events.values()),
    }


def _event(record: MailRecord, who: str, kind: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": kind,
        "id": record.event_id,
        "conversation": record.stream,
        "timestamp": record.at,
        "body": record.text,
        "custom": [
            {"name": "record type", "value": record.type},
            {"name": "archive_index", "value": str(record.archive_index)},
        ],
    }
    if record.reduced:
        event["custom"].append({"name": "not provable", "value": record.reduced})
    if who:
        event["participant"] = who
    if record.target:
        event["parent"] = record.target
    return event


def _tell(event: dict[str, Any], record: MailRecord, payload: Mapping[str, Any]) -> None:
    """Tell of a message what a later record did to it."""
    who, what = record.actor.id, record.type
    if what == "message.removed":
        event["deleted"] = True
    elif what == "message.edited" and who and "text" in payload:
        edits = event.setdefault("edits", [])
        previous = edits[-1]["new"] if edits else event["body"]
        new = str(payload.get("text", ""))
        edits.append({"participant": who, "timestamp": record.at, "previous": previous, "new": new})
    elif what == "reaction.changed" and who and {"emoji", "on"} <= payload.keys():
        _react(event.setdefault("reactions", []), str(payload.get("emoji", "")), who, payload)


def _react(
    reactions: list[dict[str, Any]], emoji: str, who: str, payload: Mapping[str, Any]
) -> None:
    """Have a reaction name who has it now."""
    mine = next((each for each in reactions if each["value"] == emoji), None)
    if mine is None:
        mine = {"value": emoji, "count": 0, "participants": []}
        reactions.append(mine)
    others = [each for each in mine["participants"] if each != who]
    mine["participants"] = [*others, who] if payload.get("on") else others
    mine["count"] = len(mine["participants"])
    if not mine["count"]:
        reactions.remove(mine)


def _subject(record: MailRecord, payload: Mapping[str, Any]) -> str:
    """Return whom an event is about: who joins or is removed, else who did it."""
    person = payload.get("person")
    if record.type in ("member.added", "member.removed") and isinstance(person, str):
        return person
    return record.actor.id


def _payload(entry: Delivery) -> Mapping[str, Any]:
    """Return what a record says, as far as it came opened."""
    opened = entry.plaintext or entry.reduced
    if opened is None:
        return {}
    payload = msgspec.json.decode(opened.shown).get("payload")
    return payload if isinstance(payload, dict) else {}
