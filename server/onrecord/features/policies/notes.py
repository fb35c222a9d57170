"""The firm's rules that note something about what was said, and which records their notes are.

A note is a record of the stream `policy`. Its event_id follows from the rule and from the event
that it is about: so nothing is noted twice, and what was noted about an event is found by it.
"""

from collections.abc import Sequence
from typing import Final

from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.payload import READ_BY_OTHERS, marked
from onrecord_archive.transcript import notes as transcript_notes

STREAM: Final = StreamId("policy")
OFF_CHANNEL: Final = "off-channel"
ORDERS: Final = "orders"
NOTED: Final = tuple(type for type, kind in PAYLOADS.items() if marked(kind, READ_BY_OTHERS))
"""The types of events that may have notes: those in which somebody's words are read by others."""


def note_id(rule: str, event: EventId) -> EventId:
    """Return the event_id of what a rule notes about an event."""
    return EventId(transcript_notes.note_id(rule, event))


def notes_about(event: EventId) -> Sequence[EventId]:
    """Return the event_ids of all that may be noted about an event."""
    return [note_id(rule, event) for rule in (OFF_CHANNEL, ORDERS)]
