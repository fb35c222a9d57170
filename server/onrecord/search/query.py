"""What somebody searches for: every word, each as the beginning of a word of the message."""

from collections.abc import Sequence

from onrecord.search.analyser import places, words

MAX_WORDS = 16
"""Words of a query that count."""


def wanted(query: str) -> list[str]:
    """Return the words that a message must contain, folded; none for a query without words."""
    return list(dict.fromkeys(words(query)))[:MAX_WORDS]


def fts5(wanted: Sequence[str]) -> str:
    """Return SQLite's full-text query: every word, as a prefix. Words are letters and digits."""
    return " ".join(f'"{word}"*' for word in wanted)


def tsquery(wanted: Sequence[str]) -> str:
    """Return PostgreSQL's full-text query: every word, as a prefix. Words are letters, digits."""
    return " & ".join(f"'{word}':*" for word in wanted)


def matches(text: str, wanted: Sequence[str]) -> bool:
    """Whether a message is found: what both indexes must agree with."""
    present = words(text)
    return bool(wanted) and all(any(word.startswith(want) for word in present) for want in wanted)


def marks(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Return [start, end) of the words found, in UTF-16 units, as browsers count."""
    found = []
    for word, start, end in places(text):
        if word.startswith(tuple(wanted)):
            before = _utf16_units(text[:start])
            found.append((before, before + _utf16_units(text[start:end])))
    return found


def _utf16_units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
