"""What a command refers to, as it stands, and what a command that was said before became."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.values import Actor, Answer, StreamRef
from onrecord_archive.events.ids import EventId, PersonId, StreamId


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


class Reaction(NamedTuple):
    """What somebody put on a message."""

    person: PersonId
    emoji: str


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


class Known(Struct, frozen=True):
    """What a known event_id became. Only `archived` ones are acknowledged."""

    answer: Answer
    archived: bool
    body_sha: bytes | None
