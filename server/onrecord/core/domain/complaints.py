"""Complaints as values: what was marked as one, until when it is answered, how it ended.

A reference is what people quote: `C-` and ten letters and digits, made from the event's id, in
Crockford's alphabet (no I, L, O, U), so that it can be read out over the phone.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from onrecord_archive.events.ids import EventId
from onrecord_archive.events.language import Language

OTHER: Final = "other"
"""The category that there always is."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS: Final = 10
"""50 bits: among 100,000 complaints two share a reference with a chance of 4 in 1,000,000."""


class ComplaintRules(Struct, frozen=True):
    """What a firm decides about complaints: the clock, and what they can be about.

    `categories`: words by language, by the firm's name for it, in the order of the list.
    `working` returns the same time of day, so many of the days later on which the firm works; None:
    `within` is of the calendar.
    """

    within: timedelta
    categories: Mapping[str, Mapping[Language, str]]
    working: Callable[[int, datetime], datetime] | None = None

    def due(self, at: datetime) -> datetime:
        """Return until when a complaint of this instant is to be answered."""
        if self.working is None:
            return at + self.within
        return self.working(self.within.days, at)


def reference_of(event: EventId) -> str:
    """Return what people call the complaint that an event filed."""
    return spoken("C", event)


def spoken(kind: str, event: EventId) -> str:
    """Return a short name for an event that people can read out: a letter, and ten more."""
    number = int(event[: 2 * 8], 16) >> (64 - 5 * _LETTERS)
    letters = [_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_LETTERS))]
    return f"{kind}-{''.join(letters[:5])}-{''.join(letters[5:])}"
