"""Complaints: what may be marked and closed, by whom, and each refusal under its code."""

from copy import copy
from datetime import timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.complaints import ComplaintRules, reference_of
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.numbering import number
from onrecord.core.roles.table import permits
from onrecord.features.complaints.categories import offered
from onrecord.features.complaints.standing import COMPLAINTS
from onrecord.features.groups.standing import GROUP, Group
from onrecord.features.hours.working_days import WorkingDays
from onrecord.features.relationships.relation import RELATION, Relation
from onrecord_archive.events.complaints import (
    CategoryWords,
    ComplaintClosed,
    ComplaintFiled,
    Outcome,
)
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.transcript.complaint_words import categories
from tests.unit.core.test_decide import ANNA, EWA, MESSAGE, NOW, PIOTR, ROOM, ZOFIA, World

FILED = EventId("f" * 32)
OMAR = Actor(PersonId("omar"), "Omar", "client", "Other client", "client")
FIRM = Rules(
    RULES, permits, TABLES.moves, complaints=ComplaintRules(timedelta(days=30), categories())
)


def served() -> StreamHead:
    """A conversation of Anna's with Ewa, a client, who both see the message at conv_seq 5."""
    members = {ANNA.id: ANNA, EWA.id: EWA}
    return StreamHead(
        StreamRef(ROOM, "direct"),
        "default",
        key=1,
        conv_seq=9,
        msg_no=6,
        members=members,
        reads_from=dict.fromkeys(members, 3),
        slots={RELATION.name: Relation(EWA.id, ANNA.id, 1)},
    )


def filed(
    target: EventId | None = None, category: str = "fees", reason: str = "Not agreed."
) -> ComplaintFiled:
    return ComplaintFiled("", category, "", "en", reason, "", target)


def closed(outcome: Outcome = "answered", note: str | None = None) -> ComplaintClosed:
    return ComplaintClosed(FILED, "", outcome, note)


def decided(
    body: Payload, actor: Actor = EWA, head: StreamHead | None = None, *, removed: bool = False
) -> Payload:
    command = Command(FILED, ROOM, actor, Origin("password"), body)
    head = head or served()
    before = head.members
    payload = decide(Case(head, command, World(removed=removed), FIRM, NOW))
    assert isinstance(payload, Payload)
    number(head, command, payload, moves=FIRM.moves, before=before, now=NOW, salts=bytes(64))
    return payload


def code_of(body: Payload, actor: Actor = EWA, head: StreamHead | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        decided(body, actor, head)
    return refused.value.code


def with_a_complaint(target: EventId | None = None, by: Actor = EWA) -> StreamHead:
    head = served()
    decided(filed(target), by, head)
    return head


@pytest.mark.parametrize("actor", [EWA, ANNA])
def test_a_client_or_their_advisor_marks_a_message(actor: Actor) -> None:
    head = served()
    assert decided(filed(MESSAGE), actor, head) == ComplaintFiled(
        reference=reference_of(FILED),
        category="fees",
        about="Fees and charges",
        locale="en",
        reason="Not agreed.",
        due="2026-12-24T12:00:00.000000Z",
        target=MESSAGE,
        words=CategoryWords("Fees and charges", "Opłaty i prowizje"),
    )
    assert [each.target for each in COMPLAINTS.of(head)] == [MESSAGE]


def test_the_day_is_counted_in_working_days_where_the_firm_says_so() -> None:
    rules = ComplaintRules(timedelta(days=15), categories(), WorkingDays().after)
    command = Command(FILED, ROOM, EWA, Origin("password"), filed(MESSAGE))
    case = Case(
        served(), command, World(), Rules(RULES, permits, TABLES.moves, complaints=rules), NOW
    )
    assert getattr(decide(case), "due") == "2026-12-15T12:00:00.000000Z"  # noqa: B009


def test_a_removed_message_may_be_meant_as_well() -> None:
    assert decided(filed(MESSAGE), removed=True) == decided(filed(MESSAGE))


def test_a_reference_is_short_and_its_own_for_each_event() -> None:
    assert reference_of(EventId("f" * 32)) == "C-ZZZZZ-ZZZZZ"
    assert reference_of(EventId("0" * 32)) == "C-00000-00000"
    assert reference_of(EventId(f"{1 << 78:032x}")) == "C-00000-00001"
    assert reference_of(EventId("018f3c2e9a7b7c3d8e4f5a6b7c8d9e0f")) == "C-067KR-BMTFD"


def test_the_words_are_in_the_language_that_was_chosen_and_else_in_any() -> None:
    assert isinstance(polish := decided(ComplaintFiled("", "fees", "", "pl", "x", "")), Payload)
    assert getattr(polish, "about") == "Opłaty i prowizje"  # noqa: B009
    own = Rules(
        RULES,
        permits,
        TABLES.moves,
        complaints=ComplaintRules(timedelta(1), {"hours": {"pl": "Godziny"}}),
    )
    command = Command(FILED, ROOM, EWA, Origin("code"), filed(category="hours"))
    payload = decide(Case(served(), command, World(), own, NOW))
    assert isinstance(payload, ComplaintFiled)
    assert (payload.about, payload.due) == ("Godziny", "2026-11-25T12:00:00.000000Z")


def test_a_firms_own_list_always_has_something_else() -> None:
    assert list(offered({})) == list(categories())
    assert offered({"hours": {"pl": "Godziny"}}) == {
        "hours": {"pl": "Godziny"},
        "other": categories()["other"],
    }
    assert offered({"other": {"en": "Else"}}) == {"other": {"en": "Else"}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (filed(category="weather"), "no_such_category"),
        (filed(reason=" \u200b"), "text_empty"),
        (filed(EventId("0" * 32)), "no_such_message"),
        (closed(), "no_such_complaint"),
    ],
)
def test_what_makes_no_sense_is_refused(body: Payload, code: str) -> None:
    assert code_of(body) == code


