"""Who answers for a client in a conversation: its owner, and who stands in for them.

A direct conversation of an employee and a client is a relationship: it belongs to the firm and the
client, not to the employee. Everything here follows from the conversation's own records.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.values import Event
from onrecord.core.journal.slots import Slot
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    History,
)
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, PersonId


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


def relation_begun(event: Event) -> Relation | None:
    """Return the relationship that a new conversation is, None where it is none."""
    clients = [person.id for person in event.participants if person.kind == "client"]
    staff = [person.id for person in event.participants if person.kind == "employee"]
    if event.stream.kind != "direct" or len(clients) != 1 or len(staff) != 1:
        return None
    return Relation(clients[0], staff[0], event.conv_seq)


def _begin(payload: ConversationCreated, event: Event, before: Relation | None) -> Relation | None:
    return relation_begun(event)


def _hand_over(payload: ConversationHandedOver, event: Event, relation: Relation) -> Relation:
    others = _without(relation, payload.successor)
    return Relation(relation.client, payload.successor, event.conv_seq, others)


def _add(payload: DelegateAdded, event: Event, relation: Relation) -> Relation:
    added = Delegation(
        event.event_id,
        payload.person,
        payload.starts,
        payload.ends,
        payload.history,
        payload.since,
        started=payload.from_seq is not None,
    )
    return replace(relation, delegations=(*relation.delegations, added))


def _start(payload: DelegateStarted, event: Event, relation: Relation) -> Relation:
    delegations = tuple(
        replace(each, started=True) if each.event == payload.delegation else each
        for each in relation.delegations
    )
    return replace(relation, delegations=delegations)


def _end(payload: DelegateEnded, event: Event, relation: Relation) -> Relation:
    return replace(relation, delegations=_without(relation, payload.person))


def _without(relation: Relation, person: PersonId) -> tuple[Delegation, ...]:
    return tuple(each for each in relation.delegations if each.person != person)


Step = Callable[[Any, Event, Relation | None], Relation | None]


def _of_one(step: Callable[[Any, Event, Relation], Relation]) -> Step:
    """Return the step of an event that says something of a relationship where there is one."""

    def after(payload: object, event: Event, before: Relation | None) -> Relation | None:
        return None if before is None else step(payload, event, before)

    return after


RELATION: Final[Slot[Relation | None]] = Slot(
    "relation",
    None,
    {
        ConversationCreated: _begin,
        ConversationHandedOver: _of_one(_hand_over),
        DelegateAdded: _of_one(_add),
        DelegateStarted: _of_one(_start),
        DelegateEnded: _of_one(_end),
    },
)
"""Who answers for the client, where this is a conversation with one."""
