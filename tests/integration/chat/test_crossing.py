"""The list of people outside is the one under the conversation's lock, on either database."""

import pytest
from msgspec.structs import replace

from onrecord.core.domain.errors import CrossingNotConfirmed
from onrecord_archive.events.conversations import MemberAdded, MemberLeft, MemberRemoved
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import Forward, MessageSent
from tests.integration.world import World


class Desk:
    """Anna and Ben in a group, and Anna with Clara, a client of hers, who said something."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben = world.person("Anna"), world.person("Ben")
        self.clara = world.person("Clara", outside=True)
        self.group = world.conversation(self.anna, self.ben, title="Desk")
        self.with_client = world.conversation(self.anna, self.clara, direct=True)
        self.words = world.say(self.clara, self.with_client, "Please sell")
        self.note = world.say(self.ben, self.group, "The rate is 4 %")

    def refused(self, *before: object, source: str, outside: tuple[PersonId, ...]) -> object:
        """Whom the refusal of a forward to the group names, after others of the same batch."""
        world = self.world
        others = [world.command(self.anna, self.group, body) for body in before]  # type: ignore[arg-type]
        body = MessageSent("", forward=Forward(source=source))  # type: ignore[arg-type]
        command = replace(world.command(self.ben, self.group, body), outside=outside)
        try:
            world.journal(*others, command)
        except CrossingNotConfirmed as refusal:
            return refusal.outside
        return ()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_who_is_added_in_the_same_batch_is_asked_about(desk: Desk) -> None:
    assert desk.refused(source=desk.note.event_id, outside=()) == ()
    added = MemberAdded(desk.clara, 0)
    assert desk.refused(added, source=desk.note.event_id, outside=()) == (desk.clara,)
    assert desk.refused(added, source=desk.note.event_id, outside=(desk.clara,)) == ()


def test_who_is_removed_in_the_same_batch_is_not(desk: Desk) -> None:
    desk.world.add(desk.anna, desk.group, desk.clara)
    removed = MemberRemoved(desk.clara)
    assert desk.refused(source=desk.note.event_id, outside=()) == (desk.clara,)
    note = desk.world.say(desk.ben, desk.group, "Again")
    desk.world.do(desk.anna, desk.group, removed)
    assert desk.refused(source=note.event_id, outside=()) == ()


def test_the_source_counts_with_whom_its_members_are_shown_there(desk: Desk) -> None:
    world, anna = desk.world, desk.anna
    body = MessageSent("", forward=Forward(source=desk.words.event_id))
    for left in (False, True):
        if left:  # a client who left is still whom the conversation was with
            world.do(desk.clara, desk.with_client, MemberLeft(ended=True))
        command = replace(world.command(anna, desk.group, body), outside=())
        with pytest.raises(CrossingNotConfirmed) as refusal:
            world.journal(command)
        assert refusal.value.outside == (desk.clara,)
        assert world.reads.conversation(anna, desk.with_client).outside
        assert world.reads.outside(anna, desk.with_client) == [desk.clara]
    assert world.reads.outside(desk.clara, desk.with_client) == []
