"""What features keep of a stream under its lock: a typed slot each, moved by what is recorded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar, cast

from onrecord.core.domain.values import Event
from onrecord.core.journal.heads import StreamHead
from onrecord_archive.events.payload import Payload

State = TypeVar("State")


@dataclass(frozen=True, eq=False, slots=True)
class Slot(Generic[State]):
    """One feature's part of the head.

    `empty` stands until an event says more. `after` has each type that moves it, with what stands
    after (payload, event, what stood before): the same object where nothing changes.
    """

    name: str
    empty: State
    after: Mapping[type[Payload], Callable[[Any, Event, State], State]]

    def of(self, head: StreamHead) -> State:
        """Return what stands."""
        return cast("State", head.slots.get(self.name, self.empty))

    def next(self, event: Event, before: State) -> State:
        """Return what stands after an event; the same object where it changes nothing."""
        step = self.after.get(cast("type[Payload]", type(event.payload)))
        return before if step is None else step(event.payload, event, before)


Moves: TypeAlias = Mapping[type[Payload], tuple[Slot[Any], ...]]
"""Which slots an event of a type moves; a message moves none, and costs one look here."""


def moves_of(slots: Iterable[Slot[Any]]) -> Moves:
    """Return which slots each type moves. Raises TypeError for two slots of one name."""
    names, moves = set[str](), dict[type[Payload], tuple[Slot[Any], ...]]()
    for slot in slots:
        if slot.name in names:
            raise TypeError(f"two slots of the head are called {slot.name}")
        names.add(slot.name)
        for kind in slot.after:
            moves[kind] = (*moves.get(kind, ()), slot)
    return MappingProxyType(moves)


def move(head: StreamHead, event: Event, moves: Moves) -> None:
    """Let the slots follow an event that is recorded, or comes back from the archive."""
    for slot in moves.get(cast("type[Payload]", type(event.payload)), ()):
        before = slot.of(head)
        after = slot.next(event, before)
        if after is not before:
            head.slots = {**head.slots, slot.name: after}
            head.changed = head.changed | {slot.name}
