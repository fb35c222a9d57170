"""A word that is searched for, and its other forms: English and Polish, by Snowball's stemmers.

The index holds words alone. So a word is looked up by what its forms begin with, and what is found
is read again: it counts when a word of it has the wanted one in it (parts.py), or its stem.
"""

from collections.abc import Iterator, Sequence

import Stemmer
from msgspec import Struct

from onrecord.features.search.analyser import folded, places
from onrecord.features.search.parts import is_part

LANGUAGES = ("english", "polish")
SHORTEST = 4
"""Characters of a word that has other forms."""
SHORTEST_BEGINNING = 3


class Word(Struct, frozen=True):
    """What is wanted, folded; its stems, one a language; what its forms begin with."""

    text: str
    stems: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()

    @property
    def all_beginnings(self) -> tuple[str, ...]:
        """What the index is asked for: the word, and its forms."""
        return (self.text, *self.beginnings)


def words_of(query: str) -> Iterator[Word]:
    """Yield the words of a query, in their order."""
    for text, start, end in places(query):
        yield _word(text, query[start:end])


def _word(text: str, raw: str) -> Word:
    if len(text) < SHORTEST or not text.isalpha():
        return Word(text)
    stems = _stems(raw)
    found = {_beginning(text, stem) for stem in stems}
    longer = {each for each in found if len(each) >= SHORTEST_BEGINNING and each != text}
    return Word(text, stems, tuple(sorted(longer)))


def _stems(raw: str) -> tuple[str, ...]:
    # A stemmer is for one thread, and made in a microsecond.
    word = raw.casefold()
    return tuple(folded(Stemmer.Stemmer(each).stemWord(word)) for each in LANGUAGES)


def _beginning(text: str, stem: str) -> str:
    """Return what a word and its stem have in common; English ends `-y` and `-ies` in `-i`."""
    same = 0
    while same < min(len(text), len(stem)) and text[same] == stem[same]:
        same += 1
    return text[:same].removesuffix("i") if same == len(stem) else text[:same]


def is_in(text: str, present: Sequence[str], want: Word) -> bool:
    """Whether a text, whose words are *present*, has a wanted word or a form of it."""
    if any(word.startswith(want.text) or is_part(want.text, word) for word in present):
        return True
    if not want.beginnings or not any(word.startswith(want.beginnings) for word in present):
        return False
    return any(True for _ in places_of(text, [want]))


def places_of(text: str, wanted: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the [start, end) of each word of a text that is one of *wanted*, or a form of it."""
    for word, start, end in places(text):
        if any(_is(word, text[start:end], want) for want in wanted):
            yield start, end


def _is(word: str, raw: str, want: Word) -> bool:
    if word.startswith(want.text) or is_part(want.text, word):
        return True
    if not want.beginnings or not word.startswith(want.beginnings):
        return False
    return any(one == other for one, other in zip(_stems(raw), want.stems, strict=True))
