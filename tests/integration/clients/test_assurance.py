"""How sure the firm is of clients: devices, an advisor's word. Both databases."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.domain.values import Actor, Command, Origin, SystemEntry
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.clients.invites import Invitee
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.service import Opened
from onrecord.protocol.assurance import Assurance
from onrecord_archive.events.clients import (
    AssuranceChanged,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
)
from onrecord_archive.events.payload import Payload
from tests.integration.clients.test_passkeys import make, refused, sign_in
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office, open_office

CODE = Origin("code")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def clara_of_ada(office: Office, desk: Desk) -> tuple[Actor, Opened]:
    """An advisor, and her client who just came in."""
    ada = (await office.hire(role="advisor")).actor
    return ada, await desk.bring_in(ada)


@asynccontextmanager
async def at_work(task: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run something in the background meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(task)
        yield
        running.cancel()


async def come_back(desk: Desk, device: str | None, mail: str = "clara@example.com") -> Opened:
    """Sign in by code, on the device that has this secret."""
    caller = replace(CHAT, device_secret=device)
    known = len(desk.letters())
    async with at_work(desk.coming_back.run()):
        await desk.coming_back.send_code(mail, caller)
        await asyncio.to_thread(desk.wait_for_letters, known + 1)
    return await desk.coming_back.sign_in(mail, desk.code(), caller)


def said(office: Office, kind: type[Payload]) -> list[Payload]:
    """What conversations were told of one kind."""
    return [each.body for each in office.records.entries if isinstance(each.body, kind)]


def seen(office: Office, viewer: Actor, client: Actor) -> Assurance:
    """How sure somebody's screen says the firm is."""
    (shown,) = [one for one in office.world.reads.people(viewer.id) if one.id == client.id]
    assert shown.assurance is not None
    return shown.assurance


