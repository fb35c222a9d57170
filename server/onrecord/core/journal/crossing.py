"""Files and forwards by the firm's people reach nobody outside unless the sender confirms it."""

from onrecord.core.domain.errors import CrossingNotConfirmed
from onrecord.core.journal.case import Case
from onrecord_archive.events.ids import PersonId


def check_crossing(case: Case, *, source: frozenset[PersonId] = frozenset()) -> None:
    """Raise CrossingNotConfirmed unless the command names every one from outside the firm.

    Those are in the conversation now, or (*source*) in the one that a message is sent on from. Who
    is from outside themself is not asked.
    """
    command = case.command
    here = case.references.outside(case.head.members)
    if command.actor.id in here:
        return
    met = here | source
    if not met.issubset(command.outside):
        raise CrossingNotConfirmed(sorted(met))
