"""What clients wrote and nobody answered, and the last automatic reply: the projections."""

from collections.abc import Mapping, Sequence
from typing import Final

from onrecord.core.journal.planned import planned_at
from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.waiting import answers_store as answers
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import parse_time

REPLIED = sql(
    """INSERT INTO automatic_reply (stream_key, at, until) VALUES (?, ?, ?)
    ON CONFLICT (stream_key) DO UPDATE SET at = excluded.at, until = excluded.until"""
)


def said(tx: Tx, messages: Sequence[Placed]) -> None:
    """Note what waits and what does not after messages, in their order.

    A text to many answers nobody, nor does one that was planned here (answers_store.py).
    """
    answered: set[int] = set()
    since: dict[int, int] = {}
    for placed in messages:
        stream, event = placed.stream, placed.event
        if planned_at(placed.row.kept):
            continue
        if event.actor.kind == "employee":
            if isinstance(event.payload, MessageSent) and event.payload.broadcast is not None:
                continue
            answered.add(stream)
            since.pop(stream, None)
        elif event.actor.kind == "client":
            since.setdefault(stream, event.conv_seq)
    answers.note(tx, list(answered), list(since.items()))


def planned(message: MessageSent, tx: Tx, placed: Placed) -> None:
    """Note what was there when a message was planned, if it was."""
    at = planned_at(placed.row.kept)
    if at is not None:
        answers.plan(tx, placed.index, (placed.stream, placed.event.conv_seq), at)


def changed(said: MessageEdited | MessageRemoved, tx: Tx, placed: Placed) -> None:
    """Note what waits after a message was changed or removed."""
    answers.find(tx, placed.stream)


def reacted(said: ReactionChanged, tx: Tx, placed: Placed) -> None:
    """Note what waits after somebody reacted to a message; a client's reaction answers nothing."""
    if placed.event.actor.kind != "client":
        answers.find(tx, placed.stream)


def replied(reply: OutOfOfficeReplied, tx: Tx, placed: Placed) -> None:
    """Note the automatic reply."""
    until = None if reply.until is None else micros(parse_time(reply.until))
    tx.run(REPLIED, (placed.stream, micros(placed.event.at), until))


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {OutOfOfficeReplied: replied}
FOLLOWS: Final[Mapping[type[Payload], Projector]] = {
    MessageSent: planned,
    MessageEdited: changed,
    MessageRemoved: changed,
    ReactionChanged: reacted,
}
