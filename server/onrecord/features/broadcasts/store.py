"""Broadcasts: which messages are parts of one."""

from collections.abc import Sequence

from onrecord.database.columns import event_bytes, event_id
from onrecord.database.statements import Tx, sql
from onrecord_archive.events.ids import EventId

INSERT = sql("INSERT INTO broadcast_message (archive_index, broadcast) VALUES (?, ?)")
NAMED_BY = sql("SELECT archive_index, broadcast FROM broadcast_message WHERE archive_index {ints}")


def name(tx: Tx, index: int, broadcast: EventId) -> None:
    """Note that a message is a part of a broadcast."""
    tx.run(INSERT, (index, event_bytes(broadcast)))


def named_by(tx: Tx, indexes: Sequence[int]) -> dict[int, EventId]:
    """Return which broadcasts messages are parts of, by archive_index."""
    rows = tx.all(NAMED_BY, (tx.list_of(indexes),)) if indexes else []
    return {index: event_id(broadcast) for index, broadcast in rows}
