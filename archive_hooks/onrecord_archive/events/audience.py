"""Who comes into a conversation with an event, who leaves it, and who is not told of it later."""

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from msgspec import Struct

from onrecord_archive.events.every import PUBLISHED
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import ABOUT, COMES, GOES, OF_IT, Payload, marked

OF_ONE_CLIENT: Final = frozenset(
    type for type, kind in PUBLISHED.items() if kind.audience == "one client"
)
"""Types of what concerns one client: another one who was not there yet is not told of it."""
TELLS_OF_ANOTHER: Final[Mapping[str, tuple[str, ...]]] = {
    type: tuple(name for name in kind.__struct_fields__ if name not in marked(kind, OF_IT))
    for type, kind in PUBLISHED.items()
    if marked(kind, OF_IT)
}
"""Types that tell something of the message that they are about; which members do not."""
ABOUT_A_MESSAGE: Final = frozenset(
    type
    for type, kind in PUBLISHED.items()
    if marked(kind, ABOUT) and kind.audience != "one person"
)
"""Types of what is about a message of its conversation."""


class _Moves(NamedTuple):
    """The members of a type that name who moves, and whether its actor goes."""

    come: tuple[str, ...]
    go: tuple[str, ...]
    actor_goes: bool


@cache
def _moves_of(kind: type[Struct]) -> _Moves | None:
    """Return who moves with events of a type; None: nobody ever does."""
    if not issubclass(kind, Payload):
        return None
    moves = _Moves(marked(kind, COMES), marked(kind, GOES), kind.actor_goes)
    return moves if any(moves) else None


def may_be_first(said: Struct) -> bool:
    """Whether it may begin its stream: nobody needs to be in that before, its actor neither."""
    return isinstance(said, Payload) and (said.begins or said.audience == "one person")


def moves_members(said: Struct) -> bool:
    """Whether events of this type bring people in, or take them out."""
    return _moves_of(type(said)) is not None


def named_to_come(said: Struct) -> tuple[PersonId, ...]:
    """Return who comes in by an event or its draft, now or later."""
    moves = _moves_of(type(said))
    return () if moves is None else _people(said, moves.come)


def brought_in(said: Struct) -> tuple[PersonId, ...]:
    """Return who comes, now or later, into a conversation that others are in already."""
    return () if isinstance(said, Payload) and said.begins else named_to_come(said)


def came(said: Struct) -> tuple[PersonId, ...]:
    """Return who is a member from this event on."""
    comes_later = getattr(said, "from_seq", 0) is None
    return () if comes_later else named_to_come(said)


def gone(said: Struct, actor: PersonId) -> tuple[PersonId, ...]:
    """Return who is no member any more after this event of *actor*; they still get it."""
    moves = _moves_of(type(said))
    if moves is None:
        return ()
    return (actor,) if moves.actor_goes else _people(said, moves.go)


def about(said: Struct) -> EventId | None:
    """Return the message that an event, or its draft, is about; None: it is about none."""
    names = marked(type(said), ABOUT)
    event: EventId | None = getattr(said, names[0]) if names else None
    return event


@cache
def of_another(kind: type[Struct]) -> frozenset[str]:
    """Return the members that name the message that events of a type are about, or tell of it."""
    return frozenset((*marked(kind, ABOUT), *marked(kind, OF_IT)))


def _people(said: Struct, names: tuple[str, ...]) -> tuple[PersonId, ...]:
    """Return whom these members name; an empty name is nobody."""
    people: list[PersonId] = []
    for name in names:
        found = getattr(said, name)
        people.extend(found if isinstance(found, tuple) else (found,))
    return tuple(person for person in people if person)
