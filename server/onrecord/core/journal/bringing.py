"""Whoever is brought into a conversation finds it marked unread, whatever its numbers say.

The mark is an event of their own stream, as if they had noted it, and goes the same way: opening
the conversation takes it away on every device. It is journaled with what brought them in, so it is
there as soon as that is, and once; its event_id follows from it.
"""

from hashlib import sha256

from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Command, Event, Origin
from onrecord_archive.events.audience import brought_in, came
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.personal import ConversationMarked


def mark_for(event: Event) -> Command | None:
    """Return the command that marks a conversation for whom somebody else just brought in."""
    there = brought_in(event.payload) and came(event.payload)
    if not there or event.actor.id in there:
        return None
    [person] = there
    own = personal_stream(person)
    return Command(
        event_id=EventId(sha256(f"brought_in\0{event.event_id}".encode()).hexdigest()[:32]),
        stream=own.id,
        actor=SYSTEM,
        origin=Origin("server"),
        body=ConversationMarked(event.stream.id, "unread", on=True),
        create=own,
    )
