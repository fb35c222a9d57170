"""How sessions end, and that their sockets are told before the call returns."""

import asyncio

import pytest

from onrecord.core.domain.errors import NotFound, NotSignedIn, Unavailable
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.features.people.people import Changes
from onrecord.features.sign_in.service import Opened
from onrecord.features.sign_in.tokens import NewToken
from tests.integration.office import (
    BY_TWO,
    CHAT,
    CONSOLE,
    GLASS,
    PASSWORD,
    Office,
    change_password,
)

ORIGIN = "https://chat.localhost:8443"
DOWN = Unavailable("archive_unavailable", "The archive cannot be written.")


async def connect(office: Office, opened: Opened, ended: list[str]) -> None:
    """Hang a socket on a session; *ended* is told why it ends."""
    ticket = await office.tickets.issue(opened.session, ORIGIN)
    signed_in = await office.tickets.redeem(ticket, ORIGIN)
    office.registry.watch(signed_in.session, signed_in.person.id, ended.append)
    assert office.registry.why_not(signed_in.session) is None


async def sign_in(office: Office) -> Opened:
    return await office.sign_in.by_password("ada", PASSWORD, CHAT)


def test_sign_out_ends_the_session_its_sockets_and_its_tickets(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        ticket = await office.tickets.issue(opened.session, ORIGIN)
        found = await office.sessions.find(opened.secret, "chat")
        await office.sign_out.this_session(found.signed_in, Origin("password"))
        assert ended == ["signed_out"]
        assert office.registry.why_not(opened.session.id) == "session_ended"
        with pytest.raises(NotSignedIn):
            await office.sessions.find(opened.secret, "chat")
        with pytest.raises(NotSignedIn) as refused:
            await office.tickets.redeem(ticket, ORIGIN)
        assert refused.value.code == "bad_ticket"

    asyncio.run(run())


def test_revoking_a_device_ends_its_session_alone(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        phone, desk = await sign_in(office), await sign_in(office)
        gone, stays = list[str](), list[str]()
        await connect(office, phone, gone)
        await connect(office, desk, stays)
        who = (await office.sessions.find(desk.secret, "chat")).signed_in
        await office.sign_out.device(who, Origin("password"), ada.id, phone.session.device)
        assert (gone, stays) == (["device_revoked"], [])
        assert [each.id for each in await office.sessions.of(ada.id)] == [desk.session.id]

    asyncio.run(run())


def test_somebody_elses_device_is_not_found(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        await office.hire("eve")
        opened = await sign_in(office)
        eve = await office.sign_in.by_password("eve", PASSWORD, CHAT)
        who = (await office.sessions.find(eve.secret, "chat")).signed_in
        with pytest.raises(NotFound):
            await office.sign_out.device(who, CONSOLE, who.person.id, opened.session.device)
        assert len(await office.sessions.of(ada.id)) == 1

    asyncio.run(run())


@pytest.mark.promise("P10")
def test_deactivation_ends_everything_of_a_person(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        secret, token = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script"))
        await office.tokens.redeem(secret)
        office.registry.watch(token.id, ada.id, ended.append)
        link = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO)
        ticket = await office.tickets.issue(opened.session, ORIGIN)
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        assert ended == ["deactivated", "deactivated"]
        for attempt in (
            office.sessions.find(opened.secret, "chat"),
            office.tickets.redeem(ticket, ORIGIN),
            office.tokens.redeem(secret),
            office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT),
        ):
            with pytest.raises(NotSignedIn):
                await attempt
        await office.people.activate(SYSTEM, CONSOLE, ada.id, BY_TWO)
        with pytest.raises(NotSignedIn):
            await office.sessions.find(opened.secret, "chat")
        await sign_in(office)

    asyncio.run(run())


@pytest.mark.parametrize("changes", [Changes(role="compliance"), Changes(org="Elsewhere")])
def test_a_new_role_or_organisation_ends_sessions(office: Office, changes: Changes) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        await office.people.change(SYSTEM, CONSOLE, ada.id, changes, GLASS)
        assert ended == ["device_revoked"]

    asyncio.run(run())


def test_a_new_name_does_not(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        await office.people.change(SYSTEM, CONSOLE, ada.id, Changes(name="Ada Lovelace"), BY_TWO)
        assert ended == []
        assert office.records.facts()["name"] == "Ada Lovelace"

    asyncio.run(run())


def test_a_new_password_ends_sessions_and_the_old_one(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await sign_in(office)
        kept = await change_password(office, ada, "another good horse")
        await office.sessions.find(kept.secret, "chat")
        with pytest.raises(NotSignedIn):
            await office.sessions.find(opened.secret, "chat")
        with pytest.raises(NotSignedIn):
            await sign_in(office)
        await office.sign_in.by_password("ada", "another good horse", CHAT)

    asyncio.run(run())


def test_a_door_closes_without_an_archive_and_the_entry_follows_once(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        office.records.fails = DOWN
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        assert ended == ["deactivated"]
        assert not await office.entries.settle()
        assert "person.deactivated" not in office.records.types()
        office.records.fails = None
        assert await office.entries.settle()
        assert await office.entries.settle()
        assert office.records.types().count("person.deactivated") == 1

    asyncio.run(run())


def test_an_entry_that_was_recorded_but_not_struck_off_is_one_record(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        (owed,) = office.store.owed(10)
        await office.entries.settle()
        office.store.shut_out(ada.id, owed, deactivate=True, at=office.clock.now())
        await office.entries.settle()
        assert office.records.types().count("person.deactivated") == 1

    asyncio.run(run())


def test_sessions_end_by_age_and_by_idleness(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        opened = await sign_in(office)
        office.clock.move(minutes=119)
        await office.sessions.find(opened.secret, "chat")
        office.clock.move(minutes=2)
        with pytest.raises(NotSignedIn) as refused:
            await office.sessions.find(opened.secret, "chat")
        assert refused.value.code == "session_expired"
        busy = await sign_in(office)
        for _ in range(11):
            office.clock.move(minutes=60)
            await office.sessions.find(busy.secret, "chat")
            await office.sessions.note_seen(office.registry.watched())
        office.clock.move(minutes=60)
        with pytest.raises(NotSignedIn):
            await office.sessions.find(busy.secret, "chat")

    asyncio.run(run())


def test_a_session_with_a_socket_is_not_idle_but_still_ends_by_age(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        for _ in range(11):
            office.clock.move(minutes=60)
            await office.sessions.note_seen(office.registry.watched())
        office.registry.sweep()
        await office.sessions.find(opened.secret, "chat")
        assert ended == []
        office.clock.move(minutes=60)
        assert office.registry.why_not(opened.session.id) == "session_ended"
        office.registry.sweep()
        assert ended == ["session_expired"]

    asyncio.run(run())


def test_the_keeper_settles_and_sweeps(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened, ended = await sign_in(office), list[str]()
        await connect(office, opened, ended)
        office.records.arrived.clear()
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(office.keeper.run())
            await office.records.arrived.wait()
            keeping.cancel()
        assert office.records.types()[-1] == "person.deactivated"
        assert ended == ["deactivated"]

    asyncio.run(run())
