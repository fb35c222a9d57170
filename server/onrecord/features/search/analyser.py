"""Fold a text to the words that it is found by, the same on both databases.

Each character is folded on its own (compatibility decomposition, marks dropped, case folded,
letters such as ł and ø to their base), so a folded text keeps its order and every word can be
traced to where it stands in the original.
"""

import unicodedata
from collections.abc import Iterator

MAX_WORD = 64
"""Characters of a word that count; PostgreSQL refuses lexemes above 2,046 bytes."""

# Letters whose stroke or ligature Unicode does not decompose.
_BASES = {
    "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ı": "i", "ĸ": "k", "ŋ": "n", "ƀ": "b", "ɨ": "i", "ʉ": "u", "ⱥ": "a", "ƶ": "z", "ɇ": "e",
}  # fmt: skip
_APOSTROPHES = "'’ʼ＇"
"""They stand inside words: don't, O’Neil."""


class _Table(dict[int, str]):
    """str.translate's table, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = folded
        return folded


def _fold(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_part(part) for part in decomposed)


def _part(part: str) -> str:
    category = unicodedata.category(part)
    if category[0] == "M" or category == "Cf":
        return ""  # accents; zero-width characters and soft hyphens
    if part in _BASES:
        return _BASES[part]
    if category[0] not in "LN":
        return " "
    # A script without spaces: each character is a word.
    return f" {part} " if _is_unspaced(part) else part


def _is_unspaced(part: str) -> bool:
    return "CJK" in unicodedata.name(part, "")


_table = _Table()


def folded(text: str) -> str:
    """Return the words of a text, folded and separated by spaces (to be split, or indexed)."""
    return text.translate(_table)


def words(text: str) -> list[str]:
    """Return the words of a text in their order, folded, at most MAX_WORD characters each."""
    return [word[:MAX_WORD] for word in folded(text).split()]


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text with the [start, end) of its characters in the original."""
    word, start, end = "", 0, 0
    for index, character in enumerate(text):
        for part in _table[ord(character)]:
            if part == " ":
                if word:
                    yield word[:MAX_WORD], start, end
                word = ""
                continue
            if not word:
                start = index
            word, end = word + part, index + 1
    if word:
        yield word[:MAX_WORD], start, end


def unspaced(text: str) -> list[list[str]]:
    """Return the words of scripts without spaces that stand beside each other, run by run."""
    runs: list[list[str]] = []
    run: list[str] = []
    last = 0
    for word, start, end in places(text):
        joined = len(word) == 1 and _is_unspaced(word)
        if not joined or (run and start != last):
            runs, run = [*runs, run], []
        if joined:
            run.append(word)
        last = end
    return [each for each in [*runs, run] if len(each) > 1]
