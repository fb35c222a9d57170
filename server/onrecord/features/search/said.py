"""What compliance searches of an event: the members that its declaration marks as words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from onrecord_archive.events.every import PUBLISHED
from onrecord_archive.events.payload import SEARCHED, marked

SAID: Final[Mapping[str, tuple[str, ...]]] = {
    type: names for type, kind in PUBLISHED.items() if (names := marked(kind, SEARCHED))
}
"""By an event's type: the members of its payload, in the order in which they are read."""
MESSAGES: Final = ("message.sent", "message.edited")
"""They stand in the common index, or change what stands there."""
TITLES: Final = ("conversation.created", "title.changed")
"""They have a table of their own."""
BROADCASTS: Final = ("broadcast.sent",)
"""They stand in a stream of their own."""
OTHERS: Final = tuple(sorted(SAID.keys() - {*MESSAGES, *TITLES, *BROADCASTS}))
"""Few: they are read from the record."""
NO_MESSAGE: Final = "t.listed = 1 AND t.wire IS NOT NULL"
"""Of a row `t` of `timeline`, in the words of the index `timeline_said`: only so is it taken."""


def said(type: str, payload: Mapping[str, Any], files: Iterable[str] = ()) -> str:
    """Return what an event says, a line for each of its members, then its files' names.

    Empty where it says nothing.
    """
    found = (payload.get(name) for name in SAID.get(type, ()))
    return "\n".join(str(each) for each in (*found, *files) if each)
