"""A report as it was recorded, and what became of it."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from onrecord.core.domain.values import StreamRef
from onrecord.features.compliance.values import Choice
from onrecord_archive.events.ids import EventId, PersonId, StreamId

STREAM: Final = StreamRef(StreamId("reports"), "report")
MADE: Final = "message.reported"
LOOKED_AT: Final = "report.looked_at"
CLOSED: Final = "report.closed"
State = Literal["open", "looked_at", "closed"]


class Step(Struct, frozen=True):
    """Who did something about a report, and when. `text`: the word that it was closed with."""

    person: PersonId
    at: datetime
    text: str | None = None


class Handled(Struct, frozen=True):
    """What became of a report."""

    looked: Step | None = None
    closed: Step | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.closed is not None:
            return "closed"
        return "open" if self.looked is None else "looked_at"


class FoundReport(Struct, frozen=True):
    """A report as recorded. `text` are the reporter's own words; `handled`: what became of it."""

    number: int
    event: EventId
    person: PersonId
    author: PersonId
    conversation: Choice
    conv_seq: int
    at: datetime
    reason: str
    text: str | None
    handled: Handled
