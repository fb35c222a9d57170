"""Complaints: what was marked as one, and how it ended."""

from typing import Annotated, Literal

from msgspec import Struct

from onrecord_archive.events.ids import EventId
from onrecord_archive.events.language import Language
from onrecord_archive.events.payload import (
    ABOUT,
    ONLY_RECORDED,
    SEARCHED,
    Payload,
    Searchable,
    Text,
    Time,
    Words,
)

Outcome = Literal["answered", "withdrawn"]


class CategoryWords(Struct, frozen=True, omit_defaults=True):
    """What a complaint is about, in each language that the firm has words in."""

    en: str | None = None
    pl: str | None = None


class ComplaintFiled(Payload, frozen=True):
    """The actor marked a message (`target`), or the whole conversation, as a complaint.

    `category` is the firm's name for what it is about; `about` says it in the words, of `locale`,
    that it was chosen by, `words` in each language that the firm has. `reason`: the actor's own
    words. It is to be answered by `due`.
    """

    type = "complaint.filed"
    audience = "one client"
    reference: Annotated[Text, SEARCHED]
    category: Text
    about: Searchable
    locale: Annotated[Language, ONLY_RECORDED]
    reason: Words
    due: Time
    target: Annotated[EventId | None, ABOUT] = None
    words: Annotated[CategoryWords | None, ONLY_RECORDED] = None


class ComplaintClosed(Payload, frozen=True):
    """The `complaint` (the event that filed it) was answered by the firm, or taken back."""

    type = "complaint.closed"
    audience = "one client"
    complaint: EventId
    reference: Annotated[Text, SEARCHED]
    outcome: Outcome
    note: Words | None = None
