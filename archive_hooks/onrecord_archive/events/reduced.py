"""What is left of a record for a hook that may not see all of it, pure.

    headers    of `shown` what `HEADERS` names, and nothing else; `kept` is empty
    without    members of these names are left out, wherever they are in `shown` and `kept`

A name is a member's, `text`, or has those around it before it, `files.name`. Lists do not count.
The salts are left out as well: with them a short text that was left out could be guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import msgspec

from onrecord_archive.events.record_schema import kept_schema, shown_schema
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.record import canonical
from onrecord_archive.format.seal import Plain

Shape: TypeAlias = Mapping[str, "Shape | None"]
"""The members that stay, by name; None: with all that is in them."""

_PERSON: Final[Shape] = MappingProxyType(
    dict.fromkeys(("id", "name", "kind", "org", "role"), None),
)
HEADERS: Final[Shape] = MappingProxyType(
    {
        **dict.fromkeys(("v", "event_id", "type", "conv_seq", "msg_no", "at"), None),
        "stream": MappingProxyType({"id": None, "kind": None}),
        "actor": _PERSON,
        "participants": _PERSON,
        "files": MappingProxyType({"blob_id": None, "size": None, "type": None}),
    }
)
"""Who, when, in which conversation, which type, how large the files: nothing that anyone wrote.

A conversation's title and a file's name are words that people wrote; a payload may be anything.
"""
IN_LEAF: Final = frozenset(
    ("v", "event_id", "type", "conv_seq", "msg_no", "at", "prev", "stream", "stream.id")
)
"""Names that nothing hides: the leaf, which each hook gets, says them."""


def part_of(
    plain: Plain, sees: Literal["headers", "plaintext"], without: Sequence[str] = ()
) -> tuple[bytes, bytes]:
    """Return what is left of `shown` and of `kept`. Raises BadFormat for what is no record."""
    shown, kept = _object(plain.shown), _object(plain.kept)
    if sees == "headers":
        shown, kept = _within(shown, HEADERS), {}
    paths = [tuple(name.split(".")) for name in without]
    shown, kept = (_without(each, paths) for each in (shown, kept))
    return canonical(shown), canonical(kept)


@cache
def field_names() -> tuple[str, ...]:
    """Return the names that a published record's members have, ascending, without duplicates."""
    return tuple(sorted({path[-1] for path in _known()} - IN_LEAF))


def is_field(name: str) -> bool:
    """Tell whether some published record has members of this name that can be left out."""
    path = tuple(name.split("."))
    return name not in IN_LEAF and any(known[-len(path) :] == path for known in _known())


@cache
def _known() -> frozenset[tuple[str, ...]]:
    return frozenset(path for schema in (shown_schema(), kept_schema()) for path in _paths(schema))


def _paths(schema: object, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names on the way to each member that a JSON Schema declares."""
    if isinstance(schema, Mapping):
        for keyword, value in schema.items():
            if keyword == "properties":
                for name, inner in value.items():
                    yield (*before, name)
                    yield from _paths(inner, (*before, name))
            elif keyword in ("items", "allOf", "then"):
                yield from _paths(value, before)
    elif isinstance(schema, list):
        for each in schema:
            yield from _paths(each, before)


def _within(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the members of an object that the shape names; what is no object in their place goes.

    So a text in the place of a person is not passed on.
    """
    kept = {}
    for name, inner in shape.items():
        if name in value and (found := _shaped(value[name], inner)) is not None:
            kept[name] = found
    return kept


def _shaped(value: object, shape: Shape | None) -> object:
    """Return what is left of a member, None for nothing: a plain value, or objects of the shape."""
    if shape is None:
        return value if isinstance(value, str | int) else None
    if isinstance(value, list):
        return [_within(each, shape) for each in value if isinstance(each, dict)]
    return _within(value, shape) if isinstance(value, dict) else None


def _without(
    members: Mapping[str, Any], paths: Sequence[tuple[str, ...]], at: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return an object without the members, at any depth, whose names end with one of the paths."""
    return {
        name: _inner(value, paths, (*at, name))
        for name, value in members.items()
        if not any((*at, name)[-len(path) :] == path for path in paths)
    }


def _inner(value: object, paths: Sequence[tuple[str, ...]], at: tuple[str, ...]) -> object:
    if isinstance(value, list):
        return [_inner(each, paths, at) for each in value]
    return _without(value, paths, at) if isinstance(value, dict) else value


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise BadFormat("no JSON") from error
    if not isinstance(value, dict):
        raise BadFormat("no JSON object")
    return value
