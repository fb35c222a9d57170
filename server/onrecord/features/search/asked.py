"""What somebody asks for in the chat: words, "words beside each other", and filters.

    from:anna  in:"FX desk"  before:2026-11-24  after:2026-11  on:2026-11-24  has:file

In Polish od: w: przed: po: dnia: ma:. A date may be a month or a year. What is neither a filter nor
a word is refused by name (features/search/understood.py): -word, OR, an unknown filter, an emoji.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.features.search.analyser import folded, unspaced, words
from onrecord.features.search.inflected import Word, is_in, places_of, words_of
from onrecord.features.search.parts import HAS, Has, has_of
from onrecord.features.search.query import in_utf16
from onrecord.features.search.understood import demand_few, parts_of
from onrecord_archive.events.files import File

_OWN_HAS: Final[dict[str, Has]] = {each: each for each in HAS}
_HAS_WORDS: Final[dict[str, Has]] = {
    **_OWN_HAS,
    "video": "film",
    "audio": "sound",
    "plik": "file",
    "zdjecie": "picture",
    "obraz": "picture",
    "dzwiek": "sound",
    "glosowa": "voice",
    "glosowka": "voice",
    "dokument": "document",
}
ME: Final = ("me", "ja", "mnie")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?-?")


class Asked(Struct):
    """A parsed search. Empty members ask for nothing.

    `authors` and `conversations` are the words that a name or a title must have, one set for each
    filter; "me" is one of ME. `since` <= at < `before`.
    """

    words: list[Word] = []
    phrases: list[list[str]] = []
    authors: list[list[str]] = []
    conversations: list[list[str]] = []
    has: list[Has] = []
    since: datetime | None = None
    before: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return self == Asked()

    def fits(self, text: str, files: Sequence[File] = ()) -> bool:
        """Whether a text with its files has every word, phrase and kind of thing wanted."""
        if self.has and not set(self.has).issubset(has_of(text, files)):
            return False
        whole = "\n".join((text, *(file.name for file in files)))
        present = words(whole)
        if not all(_has(present, phrase) for phrase in self.phrases):
            return False
        return all(is_in(whole, present, word) for word in self.words)

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Return [start, end) of the words found, in UTF-16 units, as browsers count."""
        return in_utf16(text, places_of(text, self.words))


def asked(query: str, zone: tzinfo) -> Asked:
    """Parse a search; dates are days of *zone*.

    Raises BadInput (`bad_date`, `bad_filter`), NotUnderstood (`query_not_understood`).
    """
    found = Asked()
    for part in parts_of(query):
        if part.filter is not None:
            _TAKE[part.filter](found, part.text, zone)
        else:
            _take_words(found, part.text, is_phrase=part.quoted)
    demand_few([word.text for word in found.words])
    return found


def _take_words(found: Asked, text: str, *, is_phrase: bool) -> None:
    known = {word.text for word in found.words}
    found.words += [word for word in words_of(text) if word.text not in known]
    if is_phrase and len(words(text)) > 1:
        found.phrases.append(words(text))
    found.phrases += unspaced(text)


def _take_author(found: Asked, value: str, _: tzinfo) -> None:
    found.authors.append(words(value))


def _take_conversation(found: Asked, value: str, _: tzinfo) -> None:
    found.conversations.append(words(value))


def _take_has(found: Asked, value: str, _: tzinfo) -> None:
    asked = folded(value)
    kinds = {kind for word, kind in _HAS_WORDS.items() if asked and word.startswith(asked)}
    if len(kinds) != 1:  # nothing, or not enough letters to tell
        raise BadInput("bad_filter", f"has: takes {', '.join(HAS)}.")
    found.has += kinds


def _take_before(found: Asked, value: str, zone: tzinfo) -> None:
    first, _ = _days(value, zone)
    found.before = first if found.before is None else min(found.before, first)


def _take_after(found: Asked, value: str, zone: tzinfo) -> None:
    _, end = _days(value, zone)
    found.since = end if found.since is None else max(found.since, end)


def _take_on(found: Asked, value: str, zone: tzinfo) -> None:
    first, end = _days(value, zone)
    found.since = first if found.since is None else max(found.since, first)
    found.before = end if found.before is None else min(found.before, end)


_TAKE: Final[dict[str, Callable[[Asked, str, tzinfo], None]]] = {
    "from": _take_author,
    "in": _take_conversation,
    "before": _take_before,
    "after": _take_after,
    "on": _take_on,
    "has": _take_has,
}


def _days(value: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return where a day, a month or a year begins, and where the next one does."""
    match = _DATE.fullmatch(value)
    if match is None:
        raise _bad_date()
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        month_or_first = 1 if month is None else month
        first = datetime(year or 0, month_or_first, 1 if day is None else day, tzinfo=zone)
        if day is not None:
            end = first + timedelta(days=1)
        elif month is not None:
            end = (first + timedelta(days=32)).replace(day=1)
        else:
            end = first.replace(year=first.year + 1)
    except (ValueError, OverflowError) as error:
        raise _bad_date() from error
    return first, end


def _bad_date() -> BadInput:
    return BadInput("bad_date", "Write a date as 2026-11-24, or a month as 2026-11.")


def _has(present: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether these words stand beside each other."""
    starts = (at for at, word in enumerate(present) if word == phrase[0])
    return any(present[at : at + len(phrase)] == phrase for at in starts)
