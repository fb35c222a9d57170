"""How long a client stays signed in, and what a code does to it. Both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.core.domain.values import Origin
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.sign_in.sessions import SessionOptions
from tests.integration.clients.test_passkeys import refused
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import Office, open_office

CODE = Origin("code")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def test_a_client_stays_signed_in_while_they_use_it_and_a_code_prolongs_that(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await desk.bring_in((await office.hire(role="advisor")).actor)
        client, assured = opened.person, desk.assured
        for _ in range(3):
            office.clock.move(days=29)
            await office.sessions.find(opened.secret, "chat")
            await office.sessions.note_seen(())
        office.clock.move(days=5)
        found = await office.sessions.find(opened.secret, "chat")
        assert found.proof_due  # it stands, for a code and nothing else
        await assured.proving.send_code(client, found.session, CODE)
        proved = await assured.proving.prove(client, found.session, CODE, desk.code())
        longer = proved.session
        assert longer.expires_at == office.clock.now() + SessionOptions().client_absolute
        found = await office.sessions.find(opened.secret, "chat")
        assert (found.proof_due, found.session.expires_at) == (False, longer.expires_at)
        await office.sessions.note_seen(())
        office.clock.move(days=30)
        assert await refused(office.sessions.find(opened.secret, "chat")) == "session_expired"
        assert await office.sessions.of(client.id) == []

    asyncio.run(story())


def test_a_client_who_types_no_code_is_signed_out_two_weeks_later(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await desk.bring_in((await office.hire(role="advisor")).actor)
        for _ in range(4):
            office.clock.move(days=25)
            await office.sessions.find(opened.secret, "chat")
            await office.sessions.note_seen(())
        office.clock.move(days=4)
        assert await refused(office.sessions.find(opened.secret, "chat")) == "session_expired"

    asyncio.run(story())


def test_a_socket_that_is_open_while_a_code_is_typed_goes_on(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await desk.bring_in((await office.hire(role="advisor")).actor)
        client, assured, ended = opened.person, desk.assured, list[str]()
        ticket = await office.tickets.issue(opened.session, "https://chat.example")
        await office.tickets.redeem(ticket, "https://chat.example")
        office.registry.watch(opened.session.id, client.id, ended.append)
        office.clock.move(days=80)
        await assured.proving.send_code(client, opened.session, CODE)
        await assured.proving.prove(client, opened.session, CODE, desk.code())
        office.clock.move(days=89)
        office.registry.sweep()
        assert (ended, office.registry.why_not(opened.session.id)) == ([], None)
        office.clock.move(days=1)
        office.registry.sweep()
        assert ended == ["verification_due"]

    asyncio.run(story())
