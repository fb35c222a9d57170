"""Whoever is brought into a conversation finds it marked, by an event of their own stream."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Command
from onrecord.core.store.rebuild import rebuild
from onrecord_archive.events.clients import ConversationHandedOver, DelegateAdded
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked
from onrecord_archive.format.record import format_time
from tests.integration.core.stage import Stage
from tests.integration.tables import published_rows

NOBODY = PersonId("")


class Firm:
    """Anna has a client, Clara; Zofia is brought in."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.world = stage, stage.world
        self.zofia = self.world.person("Zofia")
        self.clara = self.world.person("Clara", outside=True)
        self.talk = self.world.conversation(stage.anna, self.clara, direct=True)

    def added(self) -> Command:
        return self.stage.command(MemberAdded(self.zofia, 0))

    def handed_over(self) -> Command:
        body = ConversationHandedOver(NOBODY, self.zofia, 0, "all")
        return self.world.command(self.stage.anna, self.talk, body)

    def covered(self, *, starts: str = "") -> Command:
        ends = format_time(self.world.clock.now() + timedelta(days=9))
        body = DelegateAdded(self.zofia, "", starts, ends, "all")
        return self.world.command(self.stage.anna, self.talk, body)

    def is_marked(self, stream: StreamId) -> bool:
        marks = self.world.reads.conversation(self.zofia, stream).marks
        return marks is not None and marks.unread


@pytest.fixture
def firm(stage: Stage) -> Firm:
    return Firm(stage)


@pytest.mark.parametrize("verb", [Firm.added, Firm.handed_over, Firm.covered])
def test_they_get_one_mark_with_what_brought_them_in(
    firm: Firm, verb: Callable[[Firm], Command]
) -> None:
    said = firm.stage.command(MessageSent("before"))
    command = verb(firm)
    settled = firm.stage.settle(said, command)
    assert [outcome for _, outcome in settled.answers if isinstance(outcome, Exception)] == []
    mark = settled.published[-1]
    body: Payload = ConversationMarked(command.stream, "unread", on=True)
    assert (mark.event.payload, mark.event.actor) == (body, SYSTEM)
    assert (mark.event.stream, set(mark.recipients)) == (personal_stream(firm.zofia), {firm.zofia})
    assert firm.is_marked(command.stream)
    again = firm.stage.settle(command)
    assert again.published == []


def test_the_mark_is_no_message_and_goes_as_their_own_does(firm: Firm) -> None:
    firm.stage.settle(firm.added())
    stream = firm.stage.stream
    before = firm.world.reads.conversation(firm.zofia, stream)
    assert before.unread == 0
    off = ConversationMarked(stream, "unread", on=False)
    own = personal_stream(firm.zofia)
    settled = firm.stage.settle(firm.world.command(firm.zofia, own.id, off, own))
    assert [each.event.conv_seq for each in settled.published] == [2]
    assert not firm.is_marked(stream)


def test_who_stands_in_later_is_marked_when_they_come_in(firm: Firm) -> None:
    starts = format_time(firm.world.clock.now() + timedelta(days=1))
    settled = firm.stage.settle(firm.covered(starts=starts))
    assert [each.event.payload.type for each in settled.published] == ["delegate.added"]


def test_a_rebuild_finds_the_same_marks(firm: Firm) -> None:
    firm.stage.settle(firm.added(), firm.handed_over())
    before = published_rows(firm.world.database)
    rebuild(firm.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(firm.world.database) == before
