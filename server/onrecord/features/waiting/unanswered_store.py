"""What clients wrote and nobody answered, and the last automatic reply: the projections."""

from collections.abc import Sequence

from onrecord.core.domain.values import Event
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.waiting import answers_store as answers
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.messages import MessageSent, ReactionChanged
from onrecord_archive.format.record import parse_time

REPLIED = sql(
    """INSERT INTO automatic_reply (stream_key, at, until) VALUES (?, ?, ?)
    ON CONFLICT (stream_key) DO UPDATE SET at = excluded.at, until = excluded.until"""
)


def said(tx: Tx, messages: Sequence[tuple[int, Event]]) -> None:
    """Note what waits and what does not after messages, in their order, by stream_key.

    A text to many answers nobody. None of them was planned.
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
    answers.note(tx, list(answered), list(since.items()))


def changed(tx: Tx, stream: int, event: Event) -> None:
    """Note what waits after a message was changed or removed, or somebody reacted to one."""
    reaction = isinstance(event.payload, ReactionChanged)
    if not (reaction and event.actor.kind == "client"):
        answers.find(tx, stream)


def replied(tx: Tx, stream: int, event: Event, reply: OutOfOfficeReplied) -> None:
    """Note the automatic reply."""
    until = None if reply.until is None else micros(parse_time(reply.until))
    tx.run(REPLIED, (stream, micros(event.at), until))
