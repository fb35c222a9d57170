"""A client whom an administrator added gets in as an invited one: address, code, period, notice."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import SYSTEM
from onrecord.features.clients.invites import Invitee
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.values import Person
from tests.integration.front_desk import CLARA, NOTICES, Desk, open_desk
from tests.integration.office import BY_TWO, CONSOLE, PASSWORD, Office

BROWSER = Caller("chat", "192.0.2.7", "Chromium on Linux", "a browser's secret")
MAIL = "Tom@Berg.example"


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


async def add(
    office: Office, username: str = "tom", mail: str | None = MAIL, phone: str | None = None
) -> Person:
    new = NewPerson(
        name=username.title(),
        kind="client",
        org="Berg",
        role="client",
        username=username,
        mail=mail,
        phone=phone,
        locale="en",
    )
    return await office.people.add(SYSTEM, CONSOLE, new, password=PASSWORD)


async def by_link(office: Office, tom: Person, caller: Caller = BROWSER) -> Opened:
    link = await office.links.create(SYSTEM, CONSOLE, tom.id, "chat", warrant=BY_TWO)
    return await office.sign_in.by_link(link.path.removeprefix("/#link="), caller)


async def proof_due(office: Office, opened: Opened) -> bool:
    return (await office.sessions.find(opened.secret, "chat")).proof_due


async def by_code(desk: Desk, address: str, caller: Caller) -> Opened:
    before = len(desk.letters())
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(desk.coming_back.run())
        await desk.coming_back.send_code(address, caller)
        await asyncio.to_thread(desk.wait_for_letters, before + 1)
        sending.cancel()
    return await desk.coming_back.sign_in(address, desk.code(), caller)


async def prove(desk: Desk, opened: Opened) -> None:
    proving = desk.assured.proving
    await proving.send_code(opened.person, opened.session, CONSOLE)
    await proving.prove(opened.person, opened.session, CONSOLE, desk.code(), "a browser's secret")


def test_they_have_one_address_of_their_own(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        assert tom.mail == "tom@berg.example"
        assert office.records.facts()["address"] == "tom@berg.example"
        assert await refused(add(office, "eve", None)) == "address_missing"
        assert await refused(add(office, "eve", "eve")) == "bad_address"
        assert await refused(add(office, "eve", None, "eve@berg.example")) == "bad_address"
        before = len(office.records.entries)
        assert await refused(add(office, "eve", "TOM@berg.example")) == "address_taken"
        assert len(office.records.entries) == before, "nobody was recorded who is not there"
        eve = await add(office, "eve", None, "+48 601 234 567")
        assert eve.mail is None
        assert await refused(add(office, "jan", None, "0048601234567")) == "address_taken"

    asyncio.run(story())


def test_nobody_is_invited_or_added_twice(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        await add(office, mail="clara@example.com")
        assert await refused(desk.invite(ada, CLARA)) == "address_taken"
        eve = await desk.bring_in(ada, Invitee("Eve", "eve@example.com", "en", "mail"))
        assert await refused(add(office, "eve", "EVE@example.com")) == "address_taken"
        await office.people.deactivate(ada, CONSOLE, eve.person.id)
        assert await refused(add(office, "eve", "eve@example.com")) == "address_taken"

    asyncio.run(story())


def test_two_at_once_with_one_address(office: Office, desk: Desk) -> None:
    async def story() -> None:
        both = await asyncio.gather(add(office), add(office, "eve"), return_exceptions=True)
        refusals = [each.code for each in both if isinstance(each, Refusal)]
        assert refusals == ["address_taken"]

    asyncio.run(story())


def test_they_come_by_code_to_that_address(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        opened = await by_code(desk, MAIL, BROWSER)
        assert (opened.person.id, opened.session.auth) == (tom.id, "code")
        assert not await proof_due(office, opened)
        assert await desk.notices.due(tom) is not None
        office.clock.move(days=91)
        assert await refused(office.sessions.find(opened.secret, "chat")) == "session_expired"

    asyncio.run(story())


def test_a_link_opens_nothing_without_a_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        opened = await by_link(office, tom)
        assert await proof_due(office, opened)
        ticket = await office.tickets.issue(opened.session, "https://chat")
        assert await refused(office.tickets.redeem(ticket, "https://chat")) == "verification_due"
        await prove(desk, opened)
        assert not await proof_due(office, opened)
        standing = desk.assured.assurance._store.standing(tom.id)
        assert standing is not None
        assert standing.proof == "code"
        office.clock.move(days=29)
        await office.sessions.find(opened.secret, "chat")
        assert await proof_due(office, await by_link(office, tom)), "each link by itself"

    asyncio.run(story())


def test_a_new_device_is_told_of_as_everywhere(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        await prove(desk, await by_link(office, tom))
        ada = (await office.hire(role="advisor")).actor
        told: list[str] = []
        office.records.before = lambda command: told.append(command.body.type)
        world = office.world
        world.people |= {ada.id: ada, tom.id: tom.actor}
        world.conversation(ada.id, tom.id, direct=True)
        await prove(desk, await by_link(office, tom))
        assert "device.added" not in told, "the same browser"
        elsewhere = await by_link(office, tom)
        proving = desk.assured.proving
        await proving.send_code(tom, elsewhere.session, CONSOLE)
        await proving.prove(tom, elsewhere.session, CONSOLE, desk.code(), "another browser")
        assert "device.added" in told
        again = await by_code(desk, MAIL, Caller("chat", "192.0.2.8", "", "another browser"))
        assert told.count("device.added") == 1
        assert again.session.device == elsewhere.session.device

    asyncio.run(story())


def test_who_was_there_before_types_a_code_first(office: Office, desk: Desk) -> None:
    """A password of before lets nobody in by itself, and neither does an open session."""

    async def story() -> None:
        await add(office)
        opened = await office.sign_in.by_password("tom", PASSWORD, BROWSER)
        assert opened.session.due_at is not None
        assert await proof_due(office, opened)
        await prove(desk, opened)
        assert not await proof_due(office, opened)
        again = await office.sign_in.by_password("tom", PASSWORD, BROWSER)
        assert await proof_due(office, again), "each by itself, as after a link"
        await prove(desk, again)
        assert not await proof_due(office, again)

    asyncio.run(story())


def test_nor_does_a_password_where_they_signed_every_device_out(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        opened = await office.sign_in.by_password("tom", PASSWORD, BROWSER)
        await prove(desk, opened)
        await desk.assured.assurance.forget(tom.id, opened.session.device)
        assert await proof_due(office, await office.sign_in.by_password("tom", PASSWORD, BROWSER))

    asyncio.run(story())


def test_the_notice_comes_before_the_first_message(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await add(office)
        await prove(desk, await by_link(office, tom))
        assert await refused(desk.notices.demand(tom)) == "notice_required"
        await desk.notices.accept(tom.actor, CONSOLE, NOTICES["en"].sha256)
        await desk.notices.demand(tom)

    asyncio.run(story())


def test_employees_need_no_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = await office.hire()
        assert not await proof_due(office, await by_link(office, ada))

    asyncio.run(story())
