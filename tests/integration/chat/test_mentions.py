"""Whom texts call: who may be, what readers see of it, and what is unread."""

import msgspec
import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.protocol.commands import WireMention
from onrecord.protocol.messages import MessageSent as WireMessage
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import Mention, MessageEdited, MessageSent
from tests.integration.tables import published_rows
from tests.integration.world import World

ALL = Mention(0, 4)


class Group:
    """Anna's group with Ben and Cleo, and her direct conversation with Ben."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben, self.cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
        self.stream = world.conversation(self.anna, self.ben, self.cleo, title="Desk")
        self.direct = world.conversation(self.anna, self.ben, direct=True)

    def call(self, text: str, *mentions: Mention, stream: StreamId | None = None) -> Answer:
        body = MessageSent(text, mentions=mentions)
        return self.world.do(self.anna, stream or self.stream, body)

    def edit(self, target: Answer, text: str, *mentions: Mention) -> Answer:
        body = MessageEdited(target.event_id, text, mentions)
        return self.world.do(self.anna, target.stream, body)

    def shown(self, reader: PersonId) -> list[WireMention] | None:
        page = self.world.reads.timeline(
            reader, self.stream, before=None, after=None, around=None, limit=1
        )
        (found,) = page.events
        assert isinstance(found, WireMessage)
        return found.mentions

    def replayed(self, reader: PersonId) -> list[object]:
        """The mentions of each event with a text."""
        found = self.world.reads.replay(reader, 0, self.world.size, 1000)
        events = [msgspec.json.decode(each.event) for each in found]
        return [each.get("mentions") for each in events if "text" in each]

    def mentioned(self, person: PersonId, stream: StreamId | None = None) -> int | None:
        return self.world.reads.conversation(person, stream or self.stream).mentioned

    def refused(self, text: str, *mentions: Mention, stream: StreamId | None = None) -> str:
        with pytest.raises(Refusal) as caught:
            self.call(text, *mentions, stream=stream)
        return caught.value.code


@pytest.fixture
def group(world: World) -> Group:
    return Group(world)


def test_members_see_who_is_called_in_history_and_in_a_replay(group: Group) -> None:
    group.call("@Ben and @Cleo?", Mention(0, 4, group.ben), Mention(9, 5, group.cleo))
    places = [WireMention(0, 4, group.ben), WireMention(9, 5, group.cleo)]
    assert group.shown(group.cleo) == places
    assert group.replayed(group.ben) == [msgspec.to_builtins(places)]


def test_places_are_counted_in_characters_as_people_see_them(group: Group) -> None:
    group.call("👍🏽 @Ben", Mention(3, 4, group.ben))
    assert group.shown(group.ben) == [WireMention(3, 4, group.ben)]
    assert group.refused("👍🏽 @Ben", Mention(5, 4, group.ben)) == "bad_mention"


def test_an_edit_calls_whom_its_text_calls(group: Group) -> None:
    said = group.call("@Ben", Mention(0, 4, group.ben))
    group.edit(said, "@Cleo", Mention(0, 5, group.cleo))
    assert group.shown(group.ben) == [WireMention(0, 5, group.cleo)]
    assert group.replayed(group.ben) == [[{"at": 0, "length": 5, "person": group.cleo}]]
    assert (group.mentioned(group.ben), group.mentioned(group.cleo)) == (None, said.msg_no)
    group.edit(said, "nobody")
    assert group.shown(group.ben) is None
    assert group.mentioned(group.cleo) is None


def test_what_was_removed_calls_nobody(group: Group) -> None:
    said = group.call("@Ben", Mention(0, 4, group.ben))
    edit = group.edit(said, "@Ben!", Mention(0, 4, group.ben))
    assert edit.conv_seq > said.conv_seq
    group.world.remove(group.anna, said)
    assert group.mentioned(group.ben) is None
    assert group.shown(group.ben) is None
    assert group.replayed(group.ben) == []


def test_it_is_unread_until_it_was_read_and_never_to_its_author(group: Group) -> None:
    first = group.call("@all", ALL)
    group.world.say(group.cleo, group.stream, "yes")
    found = [group.mentioned(who) for who in (group.anna, group.ben, group.cleo)]
    assert found == [None, first.msg_no, first.msg_no]
    assert first.msg_no is not None
    group.world.read(group.ben, group.stream, first.msg_no)
    assert (group.mentioned(group.ben), group.mentioned(group.cleo)) == (None, first.msg_no)
    assert group.mentioned(group.ben, group.direct) is None


def test_who_left_is_not_told_of_it(group: Group) -> None:
    group.call("@Cleo", Mention(0, 5, group.cleo))
    group.world.leave(group.cleo, group.stream)
    assert group.mentioned(group.cleo) is None


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Ben", Mention(0, 3)),
        ("@Ben", Mention(0, 5)),
        ("@Ben", Mention(0, 1)),
        ("a@Ben", Mention(0, 5)),
        ("@Ben", Mention(4, 2)),
    ],
)
def test_what_is_no_place_of_the_text_is_refused(group: Group, text: str, mention: Mention) -> None:
    assert group.refused(text, mention) == "bad_mention"
    assert group.refused("@a @b", Mention(0, 2, group.ben), Mention(1, 2)) == "bad_mention"


def test_only_members_are_called_and_everybody_in_groups_alone(group: Group) -> None:
    stranger = group.world.person("Stranger")
    assert group.refused("@Stranger", Mention(0, 9, stranger)) == "bad_mention"
    assert group.refused("@all", ALL, stream=group.direct) == "bad_mention"
    said = group.call("@Ben", Mention(0, 4, group.ben), stream=group.direct)
    assert group.mentioned(group.ben, group.direct) == said.msg_no


def test_in_a_large_group_only_admins_call_everybody(group: Group) -> None:
    world = group.world
    many = [world.person(f"Person {n}") for n in range(19)]
    large = world.conversation(group.ben, group.anna, *many, title="Branch")
    assert group.refused("@all", ALL, stream=large) == "admins_call_all"
    world.do(group.ben, large, MessageSent("@all", mentions=(ALL,)))
    assert group.mentioned(group.anna, large) == 1


def test_what_is_sent_on_calls_nobody(group: Group) -> None:
    said = group.call("@Ben", Mention(0, 4, group.ben))
    group.world.forward(group.cleo, said, group.stream)
    assert group.shown(group.ben) is None


def test_rebuild_makes_equal_rows(group: Group) -> None:
    said = group.call("@Ben @all", Mention(0, 4, group.ben), Mention(5, 4))
    group.call("@Cleo", Mention(0, 5, group.cleo))
    group.edit(said, "now @Ben", Mention(4, 4, group.ben))
    before = published_rows(group.world.database)
    assert len(before["mention"]) == 2
    rebuild(group.world.database, PROJECTORS, lambda done, total: None)
    assert published_rows(group.world.database) == before
