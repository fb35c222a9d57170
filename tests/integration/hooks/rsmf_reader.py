"""Reads RSMF 2.0 as its published rules say it, without a line of the hook's code.

`MANIFEST` is a JSON Schema of these rules: which members there are, which must be there, and what
they may be. A member that the rules do not name is refused, so a misspelt one is found.
"""

import json
from datetime import datetime
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from jsonschema import Draft202012Validator

VERSION = "2.0.0"
MOST_EVENTS = 10_000
TEXT = {"type": "string"}
ID = {"type": "string", "minLength": 1}
IDS = {"type": "array", "items": ID}


def members(required: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def several(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


CUSTOM = several(members({"name": ID, "value": TEXT}, {}))
PARTICIPANT = members(
    {"id": ID},
    {"display": TEXT, "email": TEXT, "avatar": TEXT, "account_id": TEXT, "custom": CUSTOM},
)
CONVERSATION = members(
    {"id": ID, "platform": ID, "participants": {**IDS, "minItems": 1}},
    {
        "display": TEXT,
        "type": {"enum": ["direct", "channel"]},
        "custodian": ID,
        "icon": TEXT,
        "custom": CUSTOM,
    },
)
EVENT = members(
    {"type": {"enum": ["message", "disclaimer", "join", "leave", "history", "unknown"]}},
    {
        "id": ID,
        "parent": ID,
        "body": TEXT,
        "participant": ID,
        "conversation": ID,
        "timestamp": ID,
        "deleted": {"type": "boolean"},
        "importance": {"enum": ["normal", "high"]},
        "direction": {"enum": ["incoming", "outgoing"]},
        "reactions": several(
            members({"value": ID}, {"count": {"type": "integer"}, "participants": IDS})
        ),
        "attachments": several(members({"id": ID}, {"display": TEXT, "size": {"type": "integer"}})),
        "edits": several(
            members({"participant": ID}, {"timestamp": ID, "previous": TEXT, "new": TEXT})
        ),
        "read_receipts": several(
            members(
                {"participant": ID}, {"timestamp": ID, "action": {"enum": ["read", "delivered"]}}
            )
        ),
        "custom": CUSTOM,
    },
)
MANIFEST = members(
    {
        "version": {"const": VERSION},
        "participants": several(PARTICIPANT, 1),
        "conversations": several(CONVERSATION, 1),
        "events": several(EVENT, 1),
    },
    {"eventcollectionid": ID},
)


VALIDATOR = Draft202012Validator(MANIFEST)


def read_rsmf(mail: EmailMessage) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest and the other files of the zip; everything is checked."""
    assert mail["X-RSMF-Version"] == VERSION
    (attached,) = mail.iter_attachments()
    assert attached.get_content_disposition() == "attachment"
    assert attached.get_filename() == "rsmf.zip"
    assert attached["Content-Transfer-Encoding"] == "base64"
    with ZipFile(BytesIO(attached.get_content())) as packed:
        assert packed.testzip() is None
        files = {name: packed.read(name) for name in packed.namelist()}
    assert not any("/" in name for name in files), "the zip is flat"
    manifest: dict[str, Any] = json.loads(files.pop("rsmf_manifest.json"))
    VALIDATOR.validate(manifest)
    _check(manifest, files)
    authors = [each.addr_spec for each in mail["From"].addresses]
    assert set(authors) <= {each["email"] for each in manifest["participants"]}
    events = manifest["events"]
    times = [event["timestamp"] for event in events]
    assert mail["X-RSMF-EventCount"] == str(len(events))
    assert (mail["X-RSMF-BeginDate"], mail["X-RSMF-EndDate"]) == (min(times), max(times))
    assert mail["X-RSMF-AttachmentCount"] == str(len(files))
    return manifest, files


def _check(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    """What a schema cannot say: whatever is named is there, once, and nothing else is."""
    people = [each["id"] for each in manifest["participants"]]
    conversations = [each["id"] for each in manifest["conversations"]]
    events = manifest["events"]
    assert len(events) <= MOST_EVENTS
    for ids in (people, conversations, [event["id"] for event in events]):
        assert len(set(ids)) == len(ids)
    named: set[str] = set()
    for each in manifest["conversations"]:
        assert set(each["participants"]) <= set(people)
    for event in events:
        assert datetime.fromisoformat(event["timestamp"]).tzinfo is not None
        assert event["conversation"] in conversations
        assert event.get("participant", people[0]) in people
        for edit in event.get("edits", ()):
            assert edit["participant"] in people
        for reaction in event.get("reactions", ()):
            assert reaction["count"] == len(reaction["participants"])
            assert set(reaction["participants"]) <= set(people)
        for each in event.get("attachments", ()):
            assert len(files[each["id"]]) == each["size"]
            named.add(each["id"])
    assert named == set(files)
