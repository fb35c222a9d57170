"""Whose a conversation with a client is: who may pass it on, to whom, and what they get to read."""

from datetime import timedelta

import pytest

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.referred import Source
from onrecord.core.domain.values import SYSTEM, Actor, Command, Origin, StreamRef, SystemEntry
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.numbering import number
from onrecord.core.roles.table import permits
from onrecord.features.relationships.relation import RELATION, Delegation, Relation
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    History,
)
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time
from tests.unit.core.test_decide import ANNA, EWA, NOW, PIOTR, ROOM, ZOFIA, World

ADDED = EventId("f" * 32)
OTHER = EventId("0" * 32)
SOON, LATER = format_time(NOW + timedelta(hours=1)), format_time(NOW + timedelta(days=5))
BEFORE = "2026-11-01T00:00:00.000000Z"
GONE = Actor(PersonId("gone"), "Jan", "employee", "Bank", "employee")
"""Somebody whose account has ended."""
AUDITOR = Actor(PersonId("auditor"), "Otto", "employee", "Bank", "auditor")


class Firm(World):
    """The same people, and an auditor."""

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        return None

    def person(self, person: PersonId) -> Actor | None:
        return AUDITOR if person == AUDITOR.id else super().person(person)


def served(*delegations: Delegation) -> StreamHead:
    """A conversation of Anna's with Ewa, a client, at conv_seq 9."""
    members = {ANNA.id: ANNA, EWA.id: EWA}
    if any(each.started for each in delegations):
        members[PIOTR.id] = PIOTR
    return StreamHead(
        StreamRef(ROOM, "direct"),
        "default",
        key=1,
        conv_seq=9,
        msg_no=6,
        members=members,
        reads_from=dict.fromkeys(members, 3),
        slots={RELATION.name: Relation(EWA.id, ANNA.id, 1, delegations)},
    )


def piotr(*, started: bool) -> Delegation:
    return Delegation(ADDED, PIOTR.id, SOON, LATER, "all", started=started)


def decided(
    body: Payload,
    actor: Actor = ANNA,
    head: StreamHead | None = None,
    *,
    unanswered: int | None = None,
) -> Payload | SystemEntry:
    command = Command(ADDED, ROOM, actor, Origin("password"), body)
    head, rules = head or served(), Rules(RULES, permits, TABLES.moves)
    before = head.members
    payload = decide(Case(head, command, Firm(unanswered=unanswered), rules, NOW))
    number(head, command, payload, moves=rules.moves, before=before, now=NOW, salts=bytes(64))
    return payload


