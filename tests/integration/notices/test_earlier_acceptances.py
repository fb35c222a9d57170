"""A conversation that begins after the client accepted the notice says so, on both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.app.events import PROJECTORS
from onrecord.app.restoring import RESTORING
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import SYSTEM, Actor, SystemEntry
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Acceptance
from onrecord_archive.events.clients import NoticeAccepted
from onrecord_archive.events.conversations import MemberLeft
from onrecord_archive.events.ids import StreamId
from onrecord_archive.format.record import format_time
from tests.integration.databases import migrated_options
from tests.integration.front_desk import NOTICES, Desk, open_desk
from tests.integration.office import CONSOLE, Office, open_office
from tests.integration.tables import published_rows

ACCEPTANCES = sql("SELECT at, locale, title FROM notice_acceptance")
ENGLISH = NOTICES["en"]


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def client_and_advisor(office: Office) -> tuple[Actor, Actor]:
    """Tom, whom an administrator added, and Ada, who is to advise him."""
    ada = (await office.hire(role="advisor")).actor
    tom = (await office.hire("tom", kind="client", role="client", org="Berg")).actor
    office.world.people |= {ada.id: ada, tom.id: tom}
    return tom, ada


async def accept(desk: Desk, tom: Actor, locale: str = "en") -> str:
    """Tom accepts the notice in a language; return when."""
    at = format_time(desk.office.clock.now())
    await desk.notices.accept(tom, CONSOLE, NOTICES[locale].sha256)
    desk.office.clock.move(days=3)
    desk.office.world.clock.at = desk.office.clock.now()
    return at


def said_in(office: Office, stream: StreamId) -> list[tuple[Actor, NoticeAccepted]]:
    events = [row.event for row in office.world.published if row.event.stream.id == stream]
    return [(e.actor, e.payload) for e in events if isinstance(e.payload, NoticeAccepted)]


def test_a_conversation_that_begins_later_says_when_it_was(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        at = await accept(desk, tom)
        await desk.notices.earlier.say()
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        for _ in range(2):
            await desk.notices.earlier.say()
        called = (ENGLISH.sha256.hex(), "en", ENGLISH.title, ENGLISH.text)
        said = NoticeAccepted(*called, tom.id, at)
        assert said_in(office, stream) == [(SYSTEM, said)]

    asyncio.run(story())


def test_one_that_heard_of_it_and_a_group_do_not_say_it_again(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        group = office.world.conversation(ada.id, tom.id)
        await accept(desk, tom)
        await desk.notices.earlier.say()
        said = NoticeAccepted(ENGLISH.sha256.hex(), "en", ENGLISH.title, ENGLISH.text)
        assert said_in(office, stream) == [(tom, said)]
        assert said_in(office, group) == []

    asyncio.run(story())


def test_who_accepts_again_is_said_to_have_accepted_before(office: Office, desk: Desk) -> None:
    """Also where the service had no time to say it before the new acceptance came."""

    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        first = await accept(desk, tom)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        await accept(desk, tom, "pl")
        await desk.notices.earlier.say()
        (_, earlier), (by, now) = said_in(office, stream)
        assert (earlier.title, earlier.accepted_at) == (ENGLISH.title, first)
        assert (by, now.title, now.accepted_at) == (tom, NOTICES["pl"].title, None)

    asyncio.run(story())


def test_the_newest_acceptance_is_said(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        await accept(desk, tom)
        second = await accept(desk, tom, "pl")
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        await desk.notices.earlier.say()
        ((_, said),) = said_in(office, stream)
        assert (said.locale, said.accepted_at) == ("pl", second)

    asyncio.run(story())


def test_it_is_said_once_the_archive_takes_it(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        await accept(desk, tom)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        office.records.fails = Unavailable("archive_unavailable", "", retry_after=1.0)
        with pytest.raises(Unavailable):
            await desk.notices.earlier.say()
        office.records.fails = None
        await desk.notices.earlier.say()
        assert len(said_in(office, stream)) == 1

    asyncio.run(story())


def test_who_left_is_not_spoken_of(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        await accept(desk, tom)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        office.world.do(tom.id, stream, MemberLeft(ended=True))
        await desk.notices.earlier.say()
        assert said_in(office, stream) == []
        assert desk.failures == []

    asyncio.run(story())


def test_an_acceptance_from_before_titles_were_noted_finds_its_own(
    office: Office, desk: Desk, database: Database
) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        of_before = Acceptance(tom.id, ENGLISH.sha256, None, None, office.clock.now())
        NoticeStore(database).accept(of_before)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        await desk.notices.earlier.say()
        ((_, said),) = said_in(office, stream)
        assert (said.locale, said.title, said.text) == ("en", ENGLISH.title, ENGLISH.text)

    asyncio.run(story())


def test_a_text_that_nobody_has_any_more_is_left_out(
    office: Office, desk: Desk, database: Database
) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        gone = Acceptance(tom.id, b"?" * 32, "en", "Gone", office.clock.now())
        NoticeStore(database).accept(gone)
        stream = office.world.conversation(ada.id, tom.id, direct=True)
        await desk.notices.earlier.say()
        ((_, said),) = said_in(office, stream)
        assert (said.notice, said.title, said.text) == ((b"?" * 32).hex(), "Gone", None)

    asyncio.run(story())


def test_the_projections_are_those_of_a_rebuild(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom, ada = await client_and_advisor(office)
        await accept(desk, tom)
        office.world.conversation(ada.id, tom.id, direct=True)
        await desk.notices.earlier.say()
        before = published_rows(office.world.database)
        rebuild(office.world.database, PROJECTORS, lambda so_far, of: None)
        assert published_rows(office.world.database) == before

    asyncio.run(story())


def test_acceptances_come_back_with_their_time(office: Office, desk: Desk, tmp_path: Path) -> None:
    """An older database is told of them by the record, as the clients told it."""

    async def story() -> None:
        tom, _ = await client_and_advisor(office)
        await accept(desk, tom)
        entries = [one.body for one in office.records.entries if isinstance(one.body, SystemEntry)]
        (tmp_path / "older").mkdir()
        older = Database(migrated_options(tmp_path / "older"))
        RESTORING.restore(older, entries, firm="Bank", at=office.clock.now())
        (accepted,) = NoticeStore(older).accepted_by([tom.id], "client")[tom.id]
        assert accepted.notice == ENGLISH.sha256
        with older.reading() as tx:
            rows = tx.all(ACCEPTANCES)
        with office.world.database.reading() as tx:
            assert rows == tx.all(ACCEPTANCES)
        older.close()

    asyncio.run(story())
