"""Office hours as kept: what the streams say is enough to have them again."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.restoring import RESTORING
from onrecord.core.domain.values import SYSTEM
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.chat import roster_store
from onrecord.features.hours.plan import (
    Away,
    FirmHours,
    Holiday,
    Hours,
    OwnHours,
    Plan,
    Stretch,
    is_there,
)
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.store import HoursStore
from onrecord_archive.format.record import format_time
from tests.integration.office import BY_TWO, CONSOLE, Office, open_office

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
def bridge() -> Iterator[Threads]:
    """Two threads for everything that blocks."""
    readers = Threads(threads=2)
    yield readers
    readers.close()


async def hours_of(office: Office) -> OfficeHours:
    """The hours as after a start."""
    hours = office.reopened().root[OfficeHours]
    await hours.load()
    return hours


def test_colleagues_are_told_of_an_absence_and_see_it_and_clients_do_not(
    database: Database, bridge: Threads
) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office)
        ada, ben = [await office.hire(name, role="advisor") for name in ("ada", "ben")]
        cleo = await office.hire("cleo", role="client", kind="client")
        now = office.clock.now().astimezone(UTC)
        away = Away(now, now + timedelta(days=3))
        office.told.clear()
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda own: replace(own, away=away))
        assert office.told == [ada.id]
        with database.reading() as tx:
            seen = {who.id: roster_store.people(tx, who.id) for who in (ben, cleo)}
        ends = [{one.id: one.away and one.away.until for one in each} for each in seen.values()]
        assert ends[0] == {ada.id: format_time(away.until), ben.id: None, cleo.id: None}
        assert set(ends[1].values()) == {None}
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        with database.reading() as tx:
            assert all(one.away is None for one in roster_store.people(tx, ben.id)), "it has ended"
        await office.people.activate(SYSTEM, CONSOLE, ada.id, BY_TWO)
        with database.reading() as tx:
            assert any(one.away is not None for one in roster_store.people(tx, ben.id))
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda own: replace(own, away=None))
        with database.reading() as tx:
            assert all(one.away is None for one in roster_store.people(tx, ben.id))

    asyncio.run(run())


def test_the_streams_alone_bring_the_hours_back(database: Database, bridge: Threads) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office)
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
        RESTORING.restore(database, entries, firm="Bank", at=now)  # type: ignore[arg-type]
        again = await hours_of(office)
        dated = replace(firm, since=now), replace(own, week_since=now, away_since=now)
        assert (again.firm(), again.own(ada.id)) == dated

    asyncio.run(run())


def test_a_week_of_ones_own_keeps_the_firms_holidays(database: Database, bridge: Threads) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office)
        ada = await office.hire("ada", role="advisor")
        assert hours.of(ada.id) == Hours()
        own = OwnHours("Europe/London", WEEK)
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda before: own)
        await hours.set_firm(SYSTEM, CONSOLE, FirmHours(PLAN), replaces=hours.firm().version)
        found = hours.of(ada.id)
        assert found == Hours(Plan("Europe/London", WEEK, PLAN.holidays), since=found.since)

    asyncio.run(run())


def test_hours_and_absences_hold_from_when_they_were_set_and_not_before(
    database: Database, bridge: Threads
) -> None:
    async def run() -> None:
        office = open_office(database, bridge)
        hours = await hours_of(office)
        ada, ben = [await office.hire(name, role="advisor") for name in ("ada", "ben")]
        before, never = office.clock.now(), Plan("Europe/Warsaw", ((),) * 7)
        office.clock.move(hours=1)
        since = office.clock.now()
        away = Away(before - timedelta(days=1), before + timedelta(days=3))
        await hours.set_own(SYSTEM, CONSOLE, ben.id, lambda own: replace(own, away=away))
        assert [is_there(hours.of(ben.id), at) for at in (before, since)] == [True, False]
        await hours.set_firm(SYSTEM, CONSOLE, FirmHours(never), replaces=hours.firm().version)
        assert [is_there(hours.when(None), at) for at in (before, since)] == [True, False]
        office.clock.move(hours=1)
        # Other words, and an absence, change no hours; a week of one's own does.
        said = FirmHours(never, {"en": "Closed."})
        await hours.set_firm(SYSTEM, CONSOLE, said, replaces=hours.firm().version)
        assert hours.of(ada.id).since == since
        week = replace(hours.own(ada.id), zone="UTC", week=never.week)
        await hours.set_own(SYSTEM, CONSOLE, ada.id, lambda own: week)
        assert [is_there(hours.of(ada.id), at) for at in (since, office.clock.now())] == [
            True,
            False,
        ]

    asyncio.run(run())