def test_a_new_device_is_told_of_once_and_by_a_letter(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, first = await clara_of_ada(office, desk)
        assert said(office, DeviceAdded) == []  # the first one is no news
        await come_back(desk, first.device_secret)
        assert said(office, DeviceAdded) == []
        letters = len(desk.letters())
        second = await come_back(desk, None)
        assert said(office, DeviceAdded) == [DeviceAdded("Chromium on Linux")]
        (entry,) = [each for each in office.records.entries if isinstance(each.body, DeviceAdded)]
        assert entry.stream == direct_stream_id(ada.id, first.person.id)
        assert entry.actor == first.person.actor
        async with at_work(desk.assured.arrivals.run()):
            await asyncio.to_thread(desk.wait_for_letters, letters + 2)
        assert "new device" in desk.letters()[-1]["short"] or "nowym" in desk.letters()[-1]["short"]
        assert "Chromium" not in str(desk.letters()[-1])  # contentless
        await come_back(desk, second.device_secret)
        assert len(said(office, DeviceAdded)) == 1
        assert second.session.device != first.session.device

    asyncio.run(story())


def test_one_browser_of_two_clients_is_known_for_both(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, clara = await clara_of_ada(office, desk)
        await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        for _ in range(2):
            await come_back(desk, clara.device_secret, "dan@example.com")
            await come_back(desk, clara.device_secret)
        assert len(said(office, DeviceAdded)) == 1  # Dan's, once

    asyncio.run(story())


def test_a_device_that_was_signed_out_is_new_again(office: Office, desk: Desk) -> None:
    async def story() -> None:
        _, first = await clara_of_ada(office, desk)
        client, device = first.person, first.session.device
        await office.sign_out.device(
            (await office.sessions.find(first.secret, "chat")).signed_in, CODE, client.id, device
        )
        await desk.assured.assurance.forget(client.id, device)
        await come_back(desk, first.device_secret)
        assert len(said(office, DeviceAdded)) == 1

    asyncio.run(story())


def test_where_another_client_reads_along_nothing_is_told(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, clara = await clara_of_ada(office, desk)
        dan = await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        members = (ada.id, clara.person.id, dan.person.id)
        office.world.people |= {one.id: one for one in (ada, clara.person.actor, dan.person.actor)}
        both = office.world.conversation(*members, title="Both")
        before = len(office.records.entries)
        await come_back(desk, None)
        told = {each.stream for each in office.records.entries[before:]}
        assert direct_stream_id(ada.id, clara.person.id) in told
        assert both not in told
        # Nor does one client's screen say how sure the firm is of the other.
        others = office.world.reads.people(dan.person.id)
        assert {one.id: one.assurance is not None for one in others if one.kind == "client"} == {
            clara.person.id: False,
            dan.person.id: True,
        }

    asyncio.run(story())


def test_a_group_is_told_nothing_that_a_client_who_joins_later_could_read(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, clara = await clara_of_ada(office, desk)
        office.world.people |= {one.id: one for one in (ada, clara.person.actor)}
        group = office.world.conversation(ada.id, clara.person.id, title="Clara alone")
        await come_back(desk, None)
        await desk.assured.assurance.confirm(ada, CONSOLE, clara.person.id, "voice")
        await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(clara.person.id, None, "screen"), BY_TWO
        )
        kinds = (DeviceAdded, IdentityConfirmed, AssuranceChanged, IdentityReset)
        told = [each for each in office.records.entries if isinstance(each.body, kinds)]
        assert {type(each.body) for each in told} == set(kinds)
        assert {each.stream for each in told} == {direct_stream_id(ada.id, clara.person.id)}
        assert group not in {each.stream for each in told}

    asyncio.run(story())


def test_nobody_comes_in_unseen(office: Office, desk: Desk) -> None:
    """When the archive takes nothing, a new device is not let in, and is new the next time too."""

    async def story() -> None:
        _, first = await clara_of_ada(office, desk)
        office.records.before = _fail_at_new_devices
        assert await refused(come_back(desk, None)) == "archive_unavailable"
        office.records.before = lambda command: None
        assert len(await office.sessions.of(first.person.id)) == 1
        await come_back(desk, None)
        assert len(said(office, DeviceAdded)) == 1

    asyncio.run(story())


def _fail_at_new_devices(command: Command) -> None:
    if isinstance(command.body, DeviceAdded):
        raise Unavailable("archive_unavailable", "")


def test_an_advisors_word_counts_for_the_devices_known_and_for_a_time(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assurance = opened.person, desk.assured.assurance
        found = await office.sessions.find(opened.secret, "chat")
        assert (found.signed_in.auth, seen(office, ada, client.actor).proof) == ("code", "code")
        ticket = await office.tickets.issue(opened.session, "https://chat.example")
        await office.tickets.redeem(ticket, "https://chat.example")
        assert not office.registry.is_confirmed(opened.session.id)
        await assurance.confirm(ada, CONSOLE, client.id, "video")
        assert office.registry.is_confirmed(opened.session.id)  # its socket, at once
        found = await office.sessions.find(opened.secret, "chat")
        assert found.signed_in.auth == "advisor_confirmed"
        shown = seen(office, ada, client.actor).confirmation
        assert shown is not None
        assert (shown.how, shown.by) == ("video", ada.id)
        confirmed = said(office, IdentityConfirmed)
        assert confirmed == [IdentityConfirmed(client.id, "video", shown.until)]
        (fact,) = [e for e in office.records.entries if e.body.type == "client.confirmed"]
        assert fact.actor == ada
        # The same device later is confirmed, another one is not, and shows as what it is.
        again = await come_back(desk, opened.device_secret)
        found = await office.sessions.find(again.secret, "chat")
        assert found.signed_in.auth == "advisor_confirmed"
        other = await come_back(desk, None)
        found = await office.sessions.find(other.secret, "chat")
        assert found.signed_in.auth == "code"
        assert seen(office, ada, client.actor).confirmation is None
        last = said(office, AssuranceChanged)[-1]
        assert isinstance(last, AssuranceChanged)
        assert last.confirmed_how is None
        # And no longer than for the period.
        again = await come_back(desk, opened.device_secret)
        office.clock.move(days=89, hours=23, minutes=30)
        late = await come_back(desk, opened.device_secret)
        office.clock.move(hours=1)
        found = await office.sessions.find(late.secret, "chat")
        assert found.signed_in.auth == "code"
        assert not office.registry.is_confirmed(opened.session.id)

    asyncio.run(story())


def test_it_counts_where_a_known_device_comes_in_by_an_administrators_link(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, proving = opened.person, desk.assured.proving
        await desk.assured.assurance.confirm(ada, CONSOLE, client.id, "video")
        link = await office.links.create(ada, CONSOLE, client.id, "chat", warrant=BY_TWO)
        caller = replace(CHAT, device_secret=opened.device_secret)
        again = await office.sign_in.by_link(link.path.removeprefix("/#link="), caller)
        await proving.send_code(client, again.session, CODE)
        proved = await proving.prove(client, again.session, CODE, desk.code(), caller.device_secret)
        assert proved.session.device == opened.session.device
        shown = seen(office, ada, client.actor).confirmation
        assert shown is not None
        assert shown.how == "video"
        (fact,) = [e for e in office.records.entries if e.body.type == "client.proved"]
        assert isinstance(fact.body, SystemEntry)
        assert fact.body.facts["device"] == opened.session.device
        # Where the browser is not known, it is a new device, and nobody's word.
        other = await office.links.create(ada, CONSOLE, client.id, "chat", warrant=BY_TWO)
        new = await office.sign_in.by_link(other.path.removeprefix("/#link="), CHAT)
        await proving.send_code(client, new.session, CODE)
        await proving.prove(client, new.session, CODE, desk.code(), None)
        assert seen(office, ada, client.actor).confirmation is None

    asyncio.run(story())


def test_only_a_clients_own_advisor_may_give_it(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        eve = (await office.hire("eve", role="advisor")).actor
        assured, client = desk.assured, opened.person
        for who, whom in ((eve, client.id), (ada, eve.id), (ada, ada.id)):
            work = assured.assurance.confirm(who, CONSOLE, whom, "voice")
            assert await refused(work) == "no_such_client"
            assert await refused(assured.assurance.withdraw(who, CONSOLE, whom)) == "no_such_client"
            work = assured.again.begin(who, CONSOLE, ResetClient(whom, None, "screen"), BY_TWO)  # type: ignore[assignment]
            assert await refused(work) == "no_such_client"
        assert seen(office, ada, client.actor).confirmation is None
        assert len(await office.sessions.of(client.id)) == 1

    asyncio.run(story())


async def due(office: Office, opened: Opened) -> bool:
    """Whether a request of this session is asked for a code."""
    return (await office.sessions.find(opened.secret, "chat")).signed_in.proof_due


def test_when_the_period_is_over_a_code_is_due(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assured = opened.person, desk.assured
        key = await make(desk, opened)
        office.clock.move(days=80)
        assert not await due(office, await sign_in(desk, key))
        office.clock.move(days=10)
        by_passkey = await sign_in(desk, key)  # says who it is, not whose phone number it is now
        assert await due(office, by_passkey)
        token = await office.tickets.issue(by_passkey.session, "https://chat.example")
        work = office.tickets.redeem(token, "https://chat.example")
        assert await refused(work) == "verification_due"
        assert seen(office, ada, client.actor).proof == "passkey"
        await assured.proving.send_code(client, by_passkey.session, CODE)
        await assured.proving.prove(client, by_passkey.session, CODE, desk.code())
        assert not await due(office, by_passkey)
        assert seen(office, ada, client.actor).proof == "passkey"
        # An advisor's word begins the period anew as well.
        office.clock.move(days=89)
        await assured.assurance.confirm(ada, CONSOLE, client.id, "in_person")
        office.clock.move(days=2)
        known = replace(CHAT, device_secret=by_passkey.device_secret)
        assert not await due(office, await sign_in(desk, key, known))
        assert await due(office, await sign_in(desk, key))  # a device that the word is not for
        office.clock.move(days=88)
        assert await due(office, await sign_in(desk, key, known))

    asyncio.run(story())
