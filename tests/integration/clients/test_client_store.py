"""Invites, codes, notices and reminders, on both databases, as their use cases drive them."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Conflict, NotSignedIn
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.clients.invites import Invitee
from onrecord.features.clients.store import ClientStore
from onrecord.features.clients.values import Code
from tests.integration.front_desk import CLARA, NOTICES, Desk, open_desk
from tests.integration.office import CHAT, CONSOLE, Office, open_office

POLISH = NOTICES["pl"].sha256
TRIES = sql("SELECT tries FROM one_time_code WHERE about = ?")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def test_a_client_comes_in_and_is_reminded_once(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        renewed = await desk.invites.again(ada, CONSOLE, made.invite.id, "screen")
        token = renewed.link.partition("#invite=")[2]
        await desk.invitation.send_code(token, CHAT)
        clara = (await desk.invitation.accept(token, desk.code(), POLISH, CHAT)).person
        (invite,) = await desk.invites.of(ada)
        assert (invite.person, invite.way) == (clara.id, "screen")
        assert invite.accepted_at is not None
        with pytest.raises(Conflict):
            await desk.invites.revoke(ada, CONSOLE, invite.id)
        assert await desk.notices.due(clara) is None
        office.world.people[ada.id] = ada
        office.world.clock.at = office.clock.now()
        office.world.say(ada.id, direct_stream_id(ada.id, clara.id), "hello")
        office.clock.move(minutes=5)
        before = len(desk.letters())
        for _ in range(2):
            await desk.reminders.look()
        assert len(desk.letters()) == before + 1
        assert desk.failures == []

    asyncio.run(story())


def test_a_letter_about_another_clients_words_names_who_answers(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = (await desk.bring_in(ada)).person.actor
        dan = (
            await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        ).person.actor
        office.world.people |= {one.id: one for one in (ada, clara, dan)}
        office.world.clock.at = office.clock.now()
        group = office.world.conversation(ada.id, clara.id, dan.id)
        office.world.say(dan.id, group, "here I am")
        office.clock.move(minutes=3)
        await desk.reminders.look()
        letter = desk.letters()[-1]
        assert (letter["to"], letter["subject"]) == ("clara@example.com", "Ada: nowa wiadomość")

    asyncio.run(story())


def test_a_code_is_tried_five_times_and_taken_once(office: Office, desk: Desk) -> None:
    store, now = desk.store, office.clock.now()
    right, wrong = b"r" * 32, b"w" * 32
    code = Code(right, now + timedelta(minutes=10))
    store.put_code("key", code)
    assert [store.try_code("key", wrong, now) for _ in range(5)] == [False] * 5
    assert not store.try_code("key", right, now)
    store.put_code("key", code)
    assert not store.try_code("other", right, now)
    assert not store.try_code("key", right, code.expires_at)
    assert store.try_code("key", right, now)
    assert not store.try_code("key", right, now)


def test_a_try_writes_the_same_whether_there_is_a_code_or_not(
    office: Office, desk: Desk, database: Database
) -> None:
    """A transaction that changes nothing waits for no disk: that would tell who is a client."""
    store, now = desk.store, office.clock.now()
    store.put_code("a client", Code(b"r" * 32, now + timedelta(minutes=10)))
    for key in ("a client", "nobody"):
        for tries in range(1, 8):
            assert not store.try_code(key, b"w" * 32, now)
            with database.reading() as tx:
                assert tx.all(TRIES, (key,)) == [(tries,)]


def test_two_at_once_do_not_both_take_a_code(office: Office, desk: Desk) -> None:
    store, now = desk.store, office.clock.now()

    async def story() -> int:
        taken = 0
        for _ in range(20):
            store.put_code("key", Code(b"r" * 32, now + timedelta(minutes=10)))
            write = office.means.write
            tries = [write(store.try_code, "key", b"r" * 32, now) for _ in range(2)]
            taken += sum(await asyncio.gather(*tries))
        return taken

    assert asyncio.run(story()) == 20


def test_an_address_is_one_persons(office: Office, desk: Desk, database: Database) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        _, other = await desk.invite(ada, replace(CLARA, besides=True))
        await desk.invitation.send_code(token, CHAT)
        await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        with pytest.raises(NotSignedIn):
            await desk.invitation.send_code(other, CHAT)
        with pytest.raises(NotSignedIn):
            await desk.invitation.show(token, CHAT)
        store = ClientStore(database)
        (first, second) = await desk.invites.of(ada)
        assert {first.person, second.person} == {None, store.client_at(first.address).id}  # type: ignore[union-attr]

    asyncio.run(story())
