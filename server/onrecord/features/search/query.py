"""What somebody searches for: every word, each as the beginning of a word of the message."""

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec import Struct

from onrecord.features.search.analyser import places, words
from onrecord.features.search.inflected import Word
from onrecord.features.search.understood import MAX_WORDS

MAX_MARKS = 200
"""Words of one message that are marked."""


def wanted(query: str) -> list[str]:
    """Return the words that a message must contain, folded; none for a query without words."""
    return list(dict.fromkeys(words(query)))[:MAX_WORDS]


class Entry(Struct, frozen=True):
    """An entry of the index, whole or by what it begins with."""

    text: str
    begins: bool = False


def beginnings(wanted: Iterable[Word]) -> list[list[Entry]]:
    """Return what each word is looked up by: any of its beginnings."""
    return [[Entry(text, begins=True) for text in word.all_beginnings] for word in wanted]


def fts5(wanted: Sequence[Sequence[Entry]]) -> str:
    """Return SQLite's full-text query: of every group one entry. They are letters and digits."""
    each = [" OR ".join(f'"{one.text}"{"*" * one.begins}' for one in group) for group in wanted]
    return " AND ".join(f"({one})" for one in each)


def tsquery(wanted: Sequence[Sequence[Entry]]) -> str:
    """Return PostgreSQL's full-text query: of every group one entry."""
    each = [" | ".join(f"'{one.text}'{':*' * one.begins}" for one in group) for group in wanted]
    return " & ".join(f"({one})" for one in each)


def matches(text: str, wanted: Sequence[str]) -> bool:
    """Whether a message is found: what both indexes must agree with."""
    present = words(text)
    return bool(wanted) and all(any(word.startswith(want) for word in present) for want in wanted)


def marks(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Return [start, end) of the words found, in UTF-16 units, as browsers count."""
    beginnings = tuple(wanted)
    found = ((start, end) for word, start, end in places(text) if word.startswith(beginnings))
    return in_utf16(text, found)


def in_utf16(text: str, found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the first MAX_MARKS of these [start, end), which ascend, as browsers count."""
    marks, at, units = [], 0, 0
    for start, end in islice(found, MAX_MARKS):
        first = units + _utf16_units(text[at:start])
        units = first + _utf16_units(text[start:end])
        marks.append((first, units))
        at = end
    return marks


def _utf16_units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
