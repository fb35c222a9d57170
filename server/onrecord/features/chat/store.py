"""What is read of messages and what becomes of them, and of how far they were read."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.store import membership
from onrecord.core.store.projections import Placed, Projector, row_alone
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import mentions_store as mentions
from onrecord_archive.events.conversations import ConversationCreated, Positions
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload

EDIT = sql(
    "UPDATE timeline SET text = ?, text_seq = ?, edited_at = ?, edits = edits + 1"
    " WHERE archive_index = ? AND removed_at IS NULL"
)
REMOVE = sql(
    "UPDATE timeline SET text = NULL, removed_at = ? WHERE archive_index = ? AND removed_at IS NULL"
)
FORGET_QUOTES = sql("UPDATE timeline SET quote = NULL WHERE target = ?")
ADD_REACTION = sql(
    "INSERT INTO reaction (target, person, emoji, conv_seq) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
DROP_REACTION = sql("DELETE FROM reaction WHERE target = ? AND person = ? AND emoji = ?")


def _say(said: MessageSent, tx: Tx, placed: Placed) -> None:
    """A message that is more than a text: a forwarded one, one that calls people."""
    if said.forward is not None:
        forwards.note(tx, placed.index, said.forward, placed.row.kept)
    if said.mentions:
        mentions.note(tx, placed.index, said.mentions)


def _edit(said: MessageEdited, tx: Tx, placed: Placed) -> None:
    target, event = placed.target, placed.event
    if target is not None and not placed.removed:
        tx.run(EDIT, (said.text, event.conv_seq, micros(event.at), target))
        mentions.note(tx, target, said.mentions)


def _remove(said: MessageRemoved, tx: Tx, placed: Placed) -> None:
    target = placed.target
    if target is not None:
        tx.run(REMOVE, (micros(placed.event.at), target))
        tx.run(FORGET_QUOTES, (target,))
        mentions.forget(tx, target)


def _react(said: ReactionChanged, tx: Tx, placed: Placed) -> None:
    who = placed.event.actor.id
    if said.on:
        tx.run(ADD_REACTION, (placed.target, who, said.emoji, placed.event.conv_seq))
    else:
        tx.run(DROP_REACTION, (placed.target, who, said.emoji))


def _state(said: Positions, tx: Tx, placed: Placed) -> None:
    membership.state(tx, placed.stream, placed.event, said)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ConversationCreated: row_alone,
    MessageSent: _say,
    MessageEdited: _edit,
    MessageRemoved: _remove,
    ReactionChanged: _react,
    Positions: _state,
}
