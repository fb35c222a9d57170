"""A sentence with placeholders: an ICU message. Of ICU's formats it knows plural and select only.

Apostrophes work as in ICU: two in a row are one apostrophe; one before a brace quotes the text up
to the next apostrophe; any other is itself. A number in a placeholder is written as it is; # in a
plural is written with grouped digits. Two messages are refused, because Lingui and ICU render them
differently: a plural with a quoted #, and a plural with a # inside a select.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from onrecord_archive.catalogues.counting import form_of, written
from onrecord_archive.events.language import Language

T = TypeVar("T")


class BadMessage(ValueError):
    """The message is not valid ICU, or uses a format other than plural and select."""


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder, with the name of its value."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Several messages, one of which a whole number (plural) or a word (select) picks."""

    name: str
    kind: Literal["plural", "select"]
    cases: Mapping[str, Message]


Message: TypeAlias = tuple[str | Place | Choice, ...]
"""The pieces in order. In a plural, # is the Place named `#`."""
_COUNT: Final = Place("#")

_PLACE: Final = re.compile(r"\{\s*(\w+)\s*(?:(\})|,\s*(\w+)\s*(,)?\s*)", re.ASCII)
_CASE: Final = re.compile(r"\s*(=\d+|\w+)\s*\{", re.ASCII)
_END: Final = re.compile(r"\s*\}")
_TEXT: Final = {
    False: re.compile(r"''|'[{}](?:[^']|'')*'(?!')|[^{}']+|'(?![{}])"),
    True: re.compile(r"''|'[{}](?:[^'#]|'')*'(?!')|[^{}'#]+|'(?![{}#])"),
}
"""Matches a piece of text: outside a plural (False) or inside one (True)."""


def read_message(source: str) -> Message:
    """Parse an ICU message. Raises BadMessage."""
    reader = _Reader(source)
    message = reader.body(counts=False)
    if reader.at != len(source):
        raise BadMessage(f"a brace too many at {reader.at}: {source}")
    return message


class _Reader:
    """Parses one message from its start."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.at = 0

    def body(self, *, counts: bool) -> Message:
        """Read up to the closing brace of the enclosing case, or to the end of the message."""
        pieces: list[str | Place | Choice] = []
        text = ""
        while self.at < len(self._source) and self._source[self.at] != "}":
            piece = self._piece(counts=counts)
            if isinstance(piece, str):
                text += piece
                continue
            pieces += [text, piece] if text else [piece]
            text = ""
        return (*pieces, text) if text else tuple(pieces)

    def _piece(self, *, counts: bool) -> str | Place | Choice:
        if self._source[self.at] == "{":
            return self._place(counts=counts)
        if counts and self._source[self.at] == "#":
            self.at += 1
            return _COUNT
        found = self._take(_TEXT[counts])[0]
        if len(found) > 1 and found[0] == "'":
            return found[1:-1].replace("''", "'") or "'"
        return found

    def _place(self, *, counts: bool) -> Place | Choice:
        found = self._take(_PLACE)
        name, ends, kind, cases = found.groups()
        if ends:
            return Place(name)
        match kind:
            case "plural" if cases:
                return Choice(name, "plural", self._cases(counts=True, exact=True))
            case "select" if cases:
                chosen = self._cases(counts=counts, exact=False)
                if any(_COUNT in case for case in chosen.values()):
                    raise BadMessage(f"# in a select, where Lingui leaves it: {self._source}")
                return Choice(name, "select", chosen)
        raise BadMessage(f"{kind} is no plural and no select: {self._source}")

    def _cases(self, *, counts: bool, exact: bool) -> Mapping[str, Message]:
        cases: dict[str, Message] = {}
        while _END.match(self._source, self.at) is None:
            key = self._take(_CASE)[1]
            if key in cases or (key[0] == "=" and not exact):
                raise BadMessage(f"the case {key} does not belong here: {self._source}")
            cases[key] = self.body(counts=counts)
            self._take(_END)
        self._take(_END)
        if "other" not in cases:
            raise BadMessage(f"no case other: {self._source}")
        return cases

    def _take(self, expected: re.Pattern[str]) -> re.Match[str]:
        found = expected.match(self._source, self.at)
        if found is None:
            raise BadMessage(f"not as ICU writes it from {self.at} on: {self._source}")
        self.at = found.end()
        return found


def places(message: Message) -> Iterator[str]:
    """Yield the name of the value of each placeholder, plural and select in a message."""
    for choice in choices(message):
        yield choice.name
    for piece in _flat(message):
        if isinstance(piece, Place) and piece is not _COUNT:
            yield piece.name


def choices(message: Message) -> Iterator[Choice]:
    """Yield the plurals and selects of a message, including nested ones."""
    for piece in _flat(message):
        if isinstance(piece, Choice):
            yield piece


def _flat(message: Message) -> Iterator[str | Place | Choice]:
    for piece in message:
        yield piece
        if isinstance(piece, Choice):
            for case in piece.cases.values():
                yield from _flat(case)


def fill(message: Message, values: Mapping[str, T | int], language: Language) -> list[T | str]:
    """Return the pieces of a message with the values filled in.

    A select compares its value as text. Raises KeyError if a value is missing, and ValueError if a
    plural gets anything but a whole number.
    """
    return _fill(message, values, language, _COUNT.name)


def _fill(
    message: Message, values: Mapping[str, T | int], language: Language, count: str
) -> list[T | str]:
    """Return the pieces; `count` is what # stands for: the enclosing plural's number as text."""
    pieces: list[T | str] = []
    for piece in message:
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece is _COUNT:
            pieces.append(count)
        elif isinstance(piece, Place):
            value = values[piece.name]
            pieces.append(str(value) if isinstance(value, int) else value)
        elif piece.kind == "select":
            case = piece.cases.get(str(values[piece.name]), piece.cases["other"])
            pieces += _fill(case, values, language, count)
        else:
            pieces += _counted(piece, values, language)
    return pieces


def _counted(piece: Choice, values: Mapping[str, T | int], language: Language) -> list[T | str]:
    count = values[piece.name]
    if not isinstance(count, int) or count < 0:
        raise ValueError(f"{piece.name} is no number of things: {count!r}")
    exact = f"={count}"
    form = exact if exact in piece.cases else form_of(count, language)
    case = piece.cases.get(form, piece.cases["other"])
    return _fill(case, values, language, written(count, language))
