"""What people say, and what becomes of it."""

from typing import Annotated

from msgspec import Struct

from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import (
    ABOUT,
    ELSEWHERE,
    OF_IT,
    ONLY_RECORDED,
    Count,
    Least,
    Number,
    Payload,
    Says,
    Text,
    Words,
)
from onrecord_archive.format.schema_parts import TEXT


class Quote(Struct, frozen=True, omit_defaults=True):
    """The message that a reply answers, as it read when the reply was written."""

    event_id: EventId
    conv_seq: Number
    actor: PersonId
    text: str | None = None


class Forward(Struct, frozen=True, omit_defaults=True):
    """What a message that is sent on tells its readers of where it comes from.

    `at`: when it was written; `actor`: by whom, where everybody here may know that person. Where it
    was written, only compliance sees (the record's `kept`). `source` is the message that a draft
    asks for, and never on the record.
    """

    at: Annotated[str, Says(TEXT, always=True)] = ""
    actor: PersonId | None = None
    source: Annotated[EventId | None, ELSEWHERE] = None


class Mention(Struct, frozen=True, omit_defaults=True):
    """`length` characters (code points) of a text from `at` on call `person`; absent: everybody.

    They begin with an @, and what follows it is what the person was called then.
    """

    at: Count
    length: Number
    person: PersonId | None = None


Mentions = Annotated[tuple[Mention, ...], Least(1)]


class MessageSent(Payload, frozen=True):
    """Somebody said something, with files: then `text` may be empty."""

    type = "message.sent"
    counts = True
    text: Words
    reply_to: Quote | None = None
    files: Annotated[tuple[File, ...], ELSEWHERE] = ()
    """On the record they stand beside the payload."""
    broadcast: EventId | None = None
    """The record of one text to many, which this is a part of."""
    forward: Forward | None = None
    """It was sent on from somewhere: neither its text nor its files are the actor's own."""
    mentions: Mentions = ()
    """Whom the text calls, in order."""


class FileStored(Payload, frozen=True):
    """The actor stored a file here; nobody sees it before a message refers to it.

    What it is called and what is in it, only compliance sees (the record's `kept`). `scanner`: what
    looked for malware in it and found none; absent where none is set up.
    """

    type = "file.stored"
    listed = False
    blob: Annotated[SealedBlob, ONLY_RECORDED]
    scanner: Annotated[Text | None, ONLY_RECORDED] = None


class MessageEdited(Payload, frozen=True):
    """The author replaced the text of `target`, and whom it calls."""

    type = "message.edited"
    listed = False
    target: Annotated[EventId, ABOUT]
    text: Annotated[Words, OF_IT]
    mentions: Annotated[Mentions, OF_IT] = ()


class MessageRemoved(Payload, frozen=True):
    """The author removed `target` from view; the record stays."""

    type = "message.removed"
    listed = False
    target: Annotated[EventId, ABOUT]


class ReactionChanged(Payload, frozen=True):
    """Somebody put an emoji on `target`, or took it back."""

    type = "reaction.changed"
    listed = False
    target: Annotated[EventId, ABOUT, OF_IT]
    emoji: Annotated[str, OF_IT]
    on: Annotated[bool, OF_IT]
