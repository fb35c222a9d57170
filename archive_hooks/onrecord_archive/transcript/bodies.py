"""What a record's payload says, by type: known types as declared, all others as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageEdited, MessageSent, ReactionChanged
from onrecord_archive.events.payload import ABOUT, Payload, schema_of


class EditUnseen(Struct, frozen=True):
    """An edit of a message that the reader of a copy does not see."""

    target: Annotated[EventId, ABOUT]


class ReactionUnseen(Struct, frozen=True):
    """A reaction to a message that the reader of a copy does not see."""


class Other(Struct, frozen=True):
    """A payload of another type, or not of its type's form, as it stands."""

    payload: Any


Body: TypeAlias = Payload | EditUnseen | ReactionUnseen | Other
_UNSEEN: Final = (EditUnseen, ReactionUnseen)
_FORMS: Final[Mapping[str, tuple[type[Payload | EditUnseen | ReactionUnseen], ...]]] = {
    **{type: (kind,) for type, kind in PAYLOADS.items()},
    BroadcastSent.type: (BroadcastSent,),
    MessageEdited.type: (MessageEdited, EditUnseen),
    ReactionChanged.type: (ReactionChanged, ReactionUnseen),
}
"""What a payload of a type may be read as, the first that fits."""
_NOBODY: Final = ""
"""Whom a copy names as the author of a quote that its reader does not see."""


def read_body(kind: str, payload: object) -> tuple[Body, dict[str, Any]]:
    """Return what a payload of type `kind` says, and its members that the type does not have.

    `Other` carries the whole payload: of an unknown type, or not exactly of its type's form.
    """
    if not isinstance(payload, Mapping):
        return Other(payload), {}
    for form in _FORMS.get(kind, ()):
        try:
            body = msgspec.convert(_with_author(payload), form)
        except msgspec.ValidationError:
            continue
        known = schema_of(form)["properties"]
        rest = {name: value for name, value in payload.items() if name not in known}
        if (rest and form in _UNSEEN) or _is_draft(body):
            continue
        if _same({**msgspec.to_builtins(body), **rest}, payload):
            return body, rest
    return Other(payload), {}


def _is_draft(body: Body) -> bool:
    """Tell whether a forward says what no record says, or too little."""
    forward = body.forward if isinstance(body, MessageSent) else None
    return forward is not None and (forward.source is not None or not forward.at)


def _with_author(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name nobody as the author of a quote without one."""
    quote = payload.get("reply_to")
    if not isinstance(quote, Mapping) or "actor" in quote:
        return payload
    return {**payload, "reply_to": {**quote, "actor": _NOBODY}}


def _same(mine: object, theirs: object) -> bool:
    """Tell whether two JSON values are equal; an absent member equals an empty one."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        names = mine.keys() | theirs.keys()
        return all(_same(mine.get(name), theirs.get(name)) for name in names)
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    return mine == theirs or (not mine and not theirs and None in (mine, theirs))
