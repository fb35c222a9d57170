"""JSON Schemas (2020-12) of a record's two objects, `shown` and `kept`, for bundles and docs."""

from __future__ import annotations

from typing import Final

from onrecord_archive.events.every import PUBLISHED
from onrecord_archive.events.files import File
from onrecord_archive.events.payload import schema_of
from onrecord_archive.format.schema_parts import (
    STRING,
    TEXT,
    TIME,
    Schema,
    hex_of,
    integer,
    list_of,
    members,
)

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def shown_schema() -> Schema:
    """Return the schema of `shown`: what members saw. What a payload says follows from its type."""
    actor = _actor()
    whole = members(
        {
            "v": {"const": 1},
            "event_id": hex_of(16),
            "type": TEXT,
            "stream": _stream(),
            "conv_seq": integer(1),
            "msg_no?": integer(1),
            "prev": hex_of(32),
            "actor": actor,
            "participants?": list_of(actor, least=1),
            "at": TIME,
            "payload": {"type": "object"},
            "files?": _files(),
        }
    )
    return {"$schema": _DIALECT, "title": "shown"} | whole | {"allOf": _payload_of_type()}


def kept_schema() -> Schema:
    """Return the schema of `kept`: what only compliance sees."""
    keys = {
        "type": "object",
        "propertyNames": hex_of(16),
        "additionalProperties": hex_of(32),
        "minProperties": 1,
    }
    whole = members(
        {
            "device?": TEXT,
            "auth?": TEXT,
            "addresses?": list_of(TEXT, least=1),
            "claimed_at?": TEXT,
            "planned_at?": TEXT,
            "client_id?": hex_of(16),
            "blob_keys?": keys,
            "files?": _files(),
            "forwarded?": _forwarded(),
        }
    )
    return {"$schema": _DIALECT, "title": "kept"} | whole


def _actor() -> Schema:
    return members({"id": TEXT, "name": STRING, "kind": TEXT, "org?": STRING, "role?": TEXT})


def _stream() -> Schema:
    return members({"id": TEXT, "kind": TEXT, "title?": STRING})


def _forwarded() -> Schema:
    """Return the schema of where a message comes from that was sent on.

    `first`: it was sent on there as well, and this says who wrote it, and when.
    """
    return members(
        {
            "event_id": hex_of(16),
            "stream": _stream(),
            "conv_seq": integer(1),
            "actor": _actor(),
            "at": TIME,
            "first?": members({"actor": _actor(), "at": TIME}),
        }
    )


def _files() -> Schema:
    return list_of(schema_of(File), least=1)


def _payload_of_type() -> list[Schema]:
    """Return the conditions: an object of this `type` has this `payload`.

    The types are those that are published. One that is not may say anything.
    """
    return [
        {
            "if": {"properties": {"type": {"const": type}}, "required": ["type"]},
            "then": {"properties": {"payload": schema_of(kind)}},
        }
        for type, kind in PUBLISHED.items()
    ]
