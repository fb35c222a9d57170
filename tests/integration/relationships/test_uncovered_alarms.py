"""Administrators are told that clients have had no advisor for long: recorded, then by mail."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from onrecord.app.waiting import OF_LEAVERS
from onrecord.core.threads import Threads
from onrecord.features.notifications.client_letters import UncoveredLetter
from onrecord.features.notifications.letters.texts import text_of
from onrecord.features.relationships.coverage import Coverage
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import EventId
from tests.integration.alarmed import CONSOLE, Alarmed
from tests.integration.world import World

DAY = timedelta(days=1)


class Firm(Alarmed):
    """Anna has two clients and leaves; Olga and Otto administer, Otto without an address."""

    alarms_of, type = OF_LEAVERS, "client.uncovered"

    def __init__(self, world: World, readers: Threads) -> None:
        super().__init__(world, readers, "administrator")
        self.ben = world.person("Ben")
        self.streams = [
            world.conversation(self.anna, world.person(name, outside=True), direct=True)
            for name in ("Clara", "Dan")
        ]

    def anna_leaves(self) -> None:
        owed = Owed(EventId("f" * 32), b"{}")
        at = self.world.clock.at
        self.identity.shut_out(self.anna, owed, deactivate=True, at=at)

    def told(self) -> list[tuple[str, int]]:
        """Who was written to, and of how many, once it was noted what is uncovered."""
        asyncio.run(self.root[Coverage].look())
        letters = [(to, each) for to, each in self.look() if isinstance(each, UncoveredLetter)]
        return [(to, each.conversations) for to, each in letters]

    def conversations(self) -> list[object]:
        """Those of the alarms on the record."""
        return [facts["conversation"] for facts in self.raised()]


@pytest.fixture
def firm(world: World) -> Iterator[Firm]:
    readers = Threads(threads=1, name="test")
    yield Firm(world, readers)
    readers.close()


def test_after_the_time_it_is_on_the_record_and_told_once(firm: Firm) -> None:
    firm.anna_leaves()
    assert firm.told() == []
    firm.world.clock.at += DAY - timedelta(minutes=1)
    assert (firm.told(), firm.conversations()) == ([], [])
    firm.world.clock.at += timedelta(minutes=2)
    assert firm.told() == [("olga@bank.example", 2)]
    assert sorted(map(str, firm.conversations())) == sorted(firm.streams)
    firm.world.clock.at += DAY
    assert firm.told() == []


def test_of_what_is_covered_in_time_nobody_is_told(firm: Firm) -> None:
    firm.anna_leaves()
    firm.told()
    owed = Owed(EventId("e" * 32), b"{}")
    at = firm.world.clock.at
    assert firm.identity.name_successor(firm.anna, firm.ben, lambda ids: owed, at=at)
    firm.world.clock.at += DAY * 2
    assert (firm.told(), firm.conversations()) == ([], [])


def test_a_letter_that_nobody_takes_is_tried_again(firm: Firm) -> None:
    firm.anna_leaves()
    firm.told()
    firm.world.clock.at += DAY
    firm.post.fails = True
    assert firm.told() == []
    assert firm.log.failures()
    firm.post.fails = False
    firm.world.clock.at += timedelta(minutes=6)
    assert firm.told() == [("olga@bank.example", 2)]


def test_the_letter_names_no_client() -> None:
    for locale, one, many in (
        ("en", "A client has no advisor", "3 clients have no advisor"),
        ("pl", "Klient nie ma doradcy", "Klienci bez doradcy (3)"),
    ):
        for count, subject in ((1, one), (3, many)):
            letter = UncoveredLetter(locale, "Linden Bank", count, CONSOLE)
            text = text_of(letter)
            assert text.subject == subject
            assert CONSOLE in text.long
            assert CONSOLE in text.short
