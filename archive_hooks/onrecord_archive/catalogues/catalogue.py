"""A catalogue: messages in every language, each with an id and the names of its values.

It is a JSON object: id -> {"takes": [names], "en": message, "pl": message}. An incomplete catalogue
is refused. Each message needs both languages and, in a plural, every form of its language; it uses
only the names that it declares, and a declared name is used in at least one language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, get_args

import msgspec
from msgspec import Struct

from onrecord_archive.catalogues.counting import FORMS
from onrecord_archive.catalogues.message import (
    BadMessage,
    Message,
    choices,
    fill,
    places,
    read_message,
)
from onrecord_archive.events.language import Language

T = TypeVar("T")


class BadCatalogue(ValueError):
    """The catalogue is incomplete or inconsistent; the message says where."""


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    pl: str
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of a catalogue in one language; `sources` has them as they are written."""

    language: Language
    sources: Mapping[str, str]
    messages: Mapping[str, Message]

    def has(self, id: str) -> bool:
        """Whether the catalogue has this message."""
        return id in self.messages

    def text(self, id: str, /, **values: str | int) -> str:
        """Return a message with its values. Raises KeyError if it or one of them is missing."""
        return "".join(self.pieces(id, **values))

    def pieces(self, id: str, /, **values: T | int) -> list[T | str]:
        """Return a message as pieces, with the values between them. Raises as `text`."""
        return fill(self.messages[id], values, self.language)

    def named(self, family: str, word: str) -> str:
        """Return the message `family.word`, which takes no values; if there is none, the word."""
        id = f"{family}.{word}"
        return self.text(id) if id in self.messages else word

    def each(self, family: str) -> tuple[str, ...]:
        """Return the messages `family.1`, `family.2` and so on, which take no values."""
        texts: list[str] = []
        while (id := f"{family}.{len(texts) + 1}") in self.messages:
            texts.append(self.text(id))
        return tuple(texts)

    def family(self, family: str) -> dict[str, str]:
        """Return the sources of all messages `family.…`, keyed by the rest of their ids."""
        begins = f"{family}."
        return {
            id.removeprefix(begins): source
            for id, source in self.sources.items()
            if id.startswith(begins)
        }


Catalogue = Mapping[Language, Words]


def read_catalogue(data: bytes) -> Catalogue:
    """Return the words of each language. Raises BadCatalogue."""
    try:
        entries = msgspec.json.decode(data, type=dict[str, _Entry])
    except msgspec.DecodeError as error:
        raise BadCatalogue(f"not a catalogue: {error}") from error
    catalogue = {language: _words(entries, language) for language in get_args(Language)}
    for id, entry in entries.items():
        used = {name for words in catalogue.values() for name in places(words.messages[id])}
        if idle := set(entry.takes) - used:
            raise BadCatalogue(f"{id} takes {sorted(idle)} for nothing")
    return catalogue


def _words(entries: Mapping[str, _Entry], language: Language) -> Words:
    sources = {id: str(getattr(entry, language)) for id, entry in entries.items()}
    messages = {id: _message(id, source, language) for id, source in sources.items()}
    for id, message in messages.items():
        if undeclared := set(places(message)) - set(entries[id].takes):
            raise BadCatalogue(f"{id}, {language}: asks for {sorted(undeclared)}")
    return Words(language, sources, messages)


def _message(id: str, source: str, language: Language) -> Message:
    try:
        message = read_message(source)
    except BadMessage as error:
        raise BadCatalogue(f"{id}, {language}: {error}") from error
    if not source:
        raise BadCatalogue(f"{id}, {language}: says nothing")
    for choice in choices(message):
        forms = {key for key in choice.cases if key[0] != "="}
        if choice.kind == "plural" and forms != FORMS[language]:
            raise BadCatalogue(f"{id}, {language}: counts in {sorted(forms)}")
    return message
