"""A sentence with places to fill in: an ICU message, of which plural and select alone are known.

Apostrophes as in ICU: two are one; one before a brace quotes up to the next; every other one is
itself. A number in its place is written plainly, # with groups. What Lingui says otherwise than ICU
is refused: in a plural a # that is quoted, or in a select.
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
    """A message is not ICU, or asks for more than plural and select."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One message of several: by the form of a whole number (plural) or by a word (select)."""

    name: str
    kind: Literal["plural", "select"]
    cases: Mapping[str, Message]


Message: TypeAlias = tuple[str | Place | Choice, ...]
"""Its pieces in order. In a plural # is the Place of its number under the name `#`."""
_COUNT: Final = Place("#")

_PLACE: Final = re.compile(r"\{\s*(\w+)\s*(?:(\})|,\s*(\w+)\s*(,)?\s*)", re.ASCII)
_CASE: Final = re.compile(r"\s*(=\d+|\w+)\s*\{", re.ASCII)
_END: Final = re.compile(r"\s*\}")
_TEXT: Final = {
    False: re.compile(r"''|'[{}](?:[^']|'')*'(?!')|[^{}']+|'(?![{}])"),
    True: re.compile(r"''|'[{}](?:[^'#]|'')*'(?!')|[^{}'#]+|'(?![{}#])"),
}
"""A piece of text, outside a plural and in one."""


def read_message(source: str) -> Message:
    """Return a message that is written as ICU has it; raise BadMessage where it is not."""
    reader = _Reader(source)
    message = reader.body(counts=False)
    if reader.at != len(source):
        raise BadMessage(f"a brace too many at {reader.at}: {source}")
    return message


class _Reader:
    """Reads one message from its beginning."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.at = 0

    def body(self, *, counts: bool) -> Message:
        """Read up to a brace that closes what is around it, or to the end."""
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
    """Yield the name of each value that a message asks for, once for each place."""
    for choice in choices(message):
        yield choice.name
    for piece in _flat(message):
        if isinstance(piece, Place) and piece is not _COUNT:
            yield piece.name


def choices(message: Message) -> Iterator[Choice]:
    """Yield the plurals and selects of a message, those inside others too."""
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
    """Return the pieces of a message with its values in their places.

    Raise KeyError where a value is missing, and ValueError where a plural is given what is no
    whole number. A select takes its value by how it is spelt.
    """
    return _fill(message, values, language, _COUNT.name)


def _fill(
    message: Message, values: Mapping[str, T | int], language: Language, count: str
) -> list[T | str]:
    """Return the pieces; `count` is the number of the plural around, as it is written."""
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
