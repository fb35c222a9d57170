"""What a complaint can be about where the firm has no list of its own, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.language import Language

CATEGORIES: Final[Mapping[str, Mapping[Language, str]]] = {
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


def about_in(language: str, complaint: ComplaintFiled) -> str:
    """Return what a complaint is about in a reader's language, else in the words of its record."""
    return (in_each(complaint) or {}).get(language, complaint.about)


def in_each(complaint: ComplaintFiled) -> Mapping[str, str] | None:
    """Return what a complaint is about by language; None: only `about` is known.

    A record without `words` is of before: where it says what comes with OnRecord, that is known.
    """
    if complaint.words is not None:
        words: dict[str, str] = msgspec.to_builtins(complaint.words)
        return words
    known = {str(each): text for each, text in CATEGORIES.get(complaint.category, {}).items()}
    return known if complaint.about in known.values() else None
