"""Who comes into a conversation with an event, and who leaves it."""

from collections.abc import Sequence

from onrecord.core.domain.values import Event
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
)
from onrecord_archive.events.conversations import (
    ConversationCreated,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
)
from onrecord_archive.events.ids import PersonId


def moved(event: Event) -> Sequence[PersonId]:
    """Return who came or left with an event."""
    match event.payload:
        case ConversationCreated(members=members):
            return members
        case MemberAdded(person=person) | MemberRemoved(person=person):
            return [person]
        case DelegateStarted(person=person) | DelegateEnded(person=person):
            return [person]
        case DelegateAdded(person=person, from_seq=int()):
            return [person]
        case MemberLeft():
            return [event.actor.id]
        case ConversationHandedOver(former=former, successor=successor):
            return [one for one in (former, successor) if one]
    return []
