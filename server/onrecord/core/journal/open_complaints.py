"""Which complaints of a conversation are open: they stand with its head, under its lock."""

from functools import singledispatch

from msgspec import Struct

from onrecord.core.domain.values import Event
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.ids import EventId, PersonId


class OpenComplaint(Struct, frozen=True, omit_defaults=True):
    """A complaint that nobody has closed; without a `target` it is about the conversation."""

    event: EventId
    reference: str
    person: PersonId
    target: EventId | None = None


Complaints = tuple[OpenComplaint, ...]


@singledispatch
def after(payload: object, event: Event, before: Complaints) -> Complaints:
    """Return the open complaints after an event."""
    return before


@after.register
def _(payload: ComplaintFiled, event: Event, before: Complaints) -> Complaints:
    filed = OpenComplaint(event.event_id, payload.reference, event.actor.id, payload.target)
    return (*before, filed)


@after.register
def _(payload: ComplaintClosed, event: Event, before: Complaints) -> Complaints:
    return tuple(each for each in before if each.event != payload.complaint)
