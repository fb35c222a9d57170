"""A client who is not connected is told once that something waits, and again after they read."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.domain.values import Actor, Answer, SystemEntry
from onrecord.features.clients.invites import Invitee
from onrecord.features.people.requests import ResetClient
from onrecord_archive.events.conversations import MemberAdded, MemberLeft, PositionChange, Positions
from onrecord_archive.events.groups import AdminChanged
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.front_desk import CLARA, Desk, Killed, open_desk
from tests.integration.office import BY_TWO, CONSOLE, Office
from tests.integration.world import World
from tests.rig.listening import Listening

DAN = Invitee("Dan Nowak", "dan@example.com", "en", "mail")
JAN = Invitee("Jan Lis", "+48 601-234-567", "en", "sms")


@dataclass(frozen=True)
class Scene:
    """Ada and her client Clara, who has just come in and gone again."""

    office: Office
    desk: Desk
    ada: Actor
    clara: Actor
    stream: StreamId

    @property
    def world(self) -> World:
        return self.office.world

    def says(
        self, who: Actor, text: str = "a secret figure", *, stream: StreamId | None = None
    ) -> Answer:
        """Say something now."""
        self._now()
        return self.world.say(who.id, stream or self.stream, text)

    def group(self) -> StreamId:
        """Another conversation of the two."""
        self._now()
        return self.world.conversation(PersonId(self.ada.id), PersonId(self.clara.id))

    def _now(self) -> None:
        self.world.people |= {self.ada.id: self.ada, self.clara.id: self.clara}
        self.world.clock.at = self.office.clock.now() - timedelta(seconds=1)

    def reads(self, message: Answer, stream: StreamId | None = None) -> None:
        """Clara has read up to there."""
        change = PositionChange(PersonId(self.clara.id), read=message.msg_no)
        self.world.do(self.clara.id, stream or self.stream, Positions((change,)))

    async def told(self) -> list[str]:
        """Look, and return the subjects of what was sent by that."""
        before = len(self.desk.letters())
        await self.desk.reminders.look()
        return [letter["subject"] for letter in self.desk.letters()[before:]]


Story = Callable[[Scene], Coroutine[None, None, None]]


@pytest.fixture
def tell(office: Office, tmp_path: Path) -> Callable[[Story], Desk]:
    desk = open_desk(office, tmp_path / "letters")

    async def main(story: Story) -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = (await desk.bring_in(ada, CLARA)).person.actor
        await story(Scene(office, desk, ada, clara, direct_stream_id(ada.id, clara.id)))

    def told(story: Story) -> Desk:
        asyncio.run(main(story))
        return desk

    return told


def test_one_letter_after_two_minutes(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        assert await scene.told() == []
        scene.says(scene.ada)
        scene.office.clock.move(seconds=110)
        assert await scene.told() == []
        scene.office.clock.move(seconds=15)
        assert await scene.told() == ["Ada: nowa wiadomość"]
        assert scene.office.records.types()[-1] == "letter.ordered"
        ordered = scene.office.records.facts()
        await scene.office.entries.settle()
        assert scene.office.records.types()[-1] == "letter.sent"
        assert scene.office.records.facts() == ordered
        scene.says(scene.ada)
        scene.office.clock.move(hours=5)
        assert await scene.told() == []

    letter = tell(story).letters()[-1]
    assert "https://chat.example" in letter["long"]
    assert "secret" not in str(letter)


def test_an_sms_to_who_came_in_by_phone(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        jan = (await scene.desk.bring_in(scene.ada, JAN)).person.actor
        scene.world.people |= {jan.id: jan}
        stream = direct_stream_id(scene.ada.id, jan.id)
        said = scene.says(scene.ada, stream=stream)
        scene.office.clock.move(seconds=110)
        assert await scene.told() == []
        scene.office.clock.move(seconds=15)
        assert len(await scene.told()) == 1
        letter = scene.desk.letters()[-1]
        assert (letter["to"], letter["short"].count("https://chat.example")) == ("+48601234567", 1)
        assert "secret" not in str(letter)
        await scene.office.entries.settle()
        assert of_letters(scene.office)[-1][0] == "letter.sent"
        scene.world.do(jan.id, stream, Positions((PositionChange(jan.id, read=said.msg_no),)))
        await scene.desk.reminders.choose(jan, CONSOLE, wanted=False)
        scene.says(scene.ada, stream=stream)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == []

    tell(story)


def test_none_while_they_are_to_come_in_anew(tell: Callable[[Story], Desk]) -> None:
    """The address is not known to be theirs before the new link is used."""

    async def story(scene: Scene) -> None:
        again = scene.desk.assured.again.begin
        await again(
            scene.ada,
            CONSOLE,
            ResetClient(PersonId(scene.clara.id), "new@example.com", "screen"),
            BY_TWO,
        )
        scene.says(scene.ada)
        scene.office.clock.move(hours=1)
        assert await scene.told() == []

    tell(story)


def test_another_one_once_they_have_read(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        message = scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert len(await scene.told()) == 1
        scene.reads(message)
        assert await scene.told() == []
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert len(await scene.told()) == 1

    tell(story)


def test_a_letter_about_what_they_never_open_silences_nothing_else(
    tell: Callable[[Story], Desk],
) -> None:
    async def story(scene: Scene) -> None:
        group = scene.group()
        scene.says(scene.ada, stream=group)
        scene.office.clock.move(minutes=3)
        assert len(await scene.told()) == 1
        first = scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == [], "they have not come back since"
        scene.reads(first)
        scene.says(scene.ada, stream=group)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == [], "a second letter about the same conversation"
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert len(await scene.told()) == 1
        assert await scene.told() == []

    tell(story)


def test_none_while_connected_for_ones_own_words_or_after_leaving(
    tell: Callable[[Story], Desk],
) -> None:
    async def story(scene: Scene) -> None:
        scene.says(scene.clara)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == []
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        page = Listening(scene.clara.id)
        scene.desk.root.recording.publishing.fan_out.connect(page)
        assert await scene.told() == []
        scene.desk.root.recording.publishing.fan_out.disconnect(page)
        await scene.office.people.deactivate(scene.ada, CONSOLE, scene.clara.id)
        assert await scene.told() == []
        await scene.office.people.activate(scene.ada, CONSOLE, scene.clara.id, BY_TWO)
        assert len(await scene.told()) == 1

    tell(story)


def test_none_for_who_wants_none(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        reminders = scene.desk.reminders
        choice = await reminders.choice(scene.clara.id)
        assert choice.wanted
        assert choice.address is not None
        assert choice.address.masked == "c•••@example.com"
        await reminders.choose(scene.clara, CONSOLE, wanted=False)
        assert scene.office.records.types()[-1] == "letters.chosen"
        before = len(scene.office.records.entries)
        await reminders.choose(scene.clara, CONSOLE, wanted=False)
        assert len(scene.office.records.entries) == before, "nothing new was chosen"
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == []
        assert not (await reminders.choice(scene.clara.id)).wanted
        await reminders.choose(scene.clara, CONSOLE, wanted=True)
        assert len(await scene.told()) == 1

    tell(story)


def test_a_letter_names_nobody_but_the_firms_people(tell: Callable[[Story], Desk]) -> None:
    """Who else banks here is told by no letter: it names who answers, or the firm."""

    async def story(scene: Scene) -> None:
        dan = (await scene.desk.bring_in(scene.ada, DAN)).person.actor
        ben = (await scene.office.hire("ben", role="advisor")).actor
        scene.world.people |= {dan.id: dan, ben.id: ben}
        group = scene.group()
        scene.world.do(scene.ada.id, group, MemberAdded(dan.id, 0))
        scene.world.do(scene.ada.id, group, MemberAdded(ben.id, 0))
        first = scene.says(dan, stream=group)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == ["Ada: nowa wiadomość"]
        scene.reads(first, group)
        scene.world.do(scene.ada.id, group, AdminChanged(ben.id, on=True))
        scene.world.do(scene.ada.id, group, MemberLeft())
        second = scene.says(dan, stream=group)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == ["Ben: nowa wiadomość"]
        scene.reads(second, group)
        owed, now = scene.office.entries.owe(ben, CONSOLE, "x", {}), scene.office.clock.now()
        scene.office.store.shut_out(ben.id, owed, deactivate=True, at=now)
        scene.says(dan, stream=group)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == ["Bank: nowa wiadomość"]

    assert "Dan" not in str([each for each in tell(story).letters() if each["to"] != DAN.address])


def test_what_could_not_be_sent_is_tried_again_later(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        scene.office.records.fails = Unavailable("archive_unavailable", "No.")
        assert await scene.told() == []
        scene.office.records.fails = None
        assert await scene.told() == []
        assert len(scene.desk.failures) == 1
        scene.office.clock.move(minutes=6)
        assert len(await scene.told()) == 1

    tell(story)


def test_a_removed_message_is_no_reason(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        message = scene.says(scene.ada)
        scene.world.remove(scene.ada.id, message)
        scene.office.clock.move(minutes=3)
        assert await scene.told() == []

    tell(story)


def of_letters(office: Office) -> list[tuple[str, object]]:
    """What the record says of reminders: type and order, as they were recorded."""
    bodies = [each.body for each in office.records.entries if isinstance(each.body, SystemEntry)]
    found = [each for each in bodies if each.facts.get("letter") == "unread"]
    return [(each.type, each.facts["order"]) for each in found]


def test_a_letter_that_nobody_took_is_a_record_too(tell: Callable[[Story], Desk]) -> None:
    async def story(scene: Scene) -> None:
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        scene.desk.post.fails = Unavailable("letter_not_taken", "No.")
        assert await scene.told() == []
        scene.desk.post.fails = None
        scene.office.clock.move(minutes=6)
        assert len(await scene.told()) == 1
        await scene.office.entries.settle()
        (_, first), (_, second), *results = of_letters(scene.office)
        assert results == [("letter.failed", first), ("letter.sent", second)]
        failed = next(
            each.body for each in scene.office.records.entries if each.body.type == "letter.failed"
        )
        assert isinstance(failed, SystemEntry)
        assert failed.facts["code"] == "letter_not_taken"

    tell(story)


@pytest.mark.parametrize("when", ["before it was taken", "after it was taken"])
def test_a_process_that_dies_leaves_an_order_without_a_result(
    tell: Callable[[Story], Desk], when: str
) -> None:
    """Nobody can know whether that one left: the next is another order."""

    async def story(scene: Scene) -> None:
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        scene.desk.post.fails, scene.desk.post.after = Killed(), when.startswith("after")
        with pytest.raises(BaseExceptionGroup):
            await scene.desk.reminders.look()
        scene.desk.post.fails = None
        await scene.office.entries.settle()
        ((kind, lost),) = of_letters(scene.office)
        assert kind == "letter.ordered"
        assert len(await scene.told()) == 1
        await scene.office.entries.settle()
        *_, ordered, sent = of_letters(scene.office)
        assert (ordered[0], sent[0]) == ("letter.ordered", "letter.sent")
        assert ordered[1] == sent[1] != lost

    tell(story)


def test_a_result_waits_for_the_archive_and_the_letter_is_not_sent_again(
    tell: Callable[[Story], Desk],
) -> None:
    async def story(scene: Scene) -> None:
        scene.says(scene.ada)
        scene.office.clock.move(minutes=3)
        assert len(await scene.told()) == 1
        scene.office.records.fails = Unavailable("archive_unavailable", "No.")
        assert not await scene.office.entries.settle()
        scene.office.clock.move(hours=1)
        assert await scene.told() == []
        scene.office.records.fails = None
        await scene.office.entries.settle()
        assert [kind for kind, _ in of_letters(scene.office)] == ["letter.ordered", "letter.sent"]

    tell(story)
