"""What a complaint can be about where the firm has no list of its own, and the clock's default.

Thirty days is what a financial institution in Poland has for its answer (article 6 of the act of
5 August 2015 on handling complaints); server/decisions/complaints.md names other clocks.
"""

from collections.abc import Mapping
from typing import Final

from onrecord.domain.complaints import OTHER, Language

ANSWER_DAYS: Final = 30

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
    OTHER: {"en": "Something else", "pl": "Inna sprawa"},
}


def offered(
    own: Mapping[str, Mapping[Language, str]],
) -> dict[str, Mapping[Language, str]]:
    """Return what a complaint can be about: the firm's own list, `other` always among it."""
    if not own:
        return dict(CATEGORIES)
    return {**own, OTHER: own.get(OTHER, CATEGORIES[OTHER])}
