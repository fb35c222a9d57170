"""Each declared type has one entry in the tables of the features, or nothing starts."""

import pytest

from onrecord.app.events import PROJECTORS, RULES, Table, joined
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
