"""An advisor's word that was given in error is taken back. Both databases."""

import asyncio
from dataclasses import replace

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import Command, SystemEntry
from onrecord_archive.events.clients import AssuranceChanged, IdentityWithdrawn
from tests.integration.clients.test_assurance import (
    clara_of_ada,
    come_back,
    desk,
    due,
    office,
    said,
    seen,
)
from tests.integration.clients.test_passkeys import make, refused, sign_in
from tests.integration.front_desk import Desk
from tests.integration.office import CHAT, CONSOLE, Office

__all__ = ["desk", "office"]


def test_a_word_that_was_given_in_error_is_taken_back(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assurance = opened.person, desk.assured.assurance
        assert await refused(assurance.withdraw(ada, CONSOLE, client.id)) == "nothing_to_withdraw"
        ticket = await office.tickets.issue(opened.session, "https://chat.example")
        await office.tickets.redeem(ticket, "https://chat.example")
        await assurance.confirm(ada, CONSOLE, client.id, "voice")
        await assurance.withdraw(ada, CONSOLE, client.id)
        assert not office.registry.is_confirmed(opened.session.id)  # its socket, at once
        found = await office.sessions.find(opened.secret, "chat")
        assert found.signed_in.auth == "code"
        assert seen(office, ada, client.actor).confirmation is None
        assert said(office, IdentityWithdrawn) == [IdentityWithdrawn(client.id)]
        last = said(office, AssuranceChanged)[-1]
        assert isinstance(last, AssuranceChanged)
        assert last.confirmed_by is None
        (fact,) = [e for e in office.records.entries if e.body.type == "client.withdrawn"]
        assert fact.actor == ada
        # A device that the client comes back on later is not confirmed either.
        again = await come_back(desk, opened.device_secret)
        found = await office.sessions.find(again.secret, "chat")
        assert found.signed_in.auth == "code"
        assert await refused(assurance.withdraw(ada, CONSOLE, client.id)) == "nothing_to_withdraw"

    asyncio.run(story())


def test_whoever_went_on_by_that_word_alone_is_asked_for_a_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assurance = opened.person, desk.assured.assurance
        key = await make(desk, opened)
        office.clock.move(days=89)
        await assurance.confirm(ada, CONSOLE, client.id, "voice")
        office.clock.move(days=2)
        again = await sign_in(desk, key, replace(CHAT, device_secret=opened.device_secret))
        assert not await due(office, again)
        await assurance.withdraw(ada, CONSOLE, client.id)
        assert await due(office, again)

    asyncio.run(story())


def test_what_broke_off_is_taken_back_again_until_everybody_heard(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assurance = opened.person, desk.assured.assurance
        await assurance.confirm(ada, CONSOLE, client.id, "voice")

        def fail(command: Command) -> None:
            if isinstance(command.body, IdentityWithdrawn):
                raise Unavailable("archive_unavailable", "")

        office.records.before = fail
        work = assurance.withdraw(ada, CONSOLE, client.id)
        assert await refused(work) == "archive_unavailable"
        assert not office.registry.is_confirmed(opened.session.id)
        found = await office.sessions.find(opened.secret, "chat")
        assert found.signed_in.auth == "code"
        office.records.before = lambda _: None
        await assurance.withdraw(ada, CONSOLE, client.id)
        assert said(office, IdentityWithdrawn) == [IdentityWithdrawn(client.id)]
        assert await refused(assurance.withdraw(ada, CONSOLE, client.id)) == "nothing_to_withdraw"

    asyncio.run(story())


@pytest.mark.parametrize("step", ["record", "effect"])
def test_a_kill_leaves_no_record_without_its_effect(office: Office, desk: Desk, step: str) -> None:
    """The process dies in or after the first thing that taking back does; a start does the rest."""

    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        assurance = desk.assured.assurance
        await assurance.confirm(ada, CONSOLE, opened.person.id, "voice")

        def die(command: Command) -> None:
            taken_back = isinstance(command.body, IdentityWithdrawn)
            if taken_back or (step == "record" and withdrawn(command)):
                raise asyncio.CancelledError

        office.records.before = die
        with pytest.raises(asyncio.CancelledError):
            await assurance.withdraw(ada, CONSOLE, opened.person.id)
        office.records.before = lambda _: None
        await office.entries.settle()  # as the next start does
        found = await office.sessions.find(opened.secret, "chat")
        assert found.signed_in.auth == "code"
        assert len([e for e in office.records.entries if withdrawn(e)]) == 1
        await assurance.withdraw(ada, CONSOLE, opened.person.id)  # for those who have not heard
        await office.entries.settle()
        assert said(office, IdentityWithdrawn) == [IdentityWithdrawn(opened.person.id)]
        assert len([e for e in office.records.entries if withdrawn(e)]) == 1

    asyncio.run(story())


def test_it_counts_for_nothing_at_once_also_while_the_archive_takes_nothing(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        assurance = desk.assured.assurance
        await assurance.confirm(ada, CONSOLE, opened.person.id, "voice")

        def fail(command: Command) -> None:
            raise Unavailable("archive_unavailable", "")

        office.records.before = fail
        work = assurance.withdraw(ada, CONSOLE, opened.person.id)
        assert await refused(work) == "archive_unavailable"
        assert seen(office, ada, opened.person.actor).confirmation is None
        office.records.before = lambda _: None
        await assurance.confirm(ada, CONSOLE, opened.person.id, "video")
        types = [e.body.type for e in office.records.entries if isinstance(e.body, SystemEntry)]
        order = [each for each in types if each in ("client.withdrawn", "client.confirmed")]
        assert order == ["client.confirmed", "client.withdrawn", "client.confirmed"]

    asyncio.run(story())


def withdrawn(command: Command) -> bool:
    return command.body.type == "client.withdrawn"
