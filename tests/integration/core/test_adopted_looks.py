"""After an older database came back, the streams say who looks how, and what was announced."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from onrecord.app.restoring import RESTORING
from onrecord.core.domain.values import SYSTEM, SystemEntry
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.notices.book import NoticeBook
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice
from onrecord.features.people.firm import Firm
from onrecord.features.people.picture_store import PictureStore
from tests.integration.databases import migrated_options
from tests.integration.office import CONSOLE, Office, open_office

WITH_PICTURES = sql("SELECT name FROM person WHERE picture IS NOT NULL")


def picture(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def bridge() -> Iterator[Threads]:
    """Two threads for everything that blocks."""
    readers = Threads(threads=2)
    yield readers
    readers.close()


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Database]:
    """The database that was lost."""
    folder = tmp_path / "before"
    folder.mkdir()
    opened = Database(migrated_options(folder))
    yield opened
    opened.close()


async def look(office: Office) -> str:
    """Set pictures of Ada and of the firm, and one of Ben that is taken away; return hers."""
    pictures = office.pictures
    ada, ben = await office.hire("ada", role="advisor"), await office.hire("ben")
    kept = await pictures.set(SYSTEM, CONSOLE, ada.id, picture("teal"))
    await pictures.set(SYSTEM, CONSOLE, ben.id, picture("navy"))
    await pictures.remove(SYSTEM, CONSOLE, ben.id)
    firm = office.root[Firm]
    await firm.load()
    await firm.rename(SYSTEM, CONSOLE, "Linden Private Bank")
    await firm.set_picture(SYSTEM, CONSOLE, picture("maroon"))
    return kept


async def announce(office: Office) -> None:
    """Publish one text, plan another, and take a third back."""
    book = office.root[NoticeBook]
    await book.load()
    later = office.clock.now() + timedelta(days=9)
    await book.publish(SYSTEM, CONSOLE, Notice("en", "Recorded", "All of it."), None)
    await book.publish(SYSTEM, CONSOLE, Notice("en", "Recorded", "All, always."), later)
    back = await book.publish(SYSTEM, CONSOLE, Notice("pl", "Zapis", "Wszystko."), later)
    await book.withdraw(SYSTEM, CONSOLE, back.id)


def notices(database: Database) -> list[tuple[object, ...]]:
    versions = NoticeStore(database).notice_versions()
    return [(one.id, one.notice, one.from_at, one.withdrawn_at is None) for one in versions]


def looks(database: Database, sha256: str) -> tuple[object, ...]:
    store = PictureStore(database)
    profile = store.firm()
    firms = store.picture(profile[1] or "")
    theirs = store.picture(sha256)
    assert firms is not None
    assert theirs is not None
    return profile, firms.data, theirs.data


def test_the_streams_alone_bring_pictures_and_notices_back(
    before: Database, database: Database, bridge: Threads
) -> None:
    async def story() -> None:
        office = open_office(before, bridge)
        kept = await look(office)
        await announce(office)
        bodies = [each.body for each in office.records.entries]
        entries = [body for body in bodies if isinstance(body, SystemEntry)]
        for _ in range(2):  # it can be done twice
            RESTORING.restore(database, entries, firm="Bank", at=office.clock.now())
            assert notices(database) == notices(before)
            assert looks(database, kept) == looks(before, kept)
        with database.reading() as tx:  # what was taken away does not come back
            assert tx.all(WITH_PICTURES) == [("Ada",)]

    asyncio.run(story())
