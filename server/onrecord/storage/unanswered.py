"""What clients wrote and nobody answered, and the last automatic reply: the projections."""

from collections.abc import Sequence

from onrecord.domain.values import Event, MessageSent, OutOfOfficeReplied
from onrecord.storage.columns import micros
from onrecord.storage.statements import Tx, sql
from onrecord_archive.record import parse_time

ANSWERED = sql("DELETE FROM waiting WHERE stream_key {ints}")
WAITS = sql(
    "INSERT INTO waiting (stream_key, since_seq) VALUES (?, ?) ON CONFLICT (stream_key) DO NOTHING"
)
REACTED = sql(
    """DELETE FROM waiting WHERE stream_key = ? AND since_seq <= (
        SELECT t.conv_seq FROM timeline t JOIN person p ON p.id = t.actor AND p.kind = 'client'
        WHERE t.archive_index = ?)"""
)
REPLIED = sql(
    """INSERT INTO automatic_reply (stream_key, at, until) VALUES (?, ?, ?)
    ON CONFLICT (stream_key) DO UPDATE SET at = excluded.at, until = excluded.until"""
)


def said(tx: Tx, messages: Sequence[tuple[int, Event]]) -> None:
    """Note what waits and what does not after messages, in their order, by stream_key.

    A text to many answers nobody.
    """
    answered: set[int] = set()
    since: dict[int, int] = {}
    for stream, event in messages:
        if event.actor.kind == "employee":
            if isinstance(event.payload, MessageSent) and event.payload.broadcast is not None:
                continue
            answered.add(stream)
            since.pop(stream, None)
        elif event.actor.kind == "client":
            since.setdefault(stream, event.conv_seq)
    if answered:
        tx.run(ANSWERED, (tx.list_of(answered),))
    tx.many(WAITS, list(since.items()))


def reacted(tx: Tx, stream: int, event: Event, target: int) -> None:
    """Note that somebody of the firm reacted to a message (its archive_index)."""
    if event.actor.kind == "employee":
        tx.run(REACTED, (stream, target))


def replied(tx: Tx, stream: int, event: Event, reply: OutOfOfficeReplied) -> None:
    """Note the automatic reply."""
    until = None if reply.until is None else micros(parse_time(reply.until))
    tx.run(REPLIED, (stream, micros(event.at), until))
