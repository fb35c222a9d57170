"""A command to decide, with everything that it takes, and the steps that several verbs share."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from msgspec import Struct

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.complaints import OTHER, ComplaintRules
from onrecord.core.domain.errors import NotAllowed, NotFound
from onrecord.core.domain.referred import Target
from onrecord.core.domain.values import Actor, Command, Role
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.slots import Moves
from onrecord.core.ports import References
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload

ADVISORS: frozenset[Role] = frozenset({"employee", "advisor"})
"""Who may answer for a client."""
NOBODY = PersonId("")
"""Who hands over a group in which nobody of the firm is left."""


IsActive: TypeAlias = Callable[[PersonId], bool]
"""Whether somebody has an account."""
Permits: TypeAlias = Callable[[Role, str], bool]
"""Whether somebody of a role may do what an action of the table of roles is (core/roles)."""


def _nobody(command: Command) -> bool:
    return False


class Rule(Struct, frozen=True):
    """What one type of event takes, wherever it is said.

    `decide` returns, of what is asked for and its case, the payload that goes on the record, or
    raises Refusal. `action`: what it is in the table of roles; None: only the service says it.
    `by_service`: the service says it where it is no member. `lets_in`: whether a command lets its
    actor in, who is no member either.
    """

    decide: Callable[[Any, "Case"], Payload]
    action: str | None = None
    by_service: bool = False
    lets_in: Callable[[Command], bool] = _nobody


class Rules(Struct, frozen=True):
    """What can be said in conversations, and what a firm decides about them."""

    events: Mapping[type[Payload], Rule]
    permits: Permits
    moves: Moves
    edit_window: timedelta = timedelta(hours=24)
    group_size: int = 500
    complaints: ComplaintRules = ComplaintRules(timedelta(days=30), {OTHER: {}})
    restoring: bool = False
    """Whether conversations are closed until their records are back: who is in them is unknown."""


class Case(Struct, frozen=True):
    """One command to decide, with everything that it takes."""

    head: StreamHead
    command: Command
    references: References
    rules: Rules
    now: datetime

    def is_active(self, person: PersonId) -> bool:
        """Whether somebody has an account."""
        return self.references.person(person) is not None


def not_a_member() -> NotAllowed:
    """Return why nobody else says anything here, whether or not there is a conversation."""
    return NotAllowed("not_a_member", "You are not in this conversation.")


def stranger(*, restoring: bool) -> NotAllowed:
    """Return `not_a_member`, or `closed_for_recovery` while records are missing.

    Neither tells whether there is such a conversation.
    """
    if not restoring:
        return not_a_member()
    return NotAllowed(
        "closed_for_recovery",
        "You are not in this conversation, or it is not restored from the archive yet.",
    )


def known_person(case: Case, person: PersonId) -> Actor:
    """Return an active person. Raises NotFound (`no_such_person`)."""
    found = case.references.person(person)
    if found is None:
        raise NotFound("no_such_person", "There is no such person, or the account has ended.")
    return found


def check_answers(case: Case, client: PersonId) -> None:
    """Raise NotAllowed (`not_your_client`) unless the actor may bring a client into a conversation.

    Who answers for the client may, and whoever stands in, but not into a direct conversation: that
    would be a relationship of theirs, with no end. Where nobody answers yet, an advisor begins.
    """
    actor, direct = case.command.actor, case.head.ref.kind == "direct"
    found = case.references.answering(actor.id, client, case.now)
    if found is None and actor.role in ADVISORS:
        return
    if found == "owner" or (found == "delegate" and not direct):
        return
    detail = "Only whoever answers for this client can start that. Ask their advisor to let you in."
    raise NotAllowed("not_your_client", detail)


def who_answer(case: Case) -> Iterator[PersonId]:
    """Return the members who may answer for a client: of the firm, with an account."""
    for member in case.head.members.values():
        found = case.references.person(member.id) if member.kind == "employee" else None
        if found is not None and found.role in ADVISORS:
            yield member.id


def seen_message(case: Case, event: EventId) -> Target:
    """Return a message here that the actor sees, a removed one too.

    Raises NotFound (`no_such_message`).
    """
    target, head = case.references.target(event), case.head
    first = head.reads_from[case.command.actor.id]
    if target is None or target.stream != head.ref.id or target.conv_seq < first:
        raise NotFound("no_such_message", "There is no such message in this conversation.")
    return target


def shared_from(case: Case, since: str, giver: PersonId) -> int:
    """Return the first conv_seq since a time, never earlier than the giver's own first.

    Raises BadInput (`bad_time`).
    """
    head = case.head
    first = case.references.seq_since(head.ref.id, asked_time(since, "since"))
    return max(first_of(head, giver), head.conv_seq + 1 if first is None else first)


def first_of(head: StreamHead, giver: PersonId) -> int:
    """Return the first conv_seq that *giver* may share; a stranger to it may share nothing.

    NOBODY shares everything: a person who takes over where nobody answers must know what was said.
    """
    return 1 if giver == NOBODY else head.reads_from.get(giver, head.conv_seq + 1)


def join(head: StreamHead, person: Actor, from_seq: int) -> None:
    """Make somebody a member who reads from a number on."""
    head.members = {**head.members, person.id: person}
    head.reads_from = {**head.reads_from, person.id: from_seq}
    head.members_changed = True


def leave(head: StreamHead, person: PersonId) -> None:
    """Take somebody out of the members."""
    head.members = {id: member for id, member in head.members.items() if id != person}
    head.reads_from = {id: seq for id, seq in head.reads_from.items() if id != person}
    head.members_changed = True
