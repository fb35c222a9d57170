"""The pieces that the JSON Schemas of a record are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from onrecord_archive.format.record import MAX_INTEGER

Schema = dict[str, Any]

STRING: Final[Mapping[str, Any]] = {"type": "string"}
TEXT: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1}
BOOLEAN: Final[Mapping[str, Any]] = {"type": "boolean"}
TIME: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
}


def hex_of(size: int) -> Schema:
    """Return the schema of so many bytes in lower-case hex."""
    return {"type": "string", "pattern": f"^[0-9a-f]{{{2 * size}}}$"}


def integer(minimum: int) -> Schema:
    """Return the schema of a number from `minimum` on."""
    return {"type": "integer", "minimum": minimum, "maximum": MAX_INTEGER}


def one_of(*values: str) -> Schema:
    """Return the schema of one of these words."""
    return {"enum": list(values)}


def list_of(items: Mapping[str, Any], *, least: int = 0) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items} | ({"minItems": least} if least else {})


def members(named: Mapping[str, Any]) -> Schema:
    """Return an object's schema: these members and no other; a name with `?` may be absent."""
    return {
        "type": "object",
        "properties": {name.removesuffix("?"): schema for name, schema in named.items()},
        "required": [name for name in named if not name.endswith("?")],
        "additionalProperties": False,
    }
