"""Compliance is told of each complaint: on the record, by a letter without content, in a badge."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from onrecord.compliance.complaints import Wanted
from onrecord.core.threads import Threads
from onrecord.delivery.complaint_alarms import ComplaintAlarms
from onrecord.delivery.letters.texts import text_of
from onrecord.delivery.staff_letters import StaffLetters
from onrecord.domain.errors import OnRecordError, Unavailable
from onrecord.domain.values import Answer, SystemEntry
from onrecord.identity.addresses import Address, Way
from onrecord.identity.clients.letters import ComplaintLetter, Letter
from onrecord.identity.clients.recorded_letters import RecordedLetters
from onrecord.identity.entries import Entries
from onrecord.identity.firm import FirmProfile
from onrecord.storage.alarms import AddressBook
from onrecord.storage.complaint_alarm_store import ComplaintAlarmStore
from onrecord.storage.complaint_store import ComplaintStore
from onrecord.storage.identity_store import IdentityStore
from onrecord.storage.options import StorageOptions
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.ids import PersonId
from tests.integration.identity.office import Records
from tests.integration.storage.front_office import ADD_ACCOUNT, SET_ROLE, upgraded
from tests.integration.storage.world import World

SECRET = "They charged me 1.2 %."


class Postbox:
    """Takes letters, or does not."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ComplaintLetter]] = []
        self.fails = False

    def demand(self, way: Way) -> None:
        """Every letter leaves somehow."""

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        if self.fails:
            raise Unavailable("letter_not_taken", "Not now.")
        assert isinstance(letter, ComplaintLetter)
        self.sent.append((to.value, letter))


class Compliance:
    """Olga and Otto are in compliance, Otto without an address; Clara complains to Anna."""

    def __init__(self, world: World, readers: Threads) -> None:
        self.world, self.readers = world, readers
        self.anna, self.olga, self.otto = map(world.person, ("Anna", "Olga", "Otto"))
        self.clara = world.person("Clara", outside=True)
        with world.database.writing() as tx:
            tx.run(ADD_ACCOUNT, (self.olga, "olga@bank.example", "pl"))
            tx.run(ADD_ACCOUNT, (self.otto, None, None))
            for officer in (self.olga, self.otto):
                tx.run(SET_ROLE, ("compliance", officer))
        self.stream = world.conversation(self.anna, self.clara, direct=True)
        self.records, self.post = Records(world), Postbox()
        self.store = ComplaintAlarmStore(world.database)
        self.failures: list[OnRecordError] = []
        self.start()

    def start(self) -> None:
        """Make it anew, as a start of the server does."""
        world, read = self.world, self.readers
        store = IdentityStore(world.database)
        entries = Entries(
            recorder=self.records, store=store, read=read, write=read, clock=world.clock
        )
        letters = StaffLetters(
            AddressBook(world.database),
            RecordedLetters(entries, self.post, write=read, clock=world.clock),
            read=read,
            write=read,
            clock=world.clock,
            by_mail=True,
            failed=self.failures.append,
        )
        self.alarms = ComplaintAlarms(
            self.store,
            self.records,
            letters,
            firm=lambda: FirmProfile("Linden Bank"),
            console="https://console.example",
            read=read,
            clock=world.clock,
            failed=self.failures.append,
        )

    def complain(self) -> Answer:
        body = ComplaintFiled("", "other", "", "en", SECRET, "")
        return self.world.do(self.clara, self.stream, body)

    def answer(self, complaint: Answer) -> None:
        body = ComplaintClosed(complaint.event_id, "", "answered")
        self.world.do(self.anna, self.stream, body)

    def look(self) -> list[str]:
        """Look twice, the second time as after a start; return who was written to."""
        for _ in range(2):
            asyncio.run(self.alarms.look())
            self.start()
        sent, self.post.sent[:] = [to for to, _ in self.post.sent], []
        return sent

    def raised(self) -> list[tuple[object, object]]:
        """Step and whom, of each alarm on the record."""
        bodies = (each.body for each in self.records.entries)
        return [
            (body.facts["step"], body.facts["told"])
            for body in bodies
            if isinstance(body, SystemEntry) and body.type == "complaint.raised"
        ]


@pytest.fixture
def compliance(world: World) -> Iterator[Compliance]:
    readers = Threads(threads=1, name="test")
    yield Compliance(world, readers)
    readers.close()


def test_a_complaint_is_on_the_record_and_told_once_then_again_when_it_is_overdue(
    compliance: Compliance,
) -> None:
    assert compliance.look() == []
    filed = compliance.complain()
    both = (compliance.olga, compliance.otto)
    assert compliance.look() == ["olga@bank.example"]
    assert compliance.look() == []
    assert compliance.raised() == [(1, both)]
    compliance.world.clock.at += timedelta(days=30, seconds=1)
    assert compliance.look() == ["olga@bank.example"]
    assert compliance.raised() == [(1, both), (2, both)]
    compliance.answer(filed)
    assert compliance.look() == []
    types = compliance.records.types()
    first = types.index("complaint.raised")
    assert types[first : first + 2] == ["complaint.raised", "letter.ordered"]


def test_a_letter_names_how_many_and_nothing_else(compliance: Compliance) -> None:
    compliance.complain()
    asyncio.run(compliance.alarms.look())
    ((_, letter),) = compliance.post.sent
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
    assert compliance.look() == []
    assert compliance.failures
    compliance.post.fails = False
    compliance.world.clock.at += timedelta(minutes=6)
    assert compliance.look() == ["olga@bank.example"]


def test_what_was_filed_before_there_were_alarms_raises_one_when_it_is_overdue(
    owner_options: StorageOptions, compliance: Compliance
) -> None:
    compliance.complain()
    upgraded(owner_options, compliance.world.clock.at + timedelta(days=1))
    assert compliance.look() == []
    assert compliance.raised() == []
    compliance.world.clock.at += timedelta(days=31)
    assert compliance.look() == ["olga@bank.example"]
    assert [step for step, _ in compliance.raised()] == [2]


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
