"""What somebody notes for themself: only about what they may see, and only in their own stream."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.errors import BadInput, Conflict, NotFound
from onrecord.core.domain.personal import owner_of, personal_stream
from onrecord.core.journal.case import Case, Rule, join, known_person
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import (
    ConversationMarked,
    MessageStarred,
    PersonalBody,
    QuietHoursSet,
)


def _note(body: PersonalBody, case: Case) -> PersonalBody:
    """Return the payload that goes on the record. Raises Refusal."""
    head, actor = case.head, case.command.actor
    if actor.kind == "system":
        return _for_them(body, case)
    if head.ref != personal_stream(actor.id):
        raise BadInput("bad_frame", "This belongs in the stream of whoever notes it.")
    if isinstance(body, QuietHoursSet):
        _check_quiet(body)
    elif not case.references.sees(actor.id, body.conversation, None):
        raise NotFound("no_such_conversation", "There is no such conversation.")
    elif isinstance(body, MessageStarred):
        _check_star(body, case)
    else:
        _check_mark(body, case)
    if actor.id not in head.members:
        join(head, actor, 1)
    return body


def _for_them(body: PersonalBody, case: Case) -> PersonalBody:
    """What the service notes for somebody: they may see what it is about once it is published."""
    owner = known_person(case, owner_of(case.head.ref.id))
    if owner.id not in case.head.members:
        join(case.head, owner, 1)
    return body


def _check_quiet(body: QuietHoursSet) -> None:
    facts = (body.zone, body.starts, body.ends)
    if facts == (None, None, None):
        if body.weekends:
            raise BadInput("bad_frame", "Quiet weekends need a `zone`, `starts` and `ends`.")
    elif None in facts:
        raise BadInput("bad_frame", "Quiet hours have a `zone`, `starts` and `ends`, or none.")
    elif body.starts == body.ends:
        raise BadInput("bad_time", "Quiet hours end at another time than they start.")


def _check_star(body: MessageStarred, case: Case) -> None:
    target = case.references.target(body.target)
    if (
        target is None
        or target.stream != body.conversation
        or not case.references.sees(case.command.actor.id, target.stream, target.conv_seq)
    ):
        raise NotFound("no_such_message", "There is no such message in this conversation.")
    if target.removed and body.on:
        raise Conflict("message_removed", "This message was removed from view.")


def _check_mark(body: ConversationMarked, case: Case) -> None:
    if body.until is not None:
        if body.mark != "muted" or not body.on:
            raise BadInput("bad_frame", "Only muting has an `until`.")
        if asked_time(body.until, "until") <= case.now:
            raise BadInput("bad_time", "`until` must be in the future.")
    if body.level is not None and (body.mark != "muted" or not body.on):
        raise BadInput("bad_frame", "Only muting has a `level`.")
    if (body.up_to is not None) != (body.mark == "archived" and body.on):
        raise BadInput("bad_frame", "Archiving, and nothing else, has a `up_to`.")


_NOTE: Final = Rule(_note, "chat.notes")
RULES: Final[Mapping[type[Payload], Rule]] = {
    ConversationMarked: _NOTE,
    MessageStarred: _NOTE,
    QuietHoursSet: _NOTE,
}