def code_of(body: Payload, actor: Actor = ANNA, head: StreamHead | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        decided(body, actor, head)
    return refused.value.code


def handing_over(
    to: Actor = PIOTR, history: History = "all", since: str | None = None
) -> ConversationHandedOver:
    return ConversationHandedOver(PersonId(""), to.id, 0, history, since)


def standing_in(starts: str = "", ends: str = LATER) -> DelegateAdded:
    return DelegateAdded(PIOTR.id, "", starts, ends, "new")


def test_a_direct_conversation_with_a_client_belongs_to_whoever_begins_it() -> None:
    head = StreamHead(StreamRef(ROOM, "direct"), "default")
    decided(ConversationCreated((ANNA.id, EWA.id)), head=head)
    assert RELATION.of(head) == Relation(EWA.id, ANNA.id, 1)


def test_a_conversation_of_colleagues_is_no_relationship() -> None:
    head = StreamHead(StreamRef(ROOM, "direct"), "default")
    decided(ConversationCreated((ANNA.id, PIOTR.id)), head=head)
    assert RELATION.of(head) is None


def test_the_successor_comes_in_and_the_owner_is_out() -> None:
    head = served()
    handed = decided(handing_over(), head=head)
    assert handed == ConversationHandedOver(ANNA.id, PIOTR.id, 3, "all")
    assert set(head.members) == {PIOTR.id, EWA.id}
    assert RELATION.of(head) == Relation(EWA.id, PIOTR.id, 10)


@pytest.mark.parametrize(
    ("history", "since", "from_seq"), [("all", None, 3), ("since", BEFORE, 4), ("new", None, 10)]
)
def test_what_the_successor_reads_is_decided(
    history: History, since: str | None, from_seq: int
) -> None:
    handed = decided(handing_over(PIOTR, history, since))
    assert isinstance(handed, ConversationHandedOver)
    assert handed.from_seq == from_seq


def test_what_waits_for_an_answer_goes_along() -> None:
    handed = decided(handing_over(history="new"), unanswered=8)
    assert handed == ConversationHandedOver(ANNA.id, PIOTR.id, 8, "new", waiting=8)


@pytest.mark.parametrize(
    ("to", "code"),
    [(EWA, "not_an_advisor"), (AUDITOR, "not_an_advisor"), (ANNA, "already_a_member"),
     (SYSTEM, "no_such_person")],
)  # fmt: skip
def test_only_another_advisor_takes_over(to: Actor, code: str) -> None:
    assert code_of(handing_over(to)) == code


@pytest.mark.parametrize(
    "body", [handing_over(ZOFIA), standing_in(), DelegateEnded(ADDED, ZOFIA.id)]
)
@pytest.mark.parametrize("actor", [EWA, PIOTR])
def test_neither_the_client_nor_the_delegate_decides(body: Payload, actor: Actor) -> None:
    assert code_of(body, actor, served(piotr(started=True))) == "not_allowed"


def test_somebody_else_is_not_even_in_it() -> None:
    assert code_of(handing_over(), ZOFIA) == "not_a_member"


def test_an_administrator_does_it_through_the_service() -> None:
    assert decided(handing_over(), SYSTEM) == ConversationHandedOver(ANNA.id, PIOTR.id, 3, "all")


def test_who_does_not_answer_any_more_hands_nothing_over() -> None:
    late = ConversationHandedOver(ZOFIA.id, PIOTR.id, 0, "all")
    assert code_of(late, SYSTEM) == "not_a_member"


def test_a_delegate_who_takes_over_stands_in_no_more() -> None:
    head = served(piotr(started=True))
    decided(handing_over(), head=head)
    assert RELATION.of(head) == Relation(EWA.id, PIOTR.id, 10)


def test_a_delegate_without_a_start_comes_in_at_once() -> None:
    head = served()
    added = decided(standing_in(), head=head, unanswered=8)
    assert added == DelegateAdded(
        PIOTR.id, "Piotr", format_time(NOW), LATER, "new", from_seq=8, waiting=8
    )
    assert head.reads_from[PIOTR.id] == 8


def test_a_delegate_of_later_comes_in_later() -> None:
    head = served()
    assert decided(standing_in(SOON), head=head) == DelegateAdded(
        PIOTR.id, "Piotr", SOON, LATER, "new"
    )
    assert PIOTR.id not in head.members
    started = decided(DelegateStarted(ADDED, PIOTR.id, 0), SYSTEM, head)
    assert started == DelegateStarted(ADDED, PIOTR.id, 11)
    assert head.reads_from[PIOTR.id] == 11


@pytest.mark.parametrize("ends", [SOON, format_time(NOW - timedelta(days=1))])
def test_a_time_that_ends_before_it_begins_is_refused(ends: str) -> None:
    assert code_of(standing_in(LATER, ends)) == "bad_period"


def test_nobody_stands_in_twice() -> None:
    assert code_of(standing_in(), head=served(piotr(started=False))) == "already_a_member"


@pytest.mark.parametrize("started", [True, False])
def test_a_delegation_ends_begun_or_not(started: bool) -> None:
    head = served(piotr(started=started))
    ended = decided(DelegateEnded(EventId(""), PIOTR.id), head=head)
    assert ended == DelegateEnded(ADDED, PIOTR.id)
    assert set(head.members) == {ANNA.id, EWA.id}


@pytest.mark.parametrize(
    "body",
    [DelegateStarted(EventId("0" * 32), PIOTR.id, 0), DelegateEnded(EventId("0" * 32), PIOTR.id)],
)
def test_another_delegation_of_the_same_person_is_not_touched(body: Payload) -> None:
    assert code_of(body, SYSTEM, served(piotr(started=False))) == "no_such_delegation"


def test_a_group_passes_from_member_to_successor() -> None:
    head = served()
    head.ref, head.slots = StreamRef(ROOM, "group"), {}
    handed = decided(handing_over(), head=head)
    assert handed == ConversationHandedOver(ANNA.id, PIOTR.id, 3, "all")


def left_alone(*others: Actor) -> StreamHead:
    """A group with Ewa, a client, in which nobody answers."""
    members = {one.id: one for one in (EWA, *others)}
    return StreamHead(
        StreamRef(ROOM, "group"),
        "default",
        key=1,
        conv_seq=9,
        members=members,
        reads_from=dict.fromkeys(members, 3),
    )


@pytest.mark.parametrize("others", [(), (AUDITOR,), (GONE,)])
def test_an_administrator_has_somebody_answer_where_nobody_does(others: tuple[Actor, ...]) -> None:
    head = left_alone(*others)
    handed = decided(handing_over(), SYSTEM, head, unanswered=8)
    assert handed == ConversationHandedOver(PersonId(""), PIOTR.id, 1, "all", waiting=8)
    assert set(head.members) == {PIOTR.id, EWA.id, *(one.id for one in others)}
    assert head.reads_from[PIOTR.id] == 1


@pytest.mark.parametrize(("history", "since", "from_seq"), [("since", BEFORE, 4), ("new", None, 8)])
def test_what_they_get_to_read_there_is_decided(
    history: History, since: str | None, from_seq: int
) -> None:
    handed = decided(handing_over(PIOTR, history, since), SYSTEM, left_alone(), unanswered=8)
    assert isinstance(handed, ConversationHandedOver)
    assert handed.from_seq == from_seq


def test_where_somebody_answers_it_passes_from_them() -> None:
    handed = decided(handing_over(), SYSTEM, left_alone(ANNA, AUDITOR))
    assert handed == ConversationHandedOver(ANNA.id, PIOTR.id, 3, "all")
    assert code_of(handing_over(), SYSTEM, left_alone(ANNA, ZOFIA)) == "not_a_member", "say who"
    assert code_of(handing_over(), PIOTR, left_alone(AUDITOR)) == "not_a_member"
    assert code_of(handing_over(AUDITOR), SYSTEM, left_alone()) == "not_an_advisor"


@pytest.mark.parametrize("body", [handing_over(), standing_in()])
def test_where_no_client_is_nothing_is_handed_over(body: Payload) -> None:
    members = {ANNA.id: ANNA, ZOFIA.id: ZOFIA}
    head = StreamHead(StreamRef(ROOM, "direct"), "default", 1, 9, 6, members=members)
    assert code_of(body, head=head) == "no_relationship"


@pytest.mark.parametrize("history", ["all", "since"])
def test_who_is_not_in_it_gives_nothing_of_what_was_said(history: History) -> None:
    """Whatever made an owner of somebody who is no member: the successor reads from now on."""
    head = served()
    head.members = {EWA.id: EWA}
    head.reads_from = {EWA.id: 3}
    passed = decided(handing_over(history=history, since=BEFORE), SYSTEM, head)
    assert isinstance(passed, ConversationHandedOver)
    assert passed.from_seq == 10


def test_where_nobody_answers_who_is_put_in_reads_everything() -> None:
    members = {AUDITOR.id: AUDITOR, EWA.id: EWA}
    reads = dict.fromkeys(members, 3)
    room = StreamRef(ROOM, "group")
    head = StreamHead(room, "default", key=1, conv_seq=9, members=members, reads_from=reads)
    passed = decided(handing_over(), SYSTEM, head)
    assert isinstance(passed, ConversationHandedOver)
    assert (passed.former, passed.from_seq) == ("", 1)
