"""Each declared type has one entry in the tables of the features, or nothing starts."""

import pytest

from onrecord.app.events import PROJECTORS, RULES, SLOTS, TABLES, Table, following, joined
from onrecord.core.journal.slots import Slot, moves_of
from onrecord_archive.events.conversations import MemberLeft, TitleChanged
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload


def test_each_type_that_is_said_has_its_rule_and_its_projector() -> None:
    assert set(RULES) == set(PROJECTORS.events) == set(PAYLOADS.values())


def test_a_joined_table_is_frozen() -> None:
    say: Table[str] = {MessageSent: "say"}
    name: Table[str] = {TitleChanged: "name"}
    table = joined([say, name], [MessageSent, TitleChanged])
    assert dict(table) == {MessageSent: "say", TitleChanged: "name"}
    with pytest.raises(TypeError):
        table[MemberLeft] = "leave"  # type: ignore[index]


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ([{MessageSent: "say"}], "TitleChanged: declared, and in no table"),
        ([{MessageSent: "say"}, {MessageSent: "talk", TitleChanged: "name"}], "MessageSent is in"),
        ([{MessageSent: "say", TitleChanged: "name", BroadcastSent: "cry"}], "BroadcastSent is in"),
    ],
)
def test_control_no_entry_two_or_one_of_nothing_declared_ends_the_start(
    tables: list[dict[type[Payload], str]], fault: str
) -> None:
    with pytest.raises(TypeError, match=fault):
        joined(tables, [MessageSent, TitleChanged])


def test_what_follows_from_an_event_is_in_the_order_of_the_features() -> None:
    first: Table[str] = {MessageSent: "shown"}
    second: Table[str] = {MessageSent: "found", TitleChanged: "noted"}
    table = following([first, second], [MessageSent, TitleChanged, MemberLeft])
    assert dict(table) == {MessageSent: ("shown", "found"), TitleChanged: ("noted",)}


def test_control_what_follows_nothing_declared_ends_the_start() -> None:
    with pytest.raises(TypeError, match="BroadcastSent is followed, and not declared"):
        following([{BroadcastSent: "heard"}], [MessageSent])


def test_each_slot_of_the_head_is_moved_by_what_it_names() -> None:
    named = {(kind, kept.slot.name) for kept in SLOTS for kind in kept.slot.after}
    assert named == {(kind, slot.name) for kind, slots in TABLES.moves.items() for slot in slots}
    assert MessageSent not in TABLES.moves


def test_control_two_slots_of_one_name_end_the_start() -> None:
    with pytest.raises(TypeError, match="two slots of the head are called relation"):
        moves_of([*(kept.slot for kept in SLOTS), Slot("relation", (), {})])
