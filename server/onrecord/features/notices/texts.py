"""A notice, its versions, and who accepted it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.notice_text import notice_sha256

Readers = Literal["client", "employee"]
"""What those are who accept a notice."""


class Notice(Struct, frozen=True):
    """A notice in one language. `text` is paragraphs, an empty line between them.

    `since`: when it took effect; None of the texts before the first version.
    """

    locale: str
    title: str
    text: str
    kind: Readers = "client"
    since: datetime | None = None

    @property
    def sha256(self) -> bytes:
        """Its version."""
        return notice_sha256(self.title, self.text)


class NoticeVersion(Struct, frozen=True):
    """A published text. `by`: who published it, as they were called then."""

    id: str
    notice: Notice
    from_at: datetime
    made_at: datetime
    by: str
    withdrawn_at: datetime | None = None


class Acceptance(Struct, frozen=True):
    """Somebody accepted a notice (its SHA-256) in a language. `title`: what it was called.

    Neither is noted of those from before that was.
    """

    person: PersonId
    notice: bytes
    locale: str | None
    title: str | None
    at: datetime


class Unsaid(Struct, frozen=True):
    """An acceptance that a conversation does not tell of."""

    stream: StreamId
    acceptance: Acceptance
