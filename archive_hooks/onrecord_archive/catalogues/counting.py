"""How a language counts: which form of a sentence a whole number takes, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from onrecord_archive.events.language import Language

FORMS: Final[Mapping[Language, frozenset[str]]] = {
    "en": frozenset({"one", "other"}),
    "pl": frozenset({"one", "few", "many", "other"}),
}
"""The forms of each language (Unicode CLDR); `other` is that of fractions in Polish."""


def form_of(count: int, language: Language) -> str:
    """Return the form that a whole number, not negative, takes."""
    if count == 1:
        return "one"
    if language == "en":
        return "other"
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return "few" if few else "many"


def written(count: int, language: Language) -> str:
    """Return a whole number with its groups of thousands; four digits are no group in Polish."""
    if language == "en":
        return f"{count:,}"
    return str(count) if count < 10_000 else f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")
