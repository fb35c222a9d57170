"""Broadcasts: which messages are parts of one."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import event_bytes
from onrecord.database.statements import Tx, query, sql
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload


class _Part(NamedTuple):
    """A message that is a part of a broadcast."""

    archive_index: int
    broadcast: EventId


INSERT = sql("INSERT INTO broadcast_message (archive_index, broadcast) VALUES (?, ?)")
NAMED_BY = query(
    _Part,
    "SELECT archive_index, broadcast FROM broadcast_message WHERE archive_index {ints}",
)


def name(said: MessageSent, tx: Tx, placed: Placed) -> None:
    """Note that a message is a part of a broadcast."""
    if said.broadcast is not None:
        tx.run(INSERT, (placed.index, event_bytes(said.broadcast)))


def named_by(tx: Tx, indexes: Sequence[int]) -> dict[int, EventId]:
    """Return which broadcasts messages are parts of, by archive_index."""
    return dict(tx.all(NAMED_BY, (tx.list_of(indexes),))) if indexes else {}


FOLLOWS: Final[Mapping[type[Payload], Projector]] = {MessageSent: name}
