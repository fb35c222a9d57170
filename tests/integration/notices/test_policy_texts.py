"""Texts for clients and for the firm's people are each their own, on both databases."""

import asyncio
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from onrecord.app.notices import BUILT_IN
from onrecord.core.domain.values import SYSTEM
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.notices.book import NoticeBook
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice
from tests.integration.office import CONSOLE, Office, open_office

POLICY = Notice("en", "How we chat", "Only here.", "employee")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


def texts(book: NoticeBook) -> list[Notice]:
    """What the firm's people are asked to accept, as it was published."""
    return [replace(notice, since=None) for notice in book.in_force("employee").values()]


def test_a_policy_is_asked_of_the_firms_people_alone(office: Office, database: Database) -> None:
    async def story() -> None:
        store = NoticeStore(database)
        book = office.root[NoticeBook]
        await book.load()
        assert book.in_force("employee") == {}
        await book.publish(SYSTEM, CONSOLE, POLICY, None)
        assert texts(book) == [POLICY]
        assert book.in_force() == office.root[BUILT_IN]
        assert office.records.facts()["kind"] == "employee"
        ((version, state),) = book.history("en", "employee")
        assert (version.notice, state, book.history("en")) == (POLICY, "in_force", [])
        ada, tom = await office.hire(), await office.hire("tom", kind="client", role="client")
        both = [ada.id, tom.id]
        assert store.accepted_by(both, "employee") == {ada.id: []}
        assert store.accepted_by(both, "client") == {tom.id: []}
        again = office.reopened().root[NoticeBook]
        await again.load()
        assert texts(again) == [POLICY]

    asyncio.run(story())
