"""What lies within a case: whatever else is looked at by its name takes a reason of its own.

A case has no list of conversations. Its own record says what it is about:

(1) an earlier look of the case named the conversation     it was inside, or had its own reason
(2) a search of the case found something in it             by people or a word of three letters
(3) neither                                                the look itself says why

It makes who looks say why; who wants in finds a word that is said everywhere. The words stand on
the record, where who reviews the case sees them.

Only what those searches showed counts, up to where they looked: asking tells nothing new.
"""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.values import Facts
from onrecord.features.compliance.access import EXPORTED, RANGE_OPENED, SEARCHED, stream_of
from onrecord.features.compliance.asked import Asked, asked_in
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import StoredRecord

NAMING: Final = frozenset({SEARCHED, RANGE_OPENED, EXPORTED})
"""Looks that may name a conversation."""
MOST_SEARCHES = 100
"""Different searches that are executed again, the newest; what only older ones found is outside."""
READ_AT_ONCE = 500


class Scope(Struct, frozen=True):
    """Why a look that names a conversation may be; `number`: the case's record that says so."""

    by: Literal["earlier", "search", "reason"]
    number: int | None = None

    def facts(self) -> Facts:
        """Return it as the look's record has it."""
        here: Facts = {"scope": self.by}
        return here if self.number is None else here | {"scope_number": self.number}


OWN_REASON: Final = Scope("reason")


def scope_of(store: ComplianceStore, case: str, address: str) -> Scope | None:
    """Return why a conversation, or one broadcast, lies within a case; None: it does not. Blocks.

    Raises Unavailable.
    """
    searches: dict[Asked, tuple[int, int]] = {}
    for record in _newest_first(store, case):
        facts = shown_of(record).get("payload", {})
        if record.type in NAMING and facts.get("conversation") == address:
            return Scope("earlier", record.conv_seq)
        if record.type == SEARCHED and facts:
            searches.setdefault(asked_in(facts), (record.conv_seq, int(facts["upto"])))
    for asked, (number, upto) in list(searches.items())[:MOST_SEARCHES]:
        if asked.is_narrow and any(store.finds(b, address, upto) for b in asked.bounds()):
            return Scope("search", number)
    return None


def reason_needed() -> Conflict:
    """Return the answer to a look outside the case that does not say why."""
    detail = "No search of this case found this conversation. Say why you need it."
    return Conflict("reason_needed", f"{detail} On the command line: --reason.")


def _newest_first(store: ComplianceStore, case: str) -> Iterator[StoredRecord]:
    before: int | None = None
    while page := store.latest(stream_of(case), before, READ_AT_ONCE):
        yield from page
        before = page[-1].conv_seq
