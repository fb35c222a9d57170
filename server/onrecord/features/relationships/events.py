"""May this conversation with a client pass to somebody, may somebody stand in, and what follows.

What waits for an answer always goes along, whatever history was decided: no message of a client
stays where nobody looks any more.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Final

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from onrecord.core.domain.values import Actor
from onrecord.core.journal.case import (
    ADVISORS,
    NOBODY,
    Case,
    Rule,
    first_of,
    join,
    known_person,
    leave,
    shared_from,
    who_answer,
)
from onrecord.features.relationships.relation import RELATION, Delegation, Relation
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    History,
)
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time


def _hand_over(body: ConversationHandedOver, case: Case) -> ConversationHandedOver:
    head = case.head
    former = _former(body, case)
    successor = _advisor(case, body.successor)
    if successor.id == former:
        raise Conflict("already_a_member", "This person answers for the conversation already.")
    from_seq, waiting = _reads(case, former, body.history, body.since)
    if successor.id in head.members:
        from_seq = min(from_seq, head.reads_from[successor.id])
    leave(head, former)
    join(head, successor, from_seq)
    return ConversationHandedOver(
        former, successor.id, from_seq, body.history, body.since, waiting=waiting
    )


def _delegate(body: DelegateAdded, case: Case) -> DelegateAdded:
    head, relation = case.head, _own_relation(case)
    delegate = _advisor(case, body.person)
    if delegate.id in head.members or relation.delegation_of(delegate.id) is not None:
        raise Conflict("already_a_member", "This person answers for the client already.")
    starts, ends = case.now, asked_time(body.ends, "starts", "ends")
    if body.starts:
        starts = max(starts, asked_time(body.starts, "starts", "ends"))
    if ends <= starts:
        detail = "The time must end after it begins, and not in the past."
        raise BadInput("bad_period", detail)
    from_seq, waiting = _reads(case, relation.owner, body.history, body.since)
    planned = starts > case.now
    if not planned:
        join(head, delegate, from_seq)
    return DelegateAdded(
        person=delegate.id,
        name=delegate.name,
        starts=format_time(starts),
        ends=format_time(ends),
        history=body.history,
        since=body.since,
        from_seq=None if planned else from_seq,
        waiting=None if planned else waiting,
    )


def _start(body: DelegateStarted, case: Case) -> DelegateStarted:
    relation = _own_relation(case)
    delegation = _delegation(relation, body.person)
    if delegation.event != body.delegation or delegation.started:
        raise _no_delegation()
    delegate = _advisor(case, body.person)
    from_seq, waiting = _reads(case, relation.owner, delegation.history, delegation.since)
    join(case.head, delegate, from_seq)
    return DelegateStarted(delegation.event, delegate.id, from_seq, waiting)


def _end(body: DelegateEnded, case: Case) -> DelegateEnded:
    delegation = _delegation(_own_relation(case), body.person)
    if body.delegation not in ("", delegation.event):
        raise _no_delegation()
    if delegation.started:
        leave(case.head, delegation.person)
    return DelegateEnded(delegation.event, delegation.person)


def _uncover(body: ConversationUncovered, case: Case) -> ConversationUncovered:
    """It is so as long as who answered is still there, without an account."""
    if body.former not in case.head.members or case.is_active(body.former):
        raise Conflict("answered", "Somebody answers here meanwhile.")
    return body


def _former(body: ConversationHandedOver, case: Case) -> PersonId:
    """Return who hands over: the owner of a relationship, a member of a group with a client.

    Where an administrator does not say who, it is the only one who answers in a group; NOBODY,
    where nobody does any more.
    """
    head, actor = case.head, case.command.actor
    if RELATION.of(head) is not None:
        owner = _own_relation(case).owner
        if body.former not in ("", owner):
            raise NotFound("not_a_member", "This person does not answer for the client any more.")
        return owner
    former = head.members.get(body.former or actor.id)
    if not any(member.kind == "client" for member in head.members.values()):
        raise _no_relationship()
    if actor.kind == "system" and not body.former:
        answer = list(islice(who_answer(case), 2))
        if not answer:
            return NOBODY
        former = head.members[answer[0]] if len(answer) == 1 else None
    if former is None or former.kind != "employee":
        raise NotFound("not_a_member", "This person is not in the conversation.")
    if actor.kind != "system" and actor.id != former.id:
        raise _not_theirs()
    return former.id


def _own_relation(case: Case) -> Relation:
    """Return the relationship, where the actor answers for it or acts for an administrator."""
    relation, actor = RELATION.of(case.head), case.command.actor
    if relation is None:
        raise _no_relationship()
    if actor.kind != "system" and actor.id != relation.owner:
        raise _not_theirs()
    return relation


def _delegation(relation: Relation, person: PersonId) -> Delegation:
    found = relation.delegation_of(person)
    if found is None:
        raise _no_delegation()
    return found


def _advisor(case: Case, person: PersonId) -> Actor:
    found = known_person(case, person)
    if found.kind != "employee" or found.role not in ADVISORS:
        detail = "Only an employee or advisor of the firm can answer for a client."
        raise NotAllowed("not_an_advisor", detail)
    return found


def _reads(
    case: Case, giver: PersonId, history: History, since: str | None
) -> tuple[int, int | None]:
    """Return from where somebody reads who comes in, and what waits for an answer."""
    head = case.head
    from_seq = head.conv_seq + 1
    if history == "all":
        from_seq = first_of(head, giver)
    elif history == "since":
        if since is None:
            raise BadInput("bad_frame", "A history from a date needs `since`.")
        from_seq = min(from_seq, shared_from(case, since, giver))
    waiting = case.references.waiting(head.ref.id)
    return (from_seq if waiting is None else min(from_seq, waiting)), waiting


def _no_relationship() -> NotAllowed:
    return NotAllowed("no_relationship", "This is no conversation with a client.")


def _not_theirs() -> NotAllowed:
    return NotAllowed("not_allowed", "Only whoever answers for this client can do that.")


def _no_delegation() -> NotFound:
    return NotFound("no_such_delegation", "Nobody stands in here like that, or not any more.")


RULES: Final[Mapping[type[Payload], Rule]] = {
    ConversationHandedOver: Rule(_hand_over, "chat.relationship", by_service=True),
    DelegateAdded: Rule(_delegate, "chat.relationship", by_service=True),
    DelegateStarted: Rule(_start, "chat.relationship", by_service=True),
    DelegateEnded: Rule(_end, "chat.relationship", by_service=True),
    ConversationUncovered: Rule(_uncover, by_service=True),
}
