"""Whoever is brought into a conversation finds it marked unread, whatever its numbers say.

The mark is an event of their own stream, as if they had noted it, and goes the same way: opening
the conversation takes it away on every device. It is journaled with what brought them in, so it is
there as soon as that is, and once; its event_id follows from it.
"""

from hashlib import sha256

from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Command, Event, Origin, SystemEntry
from onrecord_archive.events.clients import ConversationHandedOver, DelegateAdded, DelegateStarted
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked


def brought_in(body: Payload | SystemEntry) -> PersonId | None:
    """Return who would come in by a command, or came in by an event; None: nobody."""
    if isinstance(body, ConversationHandedOver):
        return body.successor
    return body.person if isinstance(body, MemberAdded | DelegateAdded | DelegateStarted) else None


def mark_for(event: Event) -> Command | None:
    """Return the command that marks a conversation for whom somebody else just brought in."""
    payload, person = event.payload, brought_in(event.payload)
    comes_later = isinstance(payload, DelegateAdded) and payload.from_seq is None
    if person is None or person == event.actor.id or comes_later:
        return None
    own = personal_stream(person)
    return Command(
        event_id=EventId(sha256(f"brought_in\0{event.event_id}".encode()).hexdigest()[:32]),
        stream=own.id,
        actor=SYSTEM,
        origin=Origin("server"),
        body=ConversationMarked(event.stream.id, "unread", on=True),
        create=own,
    )
