"""What compliance sees of complaints: who, what about, until when; the words need a case."""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from onrecord.features.compliance.ports import Choice
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


class ComplaintStore(Protocol):
    """What storage fulfils. Every method blocks and reads one snapshot. Raises Unavailable."""

    def find(
        self, wanted: Wanted, now: datetime, *, offset: int, limit: int
    ) -> tuple[list[FoundComplaint], bool]:
        """Return complaints, the open ones first, by `due`; and whether there are more."""

    def figures(self, now: datetime) -> Figures:
        """Count the open ones."""


class ComplaintLooks(Protocol):
    """How far each officer has seen the list. Every method blocks. Raises Unavailable."""

    def unread(self, person: PersonId) -> int:
        """Count the complaints that an officer's list has not shown yet.

        Of those that are closed already, the ones that were closed before any officer's list showed
        them: whoever is complained of cannot take one off the desk by answering it first.
        """

    def looked(self, person: PersonId, upto: int) -> None:
        """Note that an officer has seen the list as it stood below an archive_index."""
