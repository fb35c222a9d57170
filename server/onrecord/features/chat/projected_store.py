"""What is read of messages and what becomes of them, and of how far they were read."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.journal.planned import planned_at
from onrecord.core.store import membership
from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.broadcasts import store as broadcasts
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import mentions_store as mentions
from onrecord.features.groups import store as groups
from onrecord.features.relationships import store as relationships
from onrecord.features.search import index_store as search_index
from onrecord.features.uploads import store as files
from onrecord.features.waiting import answers_store as answers
from onrecord.features.waiting import unanswered_store as unanswered
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


def _begin(said: ConversationCreated, tx: Tx, placed: Placed) -> None:
    relationships.begin(tx, placed.stream, placed.event)
    groups.follow(said, tx, placed)


def _say(said: MessageSent, tx: Tx, placed: Placed) -> None:
    """A reply, a message with files, one of many, a forwarded one, one that was planned."""
    at = planned_at(placed.row.kept)
    if at is not None:
        answers.plan(tx, placed.index, (placed.stream, placed.event.conv_seq), at)
    files.show(tx, placed.index, said.files, placed.row.kept)
    if said.broadcast is not None:
        broadcasts.name(tx, placed.index, said.broadcast)
    if said.forward is not None:
        forwards.note(tx, placed.index, said.forward, placed.row.kept)
    if said.mentions:
        mentions.note(tx, placed.index, said.mentions)


def _edit(said: MessageEdited, tx: Tx, placed: Placed) -> None:
    target, event = placed.target, placed.event
    if target is not None and not placed.removed:
        tx.run(EDIT, (said.text, event.conv_seq, micros(event.at), target))
        search_index.replace(tx, target)
        mentions.note(tx, target, said.mentions)
    unanswered.changed(tx, placed.stream, event)


def _remove(said: MessageRemoved, tx: Tx, placed: Placed) -> None:
    target = placed.target
    if target is not None:
        tx.run(REMOVE, (micros(placed.event.at), target))
        tx.run(FORGET_QUOTES, (target,))
        search_index.forget(tx, target)
        files.hide(tx, target)
        mentions.forget(tx, target)
    unanswered.changed(tx, placed.stream, placed.event)


def _react(said: ReactionChanged, tx: Tx, placed: Placed) -> None:
    who = placed.event.actor.id
    if said.on:
        tx.run(ADD_REACTION, (placed.target, who, said.emoji, placed.event.conv_seq))
    else:
        tx.run(DROP_REACTION, (placed.target, who, said.emoji))
    unanswered.changed(tx, placed.stream, placed.event)


def _state(said: Positions, tx: Tx, placed: Placed) -> None:
    membership.state(tx, placed.stream, placed.event, said)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ConversationCreated: _begin,
    MessageSent: _say,
    MessageEdited: _edit,
    MessageRemoved: _remove,
    ReactionChanged: _react,
    Positions: _state,
}
