"""Who answers for a client in a conversation: its owner, and who stands in for them.

A direct conversation of an employee and a client is a relationship: it belongs to the firm and the
client, not to the employee. Everything here follows from the conversation's own records.
"""

from collections.abc import Iterable
from functools import singledispatch
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.values import Actor, StreamKind
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    History,
)
from onrecord_archive.events.ids import EventId, PersonId

Answering = Literal["owner", "delegate", "others"]
"""What somebody is to a client: who answers, who stands in now, or neither while others answer."""


class Delegation(Struct, frozen=True, omit_defaults=True):
    """Somebody who stands in, or will: the event that added them, and its terms."""

    event: EventId
    person: PersonId
    starts: str
    ends: str
    history: History
    since: str | None = None
    started: bool = False


class Relation(Struct, frozen=True, omit_defaults=True):
    """A relationship as it stands. `owner_seq`: the conv_seq that made the owner one."""

    client: PersonId
    owner: PersonId
    owner_seq: int
    delegations: tuple[Delegation, ...] = ()

    def delegation_of(self, person: PersonId) -> Delegation | None:
        """Return somebody's delegation, begun or not."""
        return next((each for each in self.delegations if each.person == person), None)


def relation_begun(kind: StreamKind, people: Iterable[Actor], conv_seq: int) -> Relation | None:
    """Return the relationship that a new conversation is, None where it is none."""
    found = list(people)
    clients = [person.id for person in found if person.kind == "client"]
    staff = [person.id for person in found if person.kind == "employee"]
    if kind != "direct" or len(clients) != 1 or len(staff) != 1:
        return None
    return Relation(clients[0], staff[0], conv_seq)


@singledispatch
def moved(payload: object, relation: Relation, event: EventId, conv_seq: int) -> Relation:
    """Return the relationship after an event."""
    return relation


@moved.register
def _(
    payload: ConversationHandedOver, relation: Relation, event: EventId, conv_seq: int
) -> Relation:
    others = _without(relation, payload.successor)
    return Relation(relation.client, payload.successor, conv_seq, others)


@moved.register
def _(payload: DelegateAdded, relation: Relation, event: EventId, conv_seq: int) -> Relation:
    added = Delegation(
        event,
        payload.person,
        payload.starts,
        payload.ends,
        payload.history,
        payload.since,
        started=payload.from_seq is not None,
    )
    return replace(relation, delegations=(*relation.delegations, added))


@moved.register
def _(payload: DelegateStarted, relation: Relation, event: EventId, conv_seq: int) -> Relation:
    delegations = tuple(
        replace(each, started=True) if each.event == payload.delegation else each
        for each in relation.delegations
    )
    return replace(relation, delegations=delegations)


@moved.register
def _(payload: DelegateEnded, relation: Relation, event: EventId, conv_seq: int) -> Relation:
    return replace(relation, delegations=_without(relation, payload.person))


def _without(relation: Relation, person: PersonId) -> tuple[Delegation, ...]:
    return tuple(each for each in relation.delegations if each.person != person)
