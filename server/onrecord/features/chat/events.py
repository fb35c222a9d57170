"""May this be said, changed, reacted to or counted as read, and what exactly is said."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed
from onrecord.core.domain.files import sendable
from onrecord.core.domain.groups import check_title
from onrecord.core.domain.referred import Target
from onrecord.core.domain.texts import check_text
from onrecord.core.journal.case import Case, Rule, check_answers, known_person, seen_message
from onrecord.core.journal.crossing import check_crossing
from onrecord.core.journal.heads import StreamHead
from onrecord.features.chat.forwards import decide_forward
from onrecord.features.chat.mentions import check_mentions
from onrecord.features.chat.writing import check_may_write
from onrecord_archive.events.conversations import ConversationCreated, PositionChange, Positions
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload

MOST_EMOJI = 20
"""Different emoji on one message: each is a part of every timeline that shows it."""
MOST_OWN_EMOJI = 5
"""Emoji of one person on one message."""


def _begin(body: ConversationCreated, case: Case) -> ConversationCreated:
    head, actor = case.head, case.command.actor
    if head.conv_seq:
        raise Conflict("exists", "This conversation exists already.")
    people = dict.fromkeys((actor.id, *body.members))
    if len(people) > case.rules.group_size:
        raise BadInput("too_many_members", f"A group has at most {case.rules.group_size} members.")
    if body.title is not None:
        check_title(body.title)
    members = {person: known_person(case, person) for person in people}
    for client in (one for one in members.values() if one.kind == "client"):
        check_answers(case, client.id)
    head.members = members
    head.reads_from = dict.fromkeys(members, 1)
    head.members_changed = True
    return ConversationCreated(tuple(members), body.title)


def _say(body: MessageSent, case: Case) -> MessageSent:
    if body.forward is not None:
        return decide_forward(body.forward, case)
    if not body.files:
        check_text(body.text)
    check_may_write(case.head, case.command.actor, case.is_active)
    files = tuple(_file(case, asked) for asked in body.files)
    check_mentions(body.text, body.mentions, case)
    quote = None
    if body.reply_to is not None:
        target = _target(case, body.reply_to.event_id)
        quote = Quote(target.event_id, target.conv_seq, target.author, target.text)
    if files:
        check_crossing(case)
    return MessageSent(body.text, quote, files, body.broadcast, mentions=body.mentions)


def _edit(body: MessageEdited, case: Case) -> MessageEdited:
    check_text(body.text)
    target = _own(case, body.target)
    if target.forwarded:
        detail = "These are not your own words: a forwarded message cannot be edited."
        raise NotAllowed("forwarded_message", detail)
    if case.now - target.at > case.rules.edit_window:
        raise NotAllowed("edit_window_over", "This message is too old to be edited.")
    check_mentions(body.text, body.mentions, case)
    return body


def _remove(body: MessageRemoved, case: Case) -> MessageRemoved:
    _own(case, body.target)
    return body


def _react(body: ReactionChanged, case: Case) -> ReactionChanged:
    target, asker = _target(case, body.target), case.command.actor.id
    if not body.on:
        return body
    there = case.references.reactions(target.event_id)
    if (asker, body.emoji) in there:
        return body
    own = sum(1 for each in there if each.person == asker)
    if own >= MOST_OWN_EMOJI:
        detail = f"You have {MOST_OWN_EMOJI} emoji on this message. Take one away first."
        raise Conflict("too_many_own_emoji", detail)
    emoji = {each.emoji for each in there}
    if body.emoji not in emoji and len(emoji) >= MOST_EMOJI:
        detail = f"This message has {MOST_EMOJI} different emoji. Choose one that is there."
        raise Conflict("too_many_emoji", detail)
    return body


def _state(body: Positions, case: Case) -> Positions:
    head = case.head
    changes = tuple(
        PositionChange(
            change.person,
            _clamp(change.read, head),
            _clamp(change.delivered, head),
            tuple(number for number in change.played if number <= head.msg_no),
        )
        for change in body.changes
        if change.person in head.members
    )
    if not changes:
        raise NotAllowed("not_a_member", "Nobody of these is in the conversation.")
    return Positions(changes)


def _file(case: Case, asked: File) -> File:
    """Return a file that the actor stored here, or that a message shows to them now."""
    found = case.references.file(case.command.actor.id, asked.blob_id)
    return sendable(found, case.head.ref.id)


def _clamp(position: int | None, head: StreamHead) -> int | None:
    return None if position is None else min(position, head.msg_no)


def _target(case: Case, event: EventId) -> Target:
    target = seen_message(case, event)
    if target.removed:
        raise Conflict("message_removed", "This message was removed from view.")
    return target


def _own(case: Case, event: EventId) -> Target:
    target = _target(case, event)
    if target.author != case.command.actor.id:
        raise NotAllowed("not_yours", "Only the author can change a message.")
    return target


RULES: Final[Mapping[type[Payload], Rule]] = {
    ConversationCreated: Rule(_begin, "chat.start"),
    MessageSent: Rule(_say, "chat.say"),
    MessageEdited: Rule(_edit, "chat.amend"),
    MessageRemoved: Rule(_remove, "chat.amend"),
    ReactionChanged: Rule(_react, "chat.say"),
    Positions: Rule(_state, by_service=True),
}
