"""May somebody write here now, as the journal would decide: asked before it is recorded."""

from collections.abc import Sequence

from onrecord.core.domain.values import Actor
from onrecord.core.journal.case import stranger
from onrecord.core.journal.stubs import closed_conversation
from onrecord.core.store import stubs
from onrecord.core.store.heads import HeadCache, KeptSlot
from onrecord.database.statements import Tx, sql
from onrecord.features.chat import writing
from onrecord_archive.events.ids import StreamId

ACTIVE = sql("SELECT 1 FROM person WHERE id = ? AND active = 1")


def check_may_write(tx: Tx, slots: Sequence[KeptSlot], actor: Actor, stream: StreamId) -> None:
    """Raise NotAllowed: `not_a_member`, `client_left`, `admins_only`, `closed_for_recovery`."""
    head = HeadCache(slots).seen(tx, stream)
    if head is None or actor.id not in head.members:
        raise stranger(restoring=stubs.any_closed(tx))
    if head.closed:
        raise closed_conversation()
    writing.check_may_write(head, actor, lambda one: tx.one(ACTIVE, (one,)) is not None)
