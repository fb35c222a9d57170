"""A message that waits for its time."""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Origin
from onrecord.features.scheduled.bodies import KEPT_DAYS
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import EventId, PersonId, StreamId

State = Literal["waiting", "sending", "refused"]
KEPT: Final = timedelta(days=KEPT_DAYS)


class Words(Struct, frozen=True, omit_defaults=True):
    """What is said, and how it came in: sealed as long as it waits.

    `files` are stored, and say what they are; with them `text` may be empty. `outside` are the
    people outside the firm whom their sender was shown, and agreed to.
    """

    text: str
    origin: Origin
    reply_to: EventId | None = None
    files: tuple[File, ...] = ()
    outside: tuple[PersonId, ...] = ()


class Planned(Struct, frozen=True):
    """A message that waits. `words` are None where what was kept of them was changed."""

    id: ClientId
    person: PersonId
    stream: StreamId
    at: datetime
    written_at: datetime
    words: Words | None
    state: State = "waiting"
    code: str | None = None
    detail: str | None = None

    @property
    def kept_until(self) -> datetime | None:
        """When one that was refused is forgotten; None: it was not refused."""
        return self.at + KEPT if self.state == "refused" else None

    def said(self) -> Words:
        """Return its words. Raises Conflict (`scheduled_damaged`)."""
        if self.words is None:
            detail = "What was kept of this message was changed. It is not sent."
            raise Conflict("scheduled_damaged", detail)
        return self.words

    @property
    def place(self) -> "Place":
        """Return its place among those that are due."""
        return Place(self.at, self.id, self.person)


class Place(NamedTuple):
    """A place among messages by time; no two have the same."""

    at: datetime
    id: ClientId
    person: PersonId
