"""What compliance searches of an event: the members of its payload that say something in words.

Ids, times and the firm's own names for things are no words, and people are found as people. Nor
are notices that were accepted, but for their titles: they are the firm's, and the same each time. A
quoted text is found in the message that it quotes. tests/unit/search/test_said.py holds this to
every payload that there is.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "conversation.created": ("title",),
    "title.changed": ("title",),
    "message.sent": ("text",),
    "message.edited": ("text",),
    "notice.accepted": ("title",),
    "device.added": ("name",),
    "group.described": ("text",),
    "complaint.filed": ("reference", "about", "reason"),
    "complaint.closed": ("reference", "note"),
    "out_of_office.replied": ("text",),
    "broadcast.sent": ("text",),
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


def said(type: str, payload: Mapping[str, Any], files: Iterable[str] = ()) -> str:
    """Return what an event says, a line for each of its members, then its files' names.

    Empty where it says nothing.
    """
    found = (payload.get(name) for name in SAID.get(type, ()))
    return "\n".join(str(each) for each in (*found, *files) if each)
