"""Every statement that reads broadcasts as they were recorded."""

from datetime import datetime

import msgspec

from onrecord.core.domain.values import SystemEntry
from onrecord.core.journal.shown import event_of
from onrecord.core.store.snapshot import published
from onrecord.database.columns import event_bytes, micros
from onrecord.database.database import Database
from onrecord.database.statements import query
from onrecord.features.broadcasts.recorded import STREAM, Broadcast
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId

_RECORDED = """SELECT b.shown FROM journal j JOIN stream s ON s.key = j.stream_key AND s.id = ?
    JOIN archived a ON a.key = j.key JOIN journal_body b ON b.key = j.key
    WHERE j.type = ?"""
SINCE = query(bytes, "{recorded} AND j.at >= ? ORDER BY j.conv_seq", recorded=_RECORDED)
ONE = query(bytes, "{recorded} AND j.event_id = ?", recorded=_RECORDED)


class BroadcastStore:
    """What was recorded. Every method blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, at: datetime) -> list[Broadcast]:
        """Return the broadcasts since a time, the oldest first."""
        with published(self._database) as (tx, _):
            rows = tx.all(SINCE, (STREAM.id, BroadcastSent.type, micros(at)))
        return [_broadcast(shown) for shown in rows]

    def one(self, event: EventId) -> Broadcast | None:
        """Return a broadcast; None where its text is not kept any more."""
        with published(self._database) as (tx, _):
            shown = tx.one(ONE, (STREAM.id, BroadcastSent.type, event_bytes(event)))
        return None if shown is None else _broadcast(shown)


def _broadcast(shown: bytes) -> Broadcast:
    event = event_of(shown)
    payload = event.payload
    if not isinstance(payload, SystemEntry):
        raise TypeError(f"{payload.type} is no broadcast")
    return msgspec.convert(
        {"event": event.event_id, "actor": event.actor, **payload.facts}, Broadcast
    )
