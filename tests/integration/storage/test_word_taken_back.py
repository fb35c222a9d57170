"""An advisor's word that was given in error is taken back. Both databases."""

import asyncio
from dataclasses import replace

from onrecord.domain.assurance import IdentityWithdrawn
from onrecord.domain.errors import Unavailable
from onrecord.domain.values import AssuranceChanged, Command
from tests.integration.identity.front_desk import Desk
from tests.integration.identity.office import CHAT, CONSOLE, Office
from tests.integration.identity.test_passkeys import make, refused, sign_in
from tests.integration.storage.test_assurance import (
    clara_of_ada,
    come_back,
    desk,
    due,
    office,
    said,
    seen,
)

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


def test_control_a_word_that_the_archive_does_not_take_back_stands(
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
        assert seen(office, ada, opened.person.actor).confirmation is not None

    asyncio.run(story())
