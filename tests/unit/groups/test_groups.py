"""Who may do what to a group: its admins, or everybody of the firm where none is there any more."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.errors import BadInput, Refusal
from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.referred import Reaction, Source, Target
from onrecord.core.domain.values import (
    SYSTEM,
    Actor,
    Answering,
    Command,
    Event,
    Origin,
    StreamRef,
    SystemEntry,
)
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import StreamHead
from onrecord.core.roles.table import permits
from onrecord.features.groups.standing import GROUP, Group, JoinLink
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOM = StreamId("c" * 32)
LINK = EventId("d" * 32)
ANNA = Actor(PersonId("anna"), "Anna", "employee", "Bank", "employee")
PIOTR = Actor(PersonId("piotr"), "Piotr", "employee", "Bank", "employee")
EWA = Actor(PersonId("ewa"), "Ewa", "client", "Client", "client")
ZOFIA = Actor(PersonId("zofia"), "Zofia", "employee", "Bank", "employee")
AUDITOR = Actor(PersonId("auditor"), "Ada", "employee", "Bank", "auditor")
OTTO = Actor(PersonId("otto"), "Otto", "employee", "Partner", "employee")
SINCE = "2026-11-24T11:00:00.000000Z"


class World:
    """Everybody but those in `gone` has an account."""

    def __init__(self, *gone: Actor) -> None:
        self.gone = {actor.id for actor in gone}
        self.to_client: dict[PersonId, Answering | None] = {ANNA.id: "owner"}

    def target(self, event: EventId) -> Target | None:
        return None

    def reactions(self, event: EventId) -> Collection[Reaction]:
        return ()

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        return None

    def person(self, person: PersonId) -> Actor | None:
        everybody = {actor.id: actor for actor in (ANNA, PIOTR, EWA, ZOFIA, OTTO, AUDITOR)}
        return None if person in self.gone else everybody.get(person)

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        return None

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        return frozenset()

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        return None

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        return True

    def waiting(self, stream: StreamId) -> int | None:
        return None

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        return self.to_client.get(person, "others")


def room(group: Group | None = None, *members: Actor) -> StreamHead:
    """Anna's group, with Piotr and Ewa, a client."""
    people = {actor.id: actor for actor in members or (ANNA, PIOTR, EWA)}
    return StreamHead(
        StreamRef(ROOM, "group", "Room"),
        "default",
        key=1,
        conv_seq=9,
        members=people,
        reads_from=dict.fromkeys(people, 1),
        slots={GROUP.name: group or Group((ANNA.id,))},
    )


def decided(
    body: Payload, actor: Actor = ANNA, head: StreamHead | None = None, world: World | None = None
) -> Payload | SystemEntry:
    command = Command(EventId("f" * 32), ROOM, actor, Origin("password"), body)
    return decide(
        Case(head or room(), command, world or World(), Rules(RULES, permits, TABLES.moves), NOW)
    )


