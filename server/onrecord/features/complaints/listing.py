"""What compliance sees of complaints: who, what about, until when; the words need a case."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from onrecord.features.compliance.values import Choice
from onrecord_archive.events.complaints import Outcome
from onrecord_archive.events.ids import EventId, PersonId

Which = Literal["all", "open", "overdue", "answered", "withdrawn"]


class Wanted(Struct, frozen=True):
    """Which complaints are wanted. `reference`: it contains this, in capital letters.

    `open` are also those that were closed before any officer's list showed them.
    """

    state: Which = "all"
    person: PersonId | None = None
    category: str | None = None
    reference: str = ""


class FoundComplaint(Struct, frozen=True):
    """A complaint as published."""

    event: EventId
    reference: str
    category: str
    about: str
    person: PersonId
    conversation: Choice
    conv_seq: int
    at: datetime
    due: datetime
    target_seq: int | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    closed_by: PersonId | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether nobody has answered it in time."""
        return self.outcome is None and self.due < now


class Figures(Struct, frozen=True):
    """How many complaints are open and overdue below the archive_index `upto`."""

    open: int
    overdue: int
    upto: int = 0
