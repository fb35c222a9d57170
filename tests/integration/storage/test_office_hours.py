"""Office hours as kept: what the streams say is enough to have them again."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, timedelta

import pytest

from onrecord.domain.values import SYSTEM
from onrecord.identity.office_hours import FirmHours, OfficeHours, OwnHours
from onrecord.messaging.readers import Readers
from onrecord.policy.hours import Away, Holiday, Hours, Plan, Stretch
from onrecord.storage.adoption import restore_accounts
from onrecord.storage.database import Database
from onrecord.storage.hours_store import HoursStore
from tests.integration.identity.office import CONSOLE, Office, open_office

WEEK = ((Stretch(540, 720), Stretch(780, 1020)),) * 5 + ((), ())
PLAN = Plan(
    "Europe/Warsaw",
    WEEK,
    (
        Holiday(date(2026, 12, 24), "Christmas Eve", Stretch(720, 1440)),
        Holiday(date(2026, 12, 25), "Christmas Day"),
    ),
)


@pytest.fixture
def bridge() -> Iterator[Readers]:
    """Two threads for everything that blocks."""
    readers = Readers(threads=2)
    yield readers
    readers.close()


async def hours_of(office: Office, database: Database) -> OfficeHours:
    hours = OfficeHours(office.means, HoursStore(database))
    await hours.load()
    return hours


def test_the_streams_alone_bring_the_hours_back(database: Database, bridge: Readers) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office, database)
        ada, now = await office.hire("ada", role="advisor"), office.clock.now().astimezone(UTC)
        firm = FirmHours(PLAN, {"en": "Closed.", "pl": "Zamknięte."})
        await hours.set_firm(SYSTEM, CONSOLE, firm, replaces=hours.firm().version)
        away = Away(now, now + timedelta(days=3))
        own = OwnHours("Europe/London", (WEEK[0], *((),) * 6), away, {"en": "At sea."})
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda before: own)
        entries = [each.body for each in office.records.entries]
        # An older database comes back: nothing of it is there.
        store = HoursStore(database)
        store.set_firm_hours(FirmHours())
        store.set_own_hours(ada.id, OwnHours())
        restore_accounts(database, entries, firm="Bank", at=now)  # type: ignore[arg-type]
        again = await hours_of(office, database)
        assert (again.firm(), again.own(ada.id)) == (firm, own)

    asyncio.run(run())


def test_a_week_of_ones_own_keeps_the_firms_holidays(database: Database, bridge: Readers) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office, database)
        ada = await office.hire("ada", role="advisor")
        assert hours.of(ada.id) == Hours()
        own = OwnHours("Europe/London", WEEK)
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda before: own)
        await hours.set_firm(SYSTEM, CONSOLE, FirmHours(PLAN), replaces=hours.firm().version)
        assert hours.of(ada.id) == Hours(Plan("Europe/London", WEEK, PLAN.holidays))

    asyncio.run(run())
