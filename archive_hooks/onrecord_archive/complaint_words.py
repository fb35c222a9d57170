"""What a complaint can be about where the firm has no list of its own, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

CATEGORIES: Final[Mapping[str, Mapping[Literal["en", "pl"], str]]] = {
    "advice": {"en": "Advice I was given", "pl": "Udzielona porada"},
    "fees": {"en": "Fees and charges", "pl": "Opłaty i prowizje"},
    "execution": {
        "en": "How something was carried out",
        "pl": "Sposób wykonania dyspozycji",
    },
    "information": {"en": "Missing or wrong information", "pl": "Brak informacji lub błąd w niej"},
    "service": {"en": "Service or behaviour", "pl": "Obsługa lub zachowanie"},
    "data": {"en": "My personal data", "pl": "Moje dane osobowe"},
    "other": {"en": "Something else", "pl": "Inna sprawa"},
}


def about_in(
    language: str, category: str, about: str, words: Mapping[str, str] | None = None
) -> str:
    """Return what a complaint is about in a reader's language, else in the words of its record.

    `words` are the record's own by language.
    """
    return (in_each(category, about, words) or {}).get(language, about)


def in_each(
    category: str, about: str, words: Mapping[str, str] | None = None
) -> Mapping[str, str] | None:
    """Return what a complaint is about by language; None: only `about` is known.

    A record without `words` is of before: where it says what comes with OnRecord, that is known.
    """
    known = {str(each): text for each, text in CATEGORIES.get(category, {}).items()}
    return known if words is None and about in known.values() else words
