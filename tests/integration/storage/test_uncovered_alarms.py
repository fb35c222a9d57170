"""Administrators are told that clients have had no advisor for long: recorded, then by mail."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from onrecord.core.threads import Threads
from onrecord.delivery.letters.texts import text_of
from onrecord.delivery.staff_letters import StaffLetters
from onrecord.delivery.waiting_alarms import UncoveredAlarms
from onrecord.domain.errors import OnRecordError, Unavailable
from onrecord.domain.values import SystemEntry
from onrecord.identity.addresses import Address, Way
from onrecord.identity.clients.letters import Letter, UncoveredLetter
from onrecord.identity.clients.recorded_letters import RecordedLetters
from onrecord.identity.entries import Entries
from onrecord.identity.firm import FirmProfile
from onrecord.identity.ports import Owed
from onrecord.messaging.coverage import Coverage
from onrecord.storage.alarms import AddressBook
from onrecord.storage.coverage_store import CoverageStore
from onrecord.storage.identity_store import IdentityStore
from onrecord.storage.waiting_store import UncoveredStore
from onrecord_archive.events.ids import EventId
from tests.integration.identity.office import Records
from tests.integration.storage.front_office import ADD_ACCOUNT, SET_ROLE
from tests.integration.storage.world import World

DAY = timedelta(days=1)


class Postbox:
    """Takes letters, or does not."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, UncoveredLetter]] = []
        self.fails = False

    def demand(self, way: Way) -> None:
        """Every letter leaves somehow."""

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        if self.fails:
            raise Unavailable("letter_not_taken", "Not now.")
        assert isinstance(letter, UncoveredLetter)
        self.sent.append((to.value, letter))


class Firm:
    """Anna has two clients and leaves; Adam and Otto administer, Otto without an address."""

    def __init__(self, world: World, readers: Threads) -> None:
        self.world, self.readers = world, readers
        self.anna, self.ben, self.adam, self.otto = map(
            world.person, ("Anna", "Ben", "Adam", "Otto")
        )
        with world.database.writing() as tx:
            tx.run(ADD_ACCOUNT, (self.adam, "adam@bank.example", "pl"))
            tx.run(ADD_ACCOUNT, (self.otto, None, None))
            for administrator in (self.adam, self.otto):
                tx.run(SET_ROLE, ("administrator", administrator))
        self.streams = [
            world.conversation(self.anna, world.person(name, outside=True), direct=True)
            for name in ("Clara", "Dan")
        ]
        self.records, self.post = Records(world), Postbox()
        self.failures: list[OnRecordError] = []
        self.identity = IdentityStore(world.database)
        self.start()

    def start(self) -> None:
        """Make it anew, as a start of the server does."""
        world, read = self.world, self.readers
        entries = Entries(
            recorder=self.records, store=self.identity, read=read, write=read, clock=world.clock
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
        self.alarms = UncoveredAlarms(
            UncoveredStore(world.database),
            self.records,
            letters,
            after=DAY,
            firm=lambda: FirmProfile("Linden Bank"),
            console="https://console.example",
            read=read,
            clock=world.clock,
            failed=self.failures.append,
        )
        self.coverage = Coverage(
            CoverageStore(world.database),
            self.records,
            read=read,
            write=read,
            clock=world.clock,
            failed=self.failures.append,
            unattended=lambda count: None,
        )

    def anna_leaves(self) -> None:
        owed = Owed(EventId("f" * 32), b"{}")
        at = self.world.clock.at
        self.identity.shut_out(self.anna, owed, deactivate=True, at=at)

    def look(self) -> list[tuple[str, int]]:
        """Look twice, the second time as after a start; return who was written to, of how many."""
        for _ in range(2):
            asyncio.run(self.coverage.look())
            asyncio.run(self.alarms.look())
            self.start()
        sent, self.post.sent[:] = [(to, one.conversations) for to, one in self.post.sent], []
        return sent

    def raised(self) -> list[object]:
        """The conversations of the alarms on the record."""
        bodies = (each.body for each in self.records.entries)
        return [
            body.facts["conversation"]
            for body in bodies
            if isinstance(body, SystemEntry) and body.type == "client.uncovered"
        ]


@pytest.fixture
def firm(world: World) -> Iterator[Firm]:
    readers = Threads(threads=1, name="test")
    yield Firm(world, readers)
    readers.close()


def test_after_the_time_it_is_on_the_record_and_told_once(firm: Firm) -> None:
    firm.anna_leaves()
    assert firm.look() == []
    firm.world.clock.at += DAY - timedelta(minutes=1)
    assert (firm.look(), firm.raised()) == ([], [])
    firm.world.clock.at += timedelta(minutes=2)
    assert firm.look() == [("adam@bank.example", 2)]
    assert sorted(map(str, firm.raised())) == sorted(firm.streams)
    firm.world.clock.at += DAY
    assert firm.look() == []


def test_of_what_is_covered_in_time_nobody_is_told(firm: Firm) -> None:
    firm.anna_leaves()
    firm.look()
    owed = Owed(EventId("e" * 32), b"{}")
    at = firm.world.clock.at
    assert firm.identity.name_successor(firm.anna, firm.ben, lambda ids: owed, at=at)
    firm.world.clock.at += DAY * 2
    assert (firm.look(), firm.raised()) == ([], [])


def test_a_letter_that_nobody_takes_is_tried_again(firm: Firm) -> None:
    firm.anna_leaves()
    firm.look()
    firm.world.clock.at += DAY
    firm.post.fails = True
    assert firm.look() == []
    assert firm.failures
    firm.post.fails = False
    firm.world.clock.at += timedelta(minutes=6)
    assert firm.look() == [("adam@bank.example", 2)]


def test_the_letter_names_no_client() -> None:
    for locale, one, many in (
        ("en", "A client has no advisor", "3 clients have no advisor"),
        ("pl", "Klient nie ma doradcy", "Klienci bez doradcy (3)"),
    ):
        for count, subject in ((1, one), (3, many)):
            letter = UncoveredLetter(locale, "Linden Bank", count, "https://console.example")
            text = text_of(letter)
            assert text.subject == subject
            assert "https://console.example" in text.long
            assert "https://console.example" in text.short
