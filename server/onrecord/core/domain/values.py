"""People, streams and events as values: what happened, before it is numbered or written."""

from datetime import datetime
from typing import ClassVar, Final, Literal, Self

from msgspec import Struct

from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.ids import ClientId, DeviceId
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.payload import Payload

PersonKind = Literal["employee", "client", "bot", "system"]
Role = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor", "system"]
Answering = Literal["owner", "delegate", "others"]
"""What somebody is to a client: who answers, who stands in now, or neither while others answer."""
ConversationKind = Literal["direct", "group"]
SystemKind = Literal["access", "identity", "config", "policy", "disposal", "broadcast", "report"]
StreamKind = ConversationKind | SystemKind | Literal["personal"]
DELIVERED: Final = frozenset[StreamKind]({"direct", "group", "personal"})
"""Kinds of streams whose events go to clients: conversations, and what one notes for oneself."""

SAID: Final = frozenset[StreamKind]({"direct", "group", "broadcast"})
"""Kinds of streams that hold what people say to one another."""
_SYSTEM: Final[dict[str, StreamKind]] = {
    "identity": "identity",
    "policy": "policy",
    "config": "config",
    "disposal": "disposal",
    "broadcast": "broadcast",
    "reports": "report",
}
PERSONAL: Final = "personal:"
"""How the id of the stream begins in which somebody notes things for themself."""
_ONE_EACH: Final[dict[str, StreamKind]] = {"access:": "access", PERSONAL: "personal"}
"""Streams of which there is one a case, or a person, by how their ids begin."""


def kind_of(stream: StreamId) -> StreamKind:
    """Return the kind of a stream by its id alone; a conversation counts as a group."""
    one_each = (kind for prefix, kind in _ONE_EACH.items() if stream.startswith(prefix))
    return _SYSTEM.get(stream, next(one_each, "group"))


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who did it, as they were then (names change; the record keeps the old one)."""

    id: PersonId
    name: str
    kind: PersonKind
    org: str
    role: Role


SYSTEM = Actor(PersonId("system"), "OnRecord", "system", "OnRecord", "system")
"""The actor of what nobody in particular did: positions, the auditor's findings."""


class StreamRef(Struct, frozen=True, omit_defaults=True):
    """A stream as a record names it."""

    id: StreamId
    kind: StreamKind
    title: str | None = None


CONFIG = StreamRef(StreamId("config"), "config")
"""The system stream that changes of the installation are recorded in."""


class Origin(Struct, frozen=True, omit_defaults=True):
    """How a command came in; only compliance sees it (the record's `kept`)."""

    auth: str
    device: DeviceId | None = None
    addresses: tuple[str, ...] = ()

    @classmethod
    def at(cls, address: str, auth: str, device: DeviceId | None = None) -> Self:
        """Return how something came in from an address; empty: none is known."""
        return cls(auth, device, (address,) if address else ())

    @property
    def address(self) -> str:
        """The address that it came from; empty: none is known."""
        return self.addresses[0] if self.addresses else ""


Facts = dict[str, str | int | bool | tuple[str, ...]]
"""What an entry of a system stream says besides its type."""


class SystemEntry(Struct, frozen=True):
    """What happened in a system stream: a `type` of its own and its facts, never message text."""

    type: str
    facts: Facts
    counts: ClassVar[bool] = False
    listed: ClassVar[bool] = True


class Event(Struct, frozen=True):
    """Something that happened in a stream, numbered."""

    event_id: EventId
    stream: StreamRef
    conv_seq: int
    msg_no: int | None
    actor: Actor
    at: datetime
    payload: Payload | SystemEntry
    participants: tuple[Actor, ...] = ()


class Answer(Struct, frozen=True):
    """What a command became: on the record, under these numbers."""

    event_id: EventId
    stream: StreamId
    conv_seq: int
    msg_no: int | None
    at: datetime


UNKNOWN_SEQ: Final = 0
"""A draft's conv_seq; the conversation's lock gives the real one (core/journal/decide.py)."""
UNNAMED: Final = PersonId("")
"""A draft's person whom the conversation's lock names."""


class Command(Struct, frozen=True):
    """What somebody asks to have recorded in a stream.

    `body` is a draft: numbers that only the conversation's lock can give (from_seq, a quote's
    text) are filled in when it is decided.
    """

    event_id: EventId
    stream: StreamId
    actor: Actor
    origin: Origin
    body: Payload | SystemEntry
    client_id: ClientId | None = None
    claimed_at: str | None = None
    planned_at: str | None = None  # of a message that is said by itself
    create: StreamRef | None = None
    """The stream to make when it does not exist yet (only for creations and system streams)."""
    holds: tuple[HeldFile, ...] = ()  # the file that a `FileStored` is about
    named: tuple[Actor, ...] = ()  # whom a system record names, as they are called now
    outside: tuple[PersonId, ...] = ()
    """People outside the firm whom the sender of a file or a forward was shown, and agreed to.

    It is no part of what is said: the same id may come again with others of them."""


def config_entry(
    event: EventId,
    entry: SystemEntry,
    *,
    origin: Origin,
    actor: Actor = SYSTEM,
    client_id: ClientId | None = None,
) -> Command:
    """Return the command that records an entry of the stream `config`."""
    return Command(event, CONFIG.id, actor, origin, entry, client_id=client_id, create=CONFIG)
