"""What the conversation's lock protects: a stream's numbers, its head and who may write."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Actor, Answer, Event, StreamRef
from onrecord_archive.events.ids import EventId, PersonId, StreamId

NO_PREVIOUS = bytes(32)
"""`prev` of a stream's first record: 32 zero bytes (server/README.md, records)."""


class StreamHead(Struct):
    """A stream under its lock; numbering moves it forward, the journal transaction writes it back.

    `key` is the database's integer, None until the stream exists. `members` are those who may
    write now; it includes what is journaled but not yet published.
    """

    ref: StreamRef
    retention_class: str
    key: int | None = None
    conv_seq: int = 0
    msg_no: int = 0
    head_pt: bytes = NO_PREVIOUS
    last_at: datetime | None = None
    members: dict[PersonId, Actor] = {}
    reads_from: dict[PersonId, int] = {}
    """The first conv_seq that each present member may read; same keys as `members`."""
    slots: Mapping[str, object] = {}
    """What each feature keeps of it, by the name of its slot (slots.py); shared: never changed."""
    changed: frozenset[str] = frozenset()
    """The slots that moved since it was read (the append writes them back)."""
    closed: bool = False
    """Whether nobody writes here until its records are back (`onrecord adopt`)."""
    members_changed: bool = False
    """Whether members or what they read changed (the append writes it back)."""


class Target(Struct, frozen=True):
    """A message that a command refers to, as it stands."""

    event_id: EventId
    stream: StreamId
    conv_seq: int
    author: PersonId
    at: datetime
    text: str | None
    removed: bool
    forwarded: bool = False
    """It was sent on: its text is not its author's."""


class Written(Struct, frozen=True):
    """Who wrote something first, as they are called now, and when."""

    actor: Actor
    at: datetime


class Source(Struct, frozen=True):
    """A message as somebody may send it on.

    `member`: they are in its conversation now. `first`: it was sent on itself, and this is who
    wrote it.
    """

    event_id: EventId
    stream: StreamRef
    conv_seq: int
    written: Written
    text: str | None
    removed: bool
    member: bool
    files: tuple[HeldFile, ...] = ()
    first: Written | None = None
    outside: frozenset[PersonId] = frozenset()
    """Who from outside the firm is in its conversation."""

    @property
    def origin(self) -> Written:
        """Who wrote it, and when, wherever that was."""
        return self.first or self.written


class JournalRow(Struct, frozen=True):
    """One numbered record: what the journal transaction inserts and the archiver seals.

    `shown` and `kept` are canonical JSON; salts, `prev` and `pt` are 32 bytes;
    `body_sha` (SHA-256 of the command's body) tells a retry from a reuse of its id.
    """

    event: Event
    retention_class: str
    prev: bytes
    pt: bytes
    shown: bytes
    kept: bytes
    salt_s: bytes
    salt_k: bytes
    body_sha: bytes
    client_id: ClientId | None = None
    key: int = 0
    """The database's integer; 0 until inserted."""


class ArchivedRow(Struct, frozen=True):
    """Where a journaled record lies in the archive. `ct` is 32 bytes, `key_id` 16."""

    key: int
    archive_index: int
    ct: bytes
    key_id: bytes


class Known(Struct, frozen=True):
    """What a known event_id became. Only `archived` ones are acknowledged."""

    answer: Answer
    archived: bool
    body_sha: bytes | None


class ArchiverState(Struct, frozen=True):
    """Who archives, and up to where everything is published (the next archive_index)."""

    epoch: int
    position: int


class JournalPlace(Struct, frozen=True):
    """A journaled event's commitment, and whether it is pending: in no published record yet."""

    pt: bytes
    pending: bool


class SeenMessage(Struct, frozen=True):
    """A published message that somebody sees, removed or not: where it is and whose."""

    stream: StreamId
    conv_seq: int
    author: PersonId