def refused(*args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught:
        decided(*args, **kwargs)  # type: ignore[arg-type]
    return caught.value.code


LED: tuple[Payload, ...] = (
    MemberAdded(ZOFIA.id, 0),
    HistoryShared(EWA.id, 0, SINCE),
    MemberRemoved(EWA.id),
    TitleChanged("New"),
    AdminChanged(PIOTR.id, True),
    GroupDescribed("What it is for"),
    PostingChanged(True),
    GroupPictured("a" * 64, "image/webp", "AAAA"),
    JoinLinkMade("a" * 64, format_time(NOW + timedelta(days=7))),
)


@pytest.mark.parametrize("body", LED, ids=lambda body: body.type)
def test_an_admin_leads_a_group(body: Payload) -> None:
    assert isinstance(decided(body), type(body))


@pytest.mark.parametrize("body", LED, ids=lambda body: body.type)
def test_a_member_who_is_no_admin_does_not(body: Payload) -> None:
    assert refused(body, PIOTR) == "not_an_admin"


@pytest.mark.parametrize("body", LED, ids=lambda body: body.type)
def test_where_no_admin_is_there_any_more_every_member_of_the_firm_does(body: Payload) -> None:
    others = room(Group((ANNA.id,)), PIOTR, EWA)
    assert isinstance(decided(body, PIOTR, others), type(body)), "she left"
    assert isinstance(decided(body, PIOTR, world=World(ANNA)), type(body)), "her account ended"


def test_a_client_never_leads_a_group() -> None:
    assert refused(TitleChanged("Mine"), EWA, room(Group())) == "not_allowed"
    assert refused(AdminChanged(EWA.id, True)) == "client_no_admin"


def test_who_is_no_member_cannot_be_an_admin() -> None:
    assert refused(AdminChanged(ZOFIA.id, True)) == "not_a_member"


def test_the_last_admin_names_another_before_leaving() -> None:
    assert refused(MemberLeft()) == "last_admin"
    assert refused(AdminChanged(ANNA.id, False)) == "last_admin"
    both = Group((ANNA.id, PIOTR.id))
    assert decided(MemberLeft(), head=room(both)) == MemberLeft()
    assert decided(AdminChanged(ANNA.id, False), head=room(both)) == AdminChanged(ANNA.id, False)


def test_an_admin_without_an_account_does_not_count() -> None:
    both = room(Group((ANNA.id, PIOTR.id)), ANNA, PIOTR, ZOFIA)
    assert refused(MemberLeft(), head=both, world=World(PIOTR)) == "last_admin"


def test_whom_nobody_could_follow_may_leave() -> None:
    def alone() -> StreamHead:
        return room(Group((ANNA.id,)), ANNA, PIOTR)

    assert decided(MemberLeft(), head=room(Group((ANNA.id,)), ANNA)) == MemberLeft()
    gone = decided(MemberLeft(), head=alone(), world=World(PIOTR))
    assert gone == MemberLeft(), "Piotr's account ended"


@pytest.mark.parametrize("group", [Group((ANNA.id,)), Group(), Group((PIOTR.id,))])
def test_no_client_is_left_with_nobody_of_the_firm(group: Group) -> None:
    """Whether or not anybody is an admin, who has an account, or is one who answers clients."""
    assert refused(MemberLeft(), head=room(group, ANNA, EWA)) == "last_of_firm"
    ended = room(group, ANNA, PIOTR, EWA)
    assert refused(MemberLeft(), head=ended, world=World(PIOTR)) == "last_of_firm"
    looking_on = room(group, ANNA, AUDITOR, EWA)
    assert refused(MemberLeft(), head=looking_on) == "last_of_firm"
    assert decided(MemberLeft(), head=room(Group(), ANNA, PIOTR, EWA)) == MemberLeft()


def test_who_looks_on_where_nobody_answers_is_not_told_to_hand_over() -> None:
    def room_without() -> StreamHead:
        return room(None, AUDITOR, ANNA, EWA)

    gone = World(ANNA)
    assert refused(MemberLeft(), AUDITOR, room_without(), gone) == "nobody_answers"
    assert refused(MemberRemoved(ANNA.id), SYSTEM, room_without(), gone) == "nobody_answers"


def test_nor_by_a_removal() -> None:
    by_auditor = room(Group((AUDITOR.id,)), ANNA, AUDITOR, EWA)
    assert refused(MemberRemoved(ANNA.id), SYSTEM, by_auditor) == "last_of_firm"
    assert refused(MemberRemoved(ANNA.id), SYSTEM, room(None, ANNA, EWA)) == "last_of_firm"
    assert decided(MemberRemoved(ANNA.id), SYSTEM) == MemberRemoved(ANNA.id)
    assert decided(MemberRemoved(EWA.id), head=room(None, ANNA, EWA)) == MemberRemoved(EWA.id)
    assert decided(MemberLeft(), EWA, room(None, ANNA, EWA)) == MemberLeft(), "a client may go"


@pytest.mark.parametrize(
    "body",
    [AdminChanged(ANNA.id, True), GroupDescribed(" "), PostingChanged(False), GroupPictured()],
    ids=lambda body: body.type,
)
def test_what_is_so_already_is_no_record(body: Payload) -> None:
    assert refused(body) == "group_same"


@pytest.mark.parametrize("text", ["Desk\u200b of FX", "Desk\x1b[2J", "Desk\u202e", "Desk\r of FX"])
def test_a_description_hides_nothing_and_steers_nothing(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        decided(GroupDescribed(text))
    assert caught.value.code == "bad_name"
    assert decided(GroupDescribed("Desk\n\tof FX ❤\ufe0f")) is not None


def test_what_cannot_be_seen_is_no_description() -> None:
    described = room(Group((ANNA.id,), "Before"))
    assert decided(GroupDescribed("\u200b "), head=described) == GroupDescribed("")


def test_only_admins_write_where_they_said_so() -> None:
    said = Group((ANNA.id,), admins_only=True)
    assert decided(MessageSent("All read this"), head=room(said)) == MessageSent("All read this")
    assert refused(MessageSent("Me too"), PIOTR, room(said)) == "admins_only"
    assert refused(MessageSent("Me too"), EWA, room(said)) == "admins_only"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (format_time(NOW), "bad_period"),
        (format_time(NOW + timedelta(days=30, minutes=1, seconds=1)), "bad_period"),
        ("tomorrow", "bad_time"),
    ],
)
def test_a_link_ends_within_a_month(until: str, code: str) -> None:
    assert refused(JoinLinkMade("a" * 64, until)) == code


