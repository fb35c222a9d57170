"""What entries of the streams do to who succeeds whom when an older database came back."""

from typing import Final

from onrecord.core.store.restoring import Doing, Effects, Facts, person_of
from onrecord.features.relationships.coverage_store import forget_successor, succeed
from onrecord_archive.events.ids import PersonId


def _succeeded(doing: Doing, facts: Facts) -> None:
    if "successor" in facts:
        succeed(doing.tx, person_of(facts), PersonId(str(facts["successor"])))


def _activated(doing: Doing, facts: Facts) -> None:
    forget_successor(doing.tx, person_of(facts))


EFFECTS: Final[Effects] = {
    "person.deactivated": _succeeded,
    "successor.named": _succeeded,
    "person.activated": _activated,
}
