"""Compliance is told of each complaint: on the record, by a letter without content, in a badge."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from onrecord.app.waiting import OF_COMPLAINTS
from onrecord.core.domain.values import Answer
from onrecord.core.threads import Threads
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.listing import Wanted
from onrecord.features.notifications.client_letters import ComplaintLetter
from onrecord.features.notifications.letters.texts import text_of
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.ids import PersonId
from tests.integration.alarmed import Alarmed
from tests.integration.world import World

SECRET = "They charged me 1.2 %."


class Compliance(Alarmed):
    """Olga and Otto are in compliance, Otto without an address; Clara complains to Anna."""

    alarms_of, type = OF_COMPLAINTS, "complaint.raised"

    def __init__(self, world: World, readers: Threads) -> None:
        self.store = ComplaintAlarmStore(world.database)
        super().__init__(world, readers, "compliance")
        self.clara = world.person("Clara", outside=True)
        self.stream = world.conversation(self.anna, self.clara, direct=True)

    def complain(self) -> Answer:
        body = ComplaintFiled("", "other", "", "en", SECRET, "")
        return self.world.do(self.clara, self.stream, body)

    def answer(self, complaint: Answer) -> None:
        body = ComplaintClosed(complaint.event_id, "", "answered")
        self.world.do(self.anna, self.stream, body)

    def told(self) -> list[str]:
        """Who was written to."""
        return [to for to, _ in self.look()]

    def steps(self) -> list[tuple[object, object]]:
        """Step and whom, of each alarm on the record."""
        return [(facts["step"], facts["told"]) for facts in self.raised()]


@pytest.fixture
def compliance(world: World) -> Iterator[Compliance]:
    readers = Threads(threads=1, name="test")
    yield Compliance(world, readers)
    readers.close()


def test_a_complaint_is_on_the_record_and_told_once_then_again_when_it_is_overdue(
    compliance: Compliance,
) -> None:
    assert compliance.told() == []
    filed = compliance.complain()
    both = (compliance.olga, compliance.otto)
    assert compliance.told() == ["olga@bank.example"]
    assert compliance.told() == []
    assert compliance.steps() == [(1, both)]
    compliance.world.clock.at += timedelta(days=30, seconds=1)
    assert compliance.told() == ["olga@bank.example"]
    assert compliance.steps() == [(1, both), (2, both)]
    compliance.answer(filed)
    assert compliance.told() == []
    types = compliance.records.types()
    first = types.index("complaint.raised")
    assert types[first : first + 2] == ["complaint.raised", "letter.ordered"]


def test_a_letter_names_how_many_and_nothing_else(compliance: Compliance) -> None:
    compliance.complain()
    asyncio.run(compliance.alarms.look())
    ((_, letter),) = compliance.post.sent
    assert isinstance(letter, ComplaintLetter)
    assert (letter.locale, letter.complaints, letter.overdue) == ("pl", 1, 0)
    text = text_of(letter)
    assert text.subject == "Nowa reklamacja"
    for said in (text.subject, text.long, text.short):
        assert SECRET not in said
        assert "Clara" not in said
    english = text_of(ComplaintLetter("en", "Linden Bank", 3, 2, "https://console.example"))
    assert english.subject == "2 complaints are overdue"


def test_what_cannot_be_sent_is_sent_later(compliance: Compliance) -> None:
    compliance.complain()
    compliance.post.fails = True
    assert compliance.told() == []
    assert compliance.log.failures()
    compliance.post.fails = False
    compliance.world.clock.at += timedelta(minutes=6)
    assert compliance.told() == ["olga@bank.example"]


def test_the_unread_ones_are_counted_for_each_officer(compliance: Compliance) -> None:
    def unread() -> tuple[int, int]:
        who: tuple[PersonId, PersonId] = (compliance.olga, compliance.otto)
        return compliance.store.unread(who[0]), compliance.store.unread(who[1])

    assert unread() == (0, 0)
    filed = compliance.complain()
    assert unread() == (1, 1)
    compliance.store.looked(compliance.olga, compliance.world.size)
    assert unread() == (0, 1)
    compliance.store.looked(compliance.olga, 0)  # an older list, shown late
    assert unread() == (0, 1)
    said = compliance.world.say(compliance.anna, compliance.stream, "It costs nothing.")
    body = ComplaintFiled("", "other", "", "en", SECRET, "", said.event_id)
    compliance.world.do(compliance.clara, compliance.stream, body)
    assert unread() == (1, 2)
    compliance.answer(filed)
    assert unread() == (1, 1)


def test_one_that_was_answered_before_any_officer_looked_is_new_to_them(
    compliance: Compliance,
) -> None:
    compliance.answer(compliance.complain())
    listed = ComplaintStore(compliance.world.database)
    now = compliance.world.clock.now()

    def desk() -> tuple[int, int, int]:
        shown, _ = listed.find(Wanted("open"), now, offset=0, limit=10)
        unread = compliance.store.unread
        return unread(compliance.olga), unread(compliance.otto), len(shown)

    assert desk() == (1, 1, 1)
    compliance.store.looked(compliance.olga, compliance.world.size)
    assert desk() == (0, 0, 0)  # compliance has seen it
