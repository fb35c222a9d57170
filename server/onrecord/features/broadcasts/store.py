"""Broadcasts: which messages are parts of one."""

from collections.abc import Mapping, Sequence
from typing import Final

from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import event_bytes, event_id
from onrecord.database.statements import Tx, sql
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload

INSERT = sql("INSERT INTO broadcast_message (archive_index, broadcast) VALUES (?, ?)")
NAMED_BY = sql("SELECT archive_index, broadcast FROM broadcast_message WHERE archive_index {ints}")


def name(said: MessageSent, tx: Tx, placed: Placed) -> None:
    """Note that a message is a part of a broadcast."""
    if said.broadcast is not None:
        tx.run(INSERT, (placed.index, event_bytes(said.broadcast)))


def named_by(tx: Tx, indexes: Sequence[int]) -> dict[int, EventId]:
    """Return which broadcasts messages are parts of, by archive_index."""
    rows = tx.all(NAMED_BY, (tx.list_of(indexes),)) if indexes else []
    return {index: event_id(broadcast) for index, broadcast in rows}


FOLLOWS: Final[Mapping[type[Payload], Projector]] = {MessageSent: name}
