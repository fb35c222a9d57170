"""JSON Schemas (2020-12) of a record's two objects, `shown` and `kept`, for bundles and docs.

What a payload holds depends on the type of the event; here it is any object.
"""

from __future__ import annotations

from typing import Any, Final

from onrecord_archive.record import MAX_INTEGER

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def shown_schema() -> dict[str, Any]:
    """Return the schema of `shown`: what members saw."""
    actor = _actor()
    members: dict[str, Any] = {
        "v": {"const": 1},
        "event_id": _hex(16),
        "type": _text(),
        "stream": _stream(),
        "conv_seq": _integer(1),
        "msg_no": _integer(1),
        "prev": _hex(32),
        "actor": actor,
        "participants": {"type": "array", "items": actor, "minItems": 1},
        "at": _time(),
        "payload": {"type": "object"},
        "files": _files(),
    }
    absent = {"msg_no", "participants", "files"}
    required = tuple(name for name in members if name not in absent)
    return {"$schema": _DIALECT, "title": "shown"} | _object(members, required=required)


def kept_schema() -> dict[str, Any]:
    """Return the schema of `kept`: what only compliance sees."""
    members: dict[str, Any] = {
        "device": _text(),
        "auth": _text(),
        "addresses": {"type": "array", "items": _text(), "minItems": 1},
        "claimed_at": _text(),
        "client_id": _hex(16),
        "blob_keys": {
            "type": "object",
            "propertyNames": _hex(16),
            "additionalProperties": _hex(32),
            "minProperties": 1,
        },
        "files": _files(),
        "forwarded": _forwarded(),
    }
    return {"$schema": _DIALECT, "title": "kept"} | _object(members, required=())


def _actor() -> dict[str, Any]:
    members = {
        "id": _text(),
        "name": {"type": "string"},
        "kind": _text(),
        "org": {"type": "string"},
        "role": _text(),
    }
    return _object(members, required=("id", "name", "kind"))


def _stream() -> dict[str, Any]:
    members = {"id": _text(), "kind": _text(), "title": {"type": "string"}}
    return _object(members, required=("id", "kind"))


def _forwarded() -> dict[str, Any]:
    """Return the schema of where a message comes from that was sent on.

    `first`: it was sent on there as well, and this says who wrote it, and when.
    """
    members = {
        "event_id": _hex(16),
        "stream": _stream(),
        "conv_seq": _integer(1),
        "actor": _actor(),
        "at": _time(),
        "first": _object({"actor": _actor(), "at": _time()}),
    }
    return _object(members, required=tuple(name for name in members if name != "first"))


def _files() -> dict[str, Any]:
    """Return the schema of a list of files.

    `width` and `height` are a picture's, in pixels; `voice` is a voice note's: milliseconds, and
    how loud it is, one hexadecimal digit a step.
    """
    wave = {"type": "string", "pattern": "^[0-9a-f]{1,64}$"}
    members = {
        "blob_id": _hex(16),
        "sha256": _hex(32),
        "size": _integer(0),
        "name": {"type": "string"},
        "type": _text(),
        "width": _integer(1),
        "height": _integer(1),
        "voice": _object({"ms": _integer(1), "wave": wave}),
    }
    absent = {"width", "height", "voice"}
    required = tuple(name for name in members if name not in absent)
    return {"type": "array", "items": _object(members, required=required), "minItems": 1}


def _object(members: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return an object's schema; all members are required by default, no other is allowed."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members if required is None else required),
        "additionalProperties": False,
    }


def _text() -> dict[str, Any]:
    return {"type": "string", "minLength": 1}


def _hex(size: int) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^[0-9a-f]{{{2 * size}}}$"}


def _integer(minimum: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": minimum, "maximum": MAX_INTEGER}


def _time() -> dict[str, Any]:
    pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"
    return {"type": "string", "pattern": pattern}
