"""May this message be sent on, what of it goes here, and what the record says of where it was."""

from collections.abc import Collection

from onrecord.core.domain.errors import Conflict, NotAllowed, NotFound
from onrecord.core.domain.referred import Source
from onrecord.core.domain.values import Actor, Command
from onrecord.core.journal.case import Case
from onrecord.core.journal.crossing import check_crossing
from onrecord.features.chat.writing import check_may_write
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import Forward, MessageSent
from onrecord_archive.format.record import format_time


def source_of(command: Command, found: Source | None) -> Source:
    """Return the message that a command sends on.

    Raises NotFound (`no_such_message`), Conflict (`message_removed`), NotAllowed (`not_a_member`).
    """
    if found is None:
        raise NotFound("no_such_message", "There is no such message, or not for you.")
    if found.removed:
        detail = "This message was removed from view, so it cannot be forwarded."
        raise Conflict("message_removed", detail)
    if not found.member:
        detail = "You are no longer in the conversation that this message is in."
        raise NotAllowed("not_a_member", detail)
    if found.text is None:
        raise NotFound("no_such_message", "This message's text is not for you.")
    return found


def decide_forward(forward: Forward, case: Case) -> MessageSent:
    """Return the message as it stands now, with its files. Raises Refusal."""
    head, command = case.head, case.command
    check_may_write(head, command.actor, case.is_active)
    asked = forward.source
    found = None if asked is None else case.references.source(command.actor.id, asked)
    source = source_of(command, found)
    check_crossing(case, source=source.outside)
    origin = source.origin
    return MessageSent(
        source.text or "",
        files=tuple(held.file for held in source.files),
        forward=Forward(
            format_time(origin.at),
            origin.actor.id if may_know(head.members.values(), origin.actor.id) else None,
        ),
    )


def may_know(members: Collection[Actor], author: PersonId) -> bool:
    """Whether all these people may learn who wrote something.

    The firm's people know each other and its clients; a client knows whom they meet.
    """
    firm_only = all(member.kind != "client" for member in members)
    return firm_only or any(member.id == author for member in members)
