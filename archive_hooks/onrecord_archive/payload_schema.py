"""JSON Schemas (2020-12) of what an event says, by its type.

The types are those of conversations, of what somebody notes for themself, and of what a firm's
rules note about messages. One that is not here may say anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from onrecord_archive.schema_parts import (
    BOOLEAN,
    STRING,
    TEXT,
    TIME,
    Schema,
    hex_of,
    integer,
    list_of,
    members,
    one_of,
)

_EVENT: Final = hex_of(16)
_SHA256: Final = hex_of(32)
_SEQ: Final = integer(1)
_QUOTE: Final = members({"event_id": _EVENT, "conv_seq": _SEQ, "actor": TEXT, "text?": STRING})
_FORWARD: Final = members({"at": TEXT, "actor?": TEXT})
_MENTIONS: Final = list_of(
    members({"at": integer(0), "length": integer(1), "person?": TEXT}), least=1
)
_BLOB: Final = members({"ct": _SHA256, "id": _EVENT, "size": integer(0)})
_POSITION: Final = members(
    {"person": TEXT, "read?": integer(0), "delivered?": integer(0), "played?": list_of(_SEQ)}
)
_HISTORY: Final = one_of("all", "since", "new")
_CONFIRMED: Final = one_of("in_person", "voice", "video")
_LANGUAGE: Final = one_of("en", "pl")
_HINT: Final = {
    "message": _EVENT,
    "event?": _EVENT,
    "conversation": TEXT,
    "person": TEXT,
    "signs": list_of(TEXT, least=1),
}

PAYLOADS: Final[Mapping[str, Mapping[str, Any]]] = {
    "conversation.created": {"members": list_of(TEXT), "title?": STRING},
    "message.sent": {
        "text": STRING,
        "reply_to?": _QUOTE,
        "broadcast?": _EVENT,
        "forward?": _FORWARD,
        "mentions?": _MENTIONS,
    },
    "file.stored": {"blob": _BLOB, "scanner?": TEXT},
    "message.edited": {"target": _EVENT, "text": STRING, "mentions?": _MENTIONS},
    "message.removed": {"target": _EVENT},
    "reaction.changed": {"target": _EVENT, "emoji": STRING, "on": BOOLEAN},
    "member.added": {"person": TEXT, "from_seq": _SEQ, "since?": TEXT, "link?": _EVENT},
    "history.shared": {"person": TEXT, "from_seq": _SEQ, "since": TEXT},
    "member.removed": {"person": TEXT},
    "member.left": {"ended?": BOOLEAN},
    "title.changed": {"title": STRING},
    "admin.changed": {"person": TEXT, "on": BOOLEAN},
    "group.described": {"text": STRING},
    "posting.changed": {"admins_only": BOOLEAN},
    "group.pictured": {"sha256?": _SHA256, "media_type?": TEXT, "data?": TEXT},
    "join_link.made": {"hash": _SHA256, "until": TIME},
    "join_link.revoked": {},
    "notice.accepted": {
        "notice": _SHA256,
        "locale": TEXT,
        "title": STRING,
        "text?": STRING,
        "person?": TEXT,
        "accepted_at?": TIME,
    },
    "conversation.handed_over": {
        "former": STRING,
        "successor": TEXT,
        "from_seq": _SEQ,
        "history": _HISTORY,
        "since?": TEXT,
        "waiting?": _SEQ,
    },
    "delegate.added": {
        "person": TEXT,
        "name": STRING,
        "starts": TIME,
        "ends": TIME,
        "history": _HISTORY,
        "since?": TEXT,
        "from_seq?": _SEQ,
        "waiting?": _SEQ,
    },
    "delegate.started": {
        "delegation": _EVENT,
        "person": TEXT,
        "from_seq": _SEQ,
        "waiting?": _SEQ,
    },
    "delegate.ended": {"delegation": _EVENT, "person": TEXT},
    "device.added": {"name": STRING},
    "identity.confirmed": {"person": TEXT, "how": _CONFIRMED, "until": TIME},
    "identity.reset": {"person": TEXT},
    "identity.withdrawn": {"person": TEXT},
    "assurance.changed": {
        "person": TEXT,
        "proof": one_of("code", "passkey", "none"),
        "proved_at": STRING,
        "until": STRING,
        "confirmed_until?": TIME,
        "confirmed_how?": _CONFIRMED,
        "confirmed_by?": TEXT,
    },
    "complaint.filed": {
        "reference": TEXT,
        "category": TEXT,
        "about": STRING,
        "locale": _LANGUAGE,
        "reason": STRING,
        "due": TIME,
        "words?": members({"en?": STRING, "pl?": STRING}),
        "target?": _EVENT,
    },
    "complaint.closed": {
        "complaint": _EVENT,
        "reference": TEXT,
        "outcome": one_of("answered", "withdrawn"),
        "note?": STRING,
    },
    "out_of_office.replied": {
        "text": STRING,
        "locale": TEXT,
        "target": _EVENT,
        "reason": one_of("closed", "away"),
        "until?": TIME,
    },
    "positions": {"changes": list_of(_POSITION)},
    "conversation.marked": {
        "conversation": TEXT,
        "mark": one_of("pinned", "muted", "archived", "unread"),
        "on": BOOLEAN,
        "until?": TEXT,
        "up_to?": integer(0),
        "level?": one_of("mentions"),
    },
    "message.starred": {"conversation": TEXT, "target": _EVENT, "on": BOOLEAN},
    "quiet_hours.set": {"zone?": TEXT, "starts?": TEXT, "ends?": TEXT, "weekends?": BOOLEAN},
    "broadcast.sent": {"text": STRING, "recipients": list_of(TEXT, least=1)},
    "off_channel.hint": _HINT,
    "orders.hint": _HINT,
}
"""The members of each type's payload; a name with `?` may be absent."""


def payload_of_type() -> list[Schema]:
    """Return the conditions: an object of this `type` has this `payload`."""
    return [
        {
            "if": {"properties": {"type": {"const": type}}, "required": ["type"]},
            "then": {"properties": {"payload": members(named)}},
        }
        for type, named in PAYLOADS.items()
    ]
