"""What the conversation's lock protects: a stream's numbers, its head and who may write."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Actor, Event, StreamRef
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import ZERO_PT


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
    head_pt: bytes = ZERO_PT
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
