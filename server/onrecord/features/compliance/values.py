"""Compliance's values."""

from datetime import datetime
from typing import Literal, Self

from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Origin
from onrecord.features.sign_in.values import SignedIn
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.broadcast_parts import STREAM
from onrecord_archive.format.seal import Plain


class Officer(Struct, frozen=True):
    """Who looks, how they came in, and the session that a look belongs to."""

    actor: Actor
    origin: Origin
    session: SessionId

    @classmethod
    def of(cls, who: SignedIn, origin: Origin) -> Self:
        """Return somebody signed in as the one who looks."""
        return cls(who.person, origin, who.session)


class StoredRecord(Struct, frozen=True):
    """An archived record of any stream. `plain` is None where its content is gone."""

    archive_index: int
    stream: StreamId
    conv_seq: int
    event_id: EventId
    type: str
    at: datetime
    actor: PersonId
    msg_no: int | None
    plain: Plain | None


class SystemStreamRow(Struct, frozen=True):
    """A system stream as far as it is archived. `opened`: its first record."""

    id: StreamId
    kind: str
    records: int
    last_at: datetime
    opened: StoredRecord


class ConversationRow(Struct, frozen=True):
    """A conversation as published, or what somebody noted for themself (`personal`).

    `last_seq` is its newest record's number.
    """

    id: StreamId
    kind: Literal["direct", "group", "personal"]
    title: str | None
    last_seq: int


class BroadcastRow(Struct, frozen=True):
    """One broadcast, which is record `number` of the stream that has everybody's."""

    event: EventId
    number: int
    id: StreamId = StreamId(STREAM)
    kind: Literal["broadcast"] = "broadcast"


class Choice(Struct, frozen=True):
    """A conversation to pick, with who is and who was in it."""

    conversation: ConversationRow
    members: tuple[PersonId, ...]
    former: tuple[PersonId, ...]
    outside: bool
    first_at: datetime
    last_at: datetime


class Bounds(Struct, frozen=True):
    """Where a search looks. `words` are folded (features/search/query.py); `before` is excluded."""

    words: tuple[str, ...] = ()
    person: PersonId | None = None
    as_author: bool = False
    conversation: StreamId | None = None
    since: datetime | None = None
    before: datetime | None = None


class Place(Struct, frozen=True):
    """Where a record lies, and its event_id as 16 bytes."""

    archive_index: int
    event_id: bytes


class Hit(Struct, frozen=True):
    """A message, or what else says something, that was found, and the changes that followed it."""

    message: Place
    changes: tuple[Place, ...] = ()


class Finding(Struct, frozen=True):
    """What a search found, the newest first, among the records below the archive_index `upto`."""

    upto: int
    hits: list[Hit]


def too_many_hits(most: int) -> BadInput:
    """Return the answer to a search that finds more than anybody reads."""
    detail = f"More than {most} messages were found. Narrow the search down."
    return BadInput("too_many_hits", detail)
