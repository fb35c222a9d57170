"""Which complaints of a conversation are open: they stand with its head, under its lock."""

from typing import Final

from msgspec import Struct

from onrecord.core.domain.values import Event
from onrecord.core.journal.slots import Slot
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.ids import EventId, PersonId


class OpenComplaint(Struct, frozen=True, omit_defaults=True):
    """A complaint that nobody has closed; without a `target` it is about the conversation."""

    event: EventId
    reference: str
    person: PersonId
    target: EventId | None = None


OpenComplaints = tuple[OpenComplaint, ...]


def _file(payload: ComplaintFiled, event: Event, before: OpenComplaints) -> OpenComplaints:
    filed = OpenComplaint(event.event_id, payload.reference, event.actor.id, payload.target)
    return (*before, filed)


def _close(payload: ComplaintClosed, event: Event, before: OpenComplaints) -> OpenComplaints:
    return tuple(each for each in before if each.event != payload.complaint)


COMPLAINTS: Final[Slot[OpenComplaints]] = Slot(
    "complaints", (), {ComplaintFiled: _file, ComplaintClosed: _close}
)
"""Those that nobody has closed."""
