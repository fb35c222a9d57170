"""What all declarations share: the payload of an event, and the JSON Schema of its type.

A member's JSON Schema (2020-12) follows from its type. A mark adds what the type cannot say:
`since: Text` is a text that is not empty. A member with a default may be absent from a record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    NoReturn,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import Struct

from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.schema_parts import (
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


@dataclass(frozen=True, slots=True, eq=False)
class Says:
    """A mark on a member: its schema, where the type does not say enough."""

    schema: Mapping[str, Any]
    always: bool = False
    """Every record has it, even if a draft may leave it out."""


@dataclass(frozen=True, slots=True, eq=False)
class Least:
    """A mark on a list: the fewest items that it has, if it is present."""

    items: int


ELSEWHERE: Final = "elsewhere"
"""A mark on a member that no recorded payload has: it is beside the payload, or in a draft only."""

ONLY_RECORDED: Final = "only recorded"
"""A mark on a member that is never sent to a device."""
SEARCHED: Final = "searched"
"""A mark on a member whose words compliance can search for.

Ids, times and the firm's own names for things are not marked, and people have a filter of their
own. Of an accepted notice only the title is marked, because the text is the firm's and always the
same. A quoted text is found through the message that it was quoted from.
"""

READ_BY_OTHERS: Final = "read by others"
"""A mark on a member in which somebody's own words are read by the others of the conversation.

The firm's rules look at these words, and may note something about the event.
"""
COMES: Final = "comes"
"""A mark on a member that names who joins the conversation with this event, and gets it.

If the type has a `from_seq` and it is empty, they join later, or it is not known yet when.
"""
GOES: Final = "goes"
"""A mark on a member that names who leaves with this event, the last one that they get."""
ABOUT: Final = "about"
"""A mark on a member that names the message that the event is about."""
OF_IT: Final = "of it"
"""A mark on a member that tells something of that message, to those who see it alone."""

Audience = Literal["members", "one client", "one person", "compliance"]
"""Who gets an event.

members: everyone in the conversation, and anyone who is shown its history later. one client: the
same, except clients who joined after it; they never get it, even if they are shown the history.
one person: only the person whose stream it is in. compliance: compliance alone; it is never sent to
a member's device.
"""

Words = Annotated[str, SEARCHED, READ_BY_OTHERS]
"""What somebody says to the others."""
Searchable = Annotated[str, SEARCHED]
"""What the firm or a device is called by, or a text that others read elsewhere."""
Text = Annotated[str, Says(TEXT)]
"""Not empty."""
Time = Annotated[str, Says(TIME)]
Sha256 = Annotated[str, Says(hex_of(32))]
Number = Annotated[int, Says(integer(1))]
"""A conv_seq, a msg_no, a length: from 1 on."""
Count = Annotated[int, Says(integer(0))]


class Payload(Struct, frozen=True, omit_defaults=True):
    """What an event says. `type` is its name on the record, on the wire and on screen."""

    type: ClassVar[str]
    counts: ClassVar[bool] = False
    """Whether it advances msg_no."""
    listed: ClassVar[bool] = True
    """Whether it is a row of the timeline; if not, it changes other rows."""
    audience: ClassVar[Audience] = "members"
    """Who gets it."""
    begins: ClassVar[bool] = False
    """Whether it begins a conversation, so that there were no members before it."""
    actor_goes: ClassVar[bool] = False
    """Whether the actor leaves with it."""


_OF_TYPE: Final[Mapping[Any, Mapping[str, Any]]] = {
    str: STRING,
    bool: BOOLEAN,
    PersonId: TEXT,
    StreamId: TEXT,
    EventId: hex_of(16),
    BlobId: hex_of(16),
}


@cache
def marked(kind: type[Struct], mark: str) -> tuple[str, ...]:
    """Return the names of the members that have a mark, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name in kind.__struct_fields__ if mark in _marks_of(hints[name]))


@cache
def schema_of(kind: type[Struct]) -> Schema:
    """Return the JSON Schema of a declaration. Raises TypeError for a member that has none."""
    hints = get_type_hints(kind, include_extras=True)
    named = {}
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        marks = _marks_of(hint)
        if ELSEWHERE in marks:
            continue
        always = any(isinstance(mark, Says) and mark.always for mark in marks)
        named[field.encode_name + ("" if field.required or always else "?")] = _of(hint)
    return members(named)


def _marks_of(hint: object) -> tuple[Any, ...]:
    """Return the marks on a member's type; where it may be None, those on what it is else."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(mark for each in get_args(hint) for mark in _marks_of(each))
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _of(hint: object) -> Mapping[str, Any]:
    """Return the schema of a member's type; None among its types says that it may be absent."""
    origin, within = get_origin(hint), get_args(hint)
    if origin is Annotated:
        for mark in within[1:]:
            if isinstance(mark, Says):
                return mark.schema
            if isinstance(mark, Least):
                return list_of(_of(get_args(within[0])[0]), least=mark.items)
        return _of(within[0])
    if origin in (Union, UnionType):
        kinds = [each for each in within if each is not type(None)]
        return _of(kinds[0]) if len(kinds) == 1 else _no_schema(hint)
    if origin is Literal:
        return one_of(*within)
    if origin is tuple:
        return list_of(_of(within[0]))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return schema_of(hint)
    if hint in _OF_TYPE:
        return _OF_TYPE[hint]
    return _no_schema(hint)


def _no_schema(hint: object) -> NoReturn:
    raise TypeError(f"{hint} has no schema; say it with Annotated")