def test_a_link_of_a_month_may_be_made_by_a_clock_that_is_a_little_ahead() -> None:
    link = JoinLinkMade("a" * 64, format_time(NOW + timedelta(days=30, minutes=1)))
    assert decided(link) == link


def linked(**until: float) -> Group:
    link = JoinLink(LINK, "a" * 64, ANNA.id, "Bank", format_time(NOW + timedelta(**until)))
    return Group((ANNA.id,), link=link)


def joining(actor: Actor, link: EventId = LINK) -> Payload:
    return MemberAdded(actor.id, 0, None, link)


def test_an_employee_of_the_firm_joins_by_a_link() -> None:
    head = room(linked(days=1))
    assert decided(joining(ZOFIA), ZOFIA, head) == MemberAdded(ZOFIA.id, 10, None, LINK)
    assert head.reads_from[ZOFIA.id] == 10


def test_a_link_lets_in_nobody_else() -> None:
    group = linked(days=1)
    assert refused(joining(EWA), EWA, room(group, ANNA, PIOTR)) == "not_allowed", "a client"
    assert refused(joining(OTTO), OTTO, room(group)) == "not_allowed", "of another firm"
    assert refused(joining(OTTO), ZOFIA, room(group)) == "not_a_member", "for somebody else"
    assert refused(joining(PIOTR), PIOTR, room(group)) == "already_a_member"


def test_a_link_that_ended_lets_in_nobody() -> None:
    assert refused(joining(ZOFIA), ZOFIA, room(linked(seconds=0))) == "no_such_link"
    assert refused(joining(ZOFIA, EventId("0" * 32)), ZOFIA, room(linked(days=1))) == "no_such_link"
    assert refused(joining(ZOFIA), ZOFIA) == "no_such_link"
    assert refused(JoinLinkRevoked()) == "no_such_link"
    assert decided(JoinLinkRevoked(), head=room(linked(days=1))) == JoinLinkRevoked()


def after(*said: tuple[Actor, Payload]) -> Group | None:
    """What is decided about the group that Anna made, after all that."""
    group: Group | None = None
    everything = ((ANNA, ConversationCreated((ANNA.id, PIOTR.id))), *said)
    for seq, (actor, body) in enumerate(everything, 1):
        ref = StreamRef(ROOM, "group")
        group = GROUP.next(Event(LINK, ref, seq, None, actor, NOW, body), group)
    return group


def test_who_goes_is_no_admin_any_more_and_not_by_coming_back() -> None:
    assert after() == Group((ANNA.id,))
    back = ((PIOTR, MemberRemoved(ANNA.id)), (PIOTR, MemberAdded(ANNA.id, 3)))
    assert after((ANNA, AdminChanged(PIOTR.id, True)), *back) == Group((PIOTR.id,))
    assert after((ANNA, MemberLeft())) == Group()


def test_a_link_counts_who_came_by_it_until_the_next_one() -> None:
    until = "2026-12-01T12:00:00.000000Z"
    made = (ANNA, JoinLinkMade("a" * 64, until))
    link = JoinLink(LINK, "a" * 64, ANNA.id, "Bank", until)
    assert after(made) == Group((ANNA.id,), link=link)
    came = after(made, (ZOFIA, MemberAdded(ZOFIA.id, 3, None, LINK)), (EWA, MessageSent("hi")))
    assert came is not None
    assert came.link is not None
    assert came.link.uses == 1
    assert after(made, (ANNA, JoinLinkRevoked())) == Group((ANNA.id,))


def test_removing_somebody_ends_the_link_that_they_may_have() -> None:
    made = (ANNA, JoinLinkMade("a" * 64, "2026-12-01T12:00:00.000000Z"))
    assert after(made, (ANNA, MemberRemoved(PIOTR.id))) == Group((ANNA.id,))
    left = after(made, (PIOTR, MemberLeft()))
    assert left is not None
    assert left.link is not None


@pytest.mark.parametrize(
    ("who", "answer"),
    [("owner", "ok"), ("delegate", "ok"), ("others", "not_your_client"), (None, "ok")],
)
def test_a_client_is_added_by_those_who_answer_for_them(who: Answering | None, answer: str) -> None:
    world = World()
    world.to_client = {ANNA.id: who}
    head = room(None, ANNA, PIOTR)
    body = MemberAdded(EWA.id, 0)
    command = Command(EventId("f" * 32), ROOM, ANNA, Origin("password"), body)
    case = Case(head, command, world, Rules(RULES, permits, TABLES.moves), NOW)
    if answer == "ok":
        decide(case)
    else:
        with pytest.raises(Refusal) as caught:
            decide(case)
        assert caught.value.code == answer
    assert (EWA.id in head.members) == (answer == "ok")
