"""Who gets an event follows from its declaration; here it is written by hand, type by type."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from onrecord_archive.events.audience import (
    ABOUT_A_MESSAGE,
    OF_ONE_CLIENT,
    TELLS_OF_ANOTHER,
    about,
    brought_in,
    came,
    gone,
    may_be_first,
    named_to_come,
)
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
)
from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.every import PUBLISHED
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent, ReactionChanged
from onrecord_archive.events.payload import ABOUT, Payload, marked
from onrecord_archive.events.personal import MessageStarred, QuietHoursSet

ANNA, BEN, CLARA = PersonId("anna"), PersonId("ben"), PersonId("clara")
EVENT = EventId("e" * 32)
HANDED_OVER = ConversationHandedOver(BEN, CLARA, 3, "all")
STANDS_IN = DelegateAdded(CLARA, "Clara", "", "", "new", from_seq=4)
NOT_TO_ALL = {
    "one client": {
        "assurance.changed",
        "complaint.closed",
        "complaint.filed",
        "device.added",
        "identity.confirmed",
        "identity.reset",
        "identity.withdrawn",
    },
    "one person": {"conversation.marked", "message.starred", "quiet_hours.set"},
    "compliance": {"broadcast.sent", "off_channel.hint", "orders.hint"},
}
"""The types that not all members get."""


def test_each_type_says_who_gets_it() -> None:
    others = set(PUBLISHED).difference(*NOT_TO_ALL.values())
    for audience, types in {**NOT_TO_ALL, "members": others}.items():
        assert {type for type, kind in PUBLISHED.items() if kind.audience == audience} == types
    assert NOT_TO_ALL["one client"] == OF_ONE_CLIENT


@pytest.mark.parametrize(
    ("said", "in_", "out"),
    [
        (ConversationCreated((ANNA, BEN)), (ANNA, BEN), ()),
        (MemberAdded(BEN, 1), (BEN,), ()),
        (MemberRemoved(BEN), (), (BEN,)),
        (MemberLeft(), (), (ANNA,)),
        (HANDED_OVER, (CLARA,), (BEN,)),
        (replace(HANDED_OVER, former=PersonId("")), (CLARA,), ()),
        (STANDS_IN, (CLARA,), ()),
        (replace(STANDS_IN, from_seq=None), (), ()),
        (DelegateStarted(EVENT, CLARA, 4), (CLARA,), ()),
        (DelegateEnded(EVENT, CLARA), (), (CLARA,)),
        (HistoryShared(BEN, 1, "2026-12-01T00:00:00.000000Z"), (), ()),
        (TitleChanged("Desk"), (), ()),
        (MessageSent("Good morning"), (), ()),
    ],
)
def test_who_comes_and_who_goes(
    said: Payload, in_: tuple[PersonId, ...], out: tuple[PersonId, ...]
) -> None:
    assert (came(said), gone(said, ANNA)) == (in_, out)


def test_whom_a_draft_names_comes_later_at_the_latest() -> None:
    assert named_to_come(replace(STANDS_IN, from_seq=None)) == (CLARA,)
    assert brought_in(MemberAdded(BEN, 0)) == (BEN,)
    assert brought_in(ConversationCreated((ANNA, BEN))) == ()


def test_what_is_ones_own_and_a_beginning_need_nobody_before() -> None:
    first = (ConversationCreated((ANNA,)), MessageStarred(StreamId("c"), EVENT, on=True))
    assert all(may_be_first(said) for said in (*first, QuietHoursSet()))
    assert not any(may_be_first(said) for said in (MessageSent("Hello"), MemberAdded(BEN, 0)))


def test_an_event_names_the_message_that_it_is_about() -> None:
    filed = ComplaintFiled("", "other", "", "en", "Late", "", EVENT)
    assert about(filed) == about(ReactionChanged(EVENT, "👍", on=True)) == EVENT
    assert about(replace(filed, target=None)) is about(MessageSent("Hello")) is None


def unmarked(kinds: Iterable[type[Payload]]) -> list[str]:
    """Return the types with a member `target` that does not say that they are about it."""
    return [
        kind.type
        for kind in kinds
        if "target" in kind.__struct_fields__ and marked(kind, ABOUT) != ("target",)
    ]


def test_a_target_is_what_an_event_is_about() -> None:
    """The control: a type of which a late member would be told which message it is about."""

    class Praised(Payload, frozen=True):
        type = "message.praised"
        target: EventId

    assert unmarked(PUBLISHED.values()) == []
    assert unmarked([Praised]) == ["message.praised"]


def test_what_is_about_a_message_and_what_tells_of_it() -> None:
    assert {
        "message.edited",
        "message.removed",
        "reaction.changed",
        "complaint.filed",
        "out_of_office.replied",
    } == ABOUT_A_MESSAGE
    assert TELLS_OF_ANOTHER == {"message.edited": ("target",), "reaction.changed": ()}
