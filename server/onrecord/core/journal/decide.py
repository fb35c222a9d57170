"""May this be said here, and what exactly is said: a command under its conversation's lock.

Each verb is one function from (head, command, what it refers to) to the payload that goes on the
record; it changes the head's members where the verb does, and raises Refusal.
"""

from functools import singledispatch

from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refusal
from onrecord.core.domain.groups import joins_by_link
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import DELIVERED, Command, SystemEntry
from onrecord.core.journal.case import Case, Rules, check_answers, known_person, stranger
from onrecord.core.journal.complaints import decide_complaint
from onrecord.core.journal.crossing import check_crossing
from onrecord.core.journal.forwards import decide_forward
from onrecord.core.journal.groups import GroupBody, check_title, decide_group
from onrecord.core.journal.heads import StreamHead, Target
from onrecord.core.journal.mentions import check_mentions
from onrecord.core.journal.personal import decide_personal
from onrecord.core.journal.relation import relation_begun
from onrecord.core.journal.relationships import decide_relationship
from onrecord.core.journal.stubs import closed_conversation
from onrecord.core.journal.writing import check_may_write
from onrecord_archive.events.clients import (
    AboutClient,
    AssuranceChanged,
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    NoticeAccepted,
    OutOfOfficeReplied,
    RelationshipChange,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    MemberRemoved,
    PositionChange,
    Positions,
)
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import (
    FileStored,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import PersonalBody

_SAID_BY_ITSELF = (
    RelationshipChange
    | ConversationUncovered
    | MemberRemoved
    | AssuranceChanged
    | NoticeAccepted
    | OutOfOfficeReplied
)


def decide(case: Case) -> Payload | SystemEntry:
    """Return the payload that goes on the record. Raises Refusal."""
    body = case.command.body
    if isinstance(body, SystemEntry | Positions):
        _check_open(case)
        return _decide(body, case)
    if not case.rules.may_record(case.command.actor.role, type(body)):
        raise NotAllowed("not_allowed", "Your role does not allow this.")
    if not isinstance(body, ConversationCreated | PersonalBody):
        _check_may_come(case)
    _check_open(case)
    return decide_personal(body, case) if isinstance(body, PersonalBody) else _decide(body, case)


def nothing_there(command: Command, rules: Rules) -> Refusal:
    """Return why a command that begins no conversation finds none: no answer tells that."""
    if _comes_by_itself(command):
        return NotFound("no_such_conversation", "There is no such conversation.")
    return stranger(restoring=rules.restoring)


def _check_may_come(case: Case) -> None:
    """Refuse who is no member, with the same words whether there is such a conversation."""
    command, head = case.command, case.head
    if head.conv_seq == 0:
        raise nothing_there(command, case.rules)
    if command.actor.id not in head.members and not _comes_by_itself(command):
        raise stranger(restoring=case.rules.restoring)


def _comes_by_itself(command: Command) -> bool:
    by_system = command.actor.kind == "system" and isinstance(command.body, _SAID_BY_ITSELF)
    return by_system or joins_by_link(command)


def _check_open(case: Case) -> None:
    if case.head.closed:
        raise closed_conversation()


@singledispatch
def _decide(body: object, case: Case) -> Payload | SystemEntry:
    raise BadInput("bad_frame", f"{type(body).__name__} cannot be said in a conversation.")


@_decide.register
def _(body: SystemEntry, case: Case) -> SystemEntry:
    if case.head.ref.kind in DELIVERED:
        raise BadInput("bad_frame", "This belongs in a system stream.")
    return body


@_decide.register
def _(body: ConversationCreated, case: Case) -> ConversationCreated:
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
    head.relation = relation_begun(head.ref.kind, members.values(), head.conv_seq + 1)
    head.members_changed = True
    return ConversationCreated(tuple(members), body.title)


@_decide.register
def _(body: MessageSent, case: Case) -> MessageSent:
    if body.forward is not None:
        return decide_forward(body.forward, case)
    if not body.files:
        _check_text(body.text)
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


@_decide.register
def _(body: FileStored, case: Case) -> FileStored:
    check_may_write(case.head, case.command.actor, case.is_active)
    return body


@_decide.register
def _(body: MessageEdited, case: Case) -> MessageEdited:
    _check_text(body.text)
    target = _own(case, body.target)
    if target.forwarded:
        detail = "These are not your own words: a forwarded message cannot be edited."
        raise NotAllowed("forwarded_message", detail)
    if case.now - target.at > case.rules.edit_window:
        raise NotAllowed("edit_window_over", "This message is too old to be edited.")
    check_mentions(body.text, body.mentions, case)
    return body


@_decide.register
def _(body: MessageRemoved, case: Case) -> MessageRemoved:
    _own(case, body.target)
    return body


@_decide.register
def _(body: ReactionChanged, case: Case) -> ReactionChanged:
    _target(case, body.target)
    return body


@_decide.register(GroupBody)
def _(body: GroupBody, case: Case) -> Payload:
    return decide_group(body, case)


@_decide.register(ComplaintFiled | ComplaintClosed)
def _(body: ComplaintFiled | ComplaintClosed, case: Case) -> Payload:
    return decide_complaint(body, case)


@_decide.register
def _(body: DeviceAdded, case: Case) -> DeviceAdded:
    """The actor's own; that they are a member is all that it takes."""
    return body


@_decide.register(ConversationHandedOver | DelegateAdded | DelegateStarted | DelegateEnded)
def _(body: RelationshipChange, case: Case) -> Payload:
    return decide_relationship(body, case)


@_decide.register
def _(body: ConversationUncovered, case: Case) -> ConversationUncovered:
    """It is so as long as who answered is still there, without an account."""
    if body.former not in case.head.members or case.is_active(body.former):
        raise Conflict("answered", "Somebody answers here meanwhile.")
    return body


@_decide.register(NoticeAccepted | AboutClient)
def _(body: NoticeAccepted | AboutClient, case: Case) -> Payload:
    """What is said of somebody is said where they are; without a person, of the actor."""
    if (body.person or case.command.actor.id) not in case.head.members:
        raise NotAllowed("not_a_member", "This person is not in the conversation.")
    return body


@_decide.register
def _(body: OutOfOfficeReplied, case: Case) -> OutOfOfficeReplied:
    _check_text(body.text)
    if case.references.waiting(case.head.ref.id) is None:
        raise Conflict("answered", "Somebody has answered meanwhile.")
    return body


@_decide.register
def _(body: Positions, case: Case) -> Positions:
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
    if found is None or not (found.readable or found.stored_in == case.head.ref.id):
        raise NotFound("no_such_file", "There is no such file, or not for this conversation.")
    return found.held.file


def _check_text(text: str) -> None:
    if is_blank(text):
        raise BadInput("text_empty", "Nothing of this text can be seen. Write something.")


def _clamp(position: int | None, head: StreamHead) -> int | None:
    return None if position is None else min(position, head.msg_no)


def _target(case: Case, event: EventId) -> Target:
    target = case.references.target(event)
    head, actor = case.head, case.command.actor
    if (
        target is None
        or target.stream != head.ref.id
        or target.conv_seq < head.reads_from[actor.id]
    ):
        raise NotFound("no_such_message", "There is no such message in this conversation.")
    if target.removed:
        raise Conflict("message_removed", "This message was removed from view.")
    return target


def _own(case: Case, event: EventId) -> Target:
    target = _target(case, event)
    if target.author != case.command.actor.id:
        raise NotAllowed("not_yours", "Only the author can change a message.")
    return target
