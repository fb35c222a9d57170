"""What a complaint can be about where the firm has no list of its own, and the clock's default.

Thirty days is what a financial institution in Poland has for its answer (article 6 of the act of
5 August 2015 on handling complaints); server/decisions/complaints.md names other clocks.
"""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.complaints import OTHER
from onrecord_archive.events.language import Language
from onrecord_archive.transcript.complaint_words import categories

ANSWER_DAYS: Final = 30


def offered(
    own: Mapping[str, Mapping[Language, str]],
) -> dict[str, Mapping[Language, str]]:
    """Return what a complaint can be about: the firm's own list, `other` always among it."""
    if not own:
        return dict(categories())
    return {**own, OTHER: own.get(OTHER, categories()[OTHER])}