def test_a_message_from_before_one_came_is_not_there() -> None:
    head = served()
    head.reads_from[EWA.id] = 6
    assert code_of(filed(MESSAGE), EWA, head) == "no_such_message"


def test_among_colleagues_there_is_nothing_to_complain_of() -> None:
    head = served()
    head.members, head.slots = {ANNA.id: ANNA, PIOTR.id: PIOTR}, {}
    head.reads_from = dict.fromkeys(head.members, 1)
    assert code_of(filed(), ANNA, head) == "no_relationship"


def in_a_group(*more: Actor) -> StreamHead:
    """A group of Anna's and Ewa, a client, who both see all of it, and more people."""
    head = served()
    members = {one.id: one for one in (ANNA, EWA, *more)}
    head.ref, head.slots = StreamRef(ROOM, "group"), {GROUP.name: Group((ANNA.id,))}
    head.members, head.reads_from = members, dict.fromkeys(members, 1)
    return head


@pytest.mark.parametrize("actor", [EWA, ANNA])
@pytest.mark.parametrize("target", [None, MESSAGE])
def test_where_another_client_reads_along_nobody_marks_anything(
    actor: Actor, target: EventId | None
) -> None:
    assert code_of(filed(target), actor, in_a_group(OMAR)) == "other_client_reads"
    decided(filed(target), actor, in_a_group(PIOTR))


def test_no_other_client_comes_in_while_one_is_open() -> None:
    head = in_a_group()
    decided(filed(), EWA, head)
    add = MemberAdded(ZOFIA.id, 0)
    client = replace(ZOFIA, kind="client", role="client")
    with pytest.raises(Refusal) as refused:
        let_in(add, client, head)
    assert refused.value.code == "complaint_open"
    let_in(add, ZOFIA, copy(head))
    decided(closed(), ANNA, head)
    let_in(add, client, head)
    assert client.id in head.members


def let_in(add: MemberAdded, person: Actor, head: StreamHead) -> None:
    """Have Anna add somebody."""
    command = Command(EventId("a" * 32), ROOM, ANNA, Origin("password"), add)
    decide(Case(head, command, Acquainted(person), FIRM, NOW))


class Acquainted(World):
    """A world with one more person."""

    def __init__(self, known: Actor) -> None:
        super().__init__()
        self._known = known

    def person(self, person: PersonId) -> Actor | None:
        return self._known if person == self._known.id else super().person(person)


def test_who_is_not_in_it_marks_nothing() -> None:
    assert code_of(filed(), ZOFIA) == "not_a_member"


@pytest.mark.parametrize("target", [None, MESSAGE])
def test_the_same_is_marked_once_and_the_refusal_says_as_what(target: EventId | None) -> None:
    head = with_a_complaint(target)
    with pytest.raises(Refusal, match=reference_of(FILED)) as refused:
        decided(filed(target), ANNA, head)
    assert refused.value.code == "complaint_exists"


def test_a_message_and_the_conversation_are_two_things() -> None:
    head = with_a_complaint()
    decided(filed(MESSAGE), EWA, head)
    assert len(COMPLAINTS.of(head)) == 2


def test_the_firm_answers_and_then_it_may_be_marked_again() -> None:
    head = with_a_complaint(MESSAGE)
    answer = decided(closed(note="By letter."), ANNA, head)
    assert answer == ComplaintClosed(FILED, reference_of(FILED), "answered", "By letter.")
    assert COMPLAINTS.of(head) == ()
    assert code_of(closed(), ANNA, head) == "no_such_complaint"
    decided(filed(MESSAGE), EWA, head)


def test_a_blank_note_is_none() -> None:
    answer = decided(closed(note=" "), ANNA, with_a_complaint())
    assert answer == ComplaintClosed(FILED, reference_of(FILED), "answered")


def test_a_client_cannot_say_that_it_was_answered() -> None:
    assert code_of(closed(), EWA, with_a_complaint()) == "not_allowed"


@pytest.mark.parametrize("by", [EWA, ANNA])
def test_the_client_takes_back_what_they_or_their_advisor_filed(by: Actor) -> None:
    head = with_a_complaint(by=by)
    decided(closed("withdrawn"), EWA, head)
    assert COMPLAINTS.of(head) == ()


def test_an_advisor_takes_back_their_own_alone() -> None:
    decided(closed("withdrawn"), ANNA, with_a_complaint(by=ANNA))
    assert code_of(closed("withdrawn"), ANNA, with_a_complaint(by=EWA)) == "not_allowed"
