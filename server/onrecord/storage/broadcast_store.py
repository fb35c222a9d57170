"""Every statement that reads broadcasts as they were recorded."""

from datetime import datetime

import msgspec

from onrecord.domain.values import SystemEntry
from onrecord.journal.rebuild import event_of
from onrecord.messaging.broadcasts import SENT, STREAM, Broadcast
from onrecord.storage.columns import micros
from onrecord.storage.database import Database
from onrecord.storage.snapshot import published
from onrecord.storage.statements import sql

SINCE = sql(
    """SELECT b.shown FROM journal j JOIN stream s ON s.key = j.stream_key AND s.id = ?
    JOIN archived a ON a.key = j.key JOIN journal_body b ON b.key = j.key
    WHERE j.type = ? AND j.at >= ? ORDER BY j.conv_seq"""
)


class BroadcastStore:
    """Fulfils messaging.broadcasts.BroadcastStore on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, at: datetime) -> list[Broadcast]:
        """Return the broadcasts since a time, the oldest first."""
        with published(self._database) as (tx, _):
            rows = tx.all(SINCE, (STREAM.id, SENT, micros(at)))
        events = [event_of(bytes(shown)) for (shown,) in rows]
        return [
            msgspec.convert(
                {"event": each.event_id, "actor": each.actor, **each.payload.facts}, Broadcast
            )
            for each in events
            if isinstance(each.payload, SystemEntry)
        ]
