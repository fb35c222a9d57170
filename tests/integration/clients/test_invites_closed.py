"""Whoever has come in is not put out again by taking an invite back. Both databases."""

import asyncio

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.domain.values import Actor, Command
from onrecord.features.clients.invites import NewInvite
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.service import Opened
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_assurance import clara_of_ada, come_back, desk, office
from tests.integration.clients.test_passkeys import refused
from tests.integration.front_desk import Desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office

__all__ = ["desk", "office"]


async def half_in(office: Office, desk: Desk, before: str) -> tuple[Actor, str]:
    """Ada's invite, whose acceptance broke off before this was recorded."""
    ada = (await office.hire(role="advisor")).actor
    made, token = await desk.invite(ada)
    await desk.invitation.send_code(token, CHAT)

    def fail(command: Command) -> None:
        if command.body.type == before:
            raise Unavailable("archive_unavailable", "No.")

    office.records.before = fail
    notice = desk.notices.of("pl").sha256
    work = desk.invitation.accept(token, desk.code(), notice, CHAT)
    assert await refused(work) == "archive_unavailable"
    office.records.before = lambda command: None
    return ada, made.invite.id


async def watched(office: Office, opened: Opened) -> list[str]:
    """Hang a socket on somebody's session; return what it is told when that ends."""
    ended: list[str] = []
    ticket = await office.tickets.issue(opened.session, "https://chat.example")
    await office.tickets.redeem(ticket, "https://chat.example")
    office.registry.watch(opened.session.id, opened.person.id, ended.append)
    return ended


async def by_link(desk: Desk, made: NewInvite) -> Opened:
    """Come in by an invite's link."""
    token = made.link.partition("#invite=")[2]
    await desk.invitation.send_code(token, CHAT)
    return await desk.invitation.accept(token, desk.code(), desk.notices.of("pl").sha256, CHAT)


def test_a_reset_that_was_taken_back_ends_no_account(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        reset = await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(opened.person.id, None, "mail"), BY_TWO
        )
        await desk.invites.revoke(ada, CONSOLE, reset.invite.id)
        token = reset.link.partition("#invite=")[2]
        assert await refused(desk.invitation.show(token, CHAT)) == "bad_invite"
        await office.entries.settle()
        assert "person.deactivated" not in office.records.types()
        reset = await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(opened.person.id, None, "screen"), BY_TWO
        )
        assert (await by_link(desk, reset)).person.id == opened.person.id

    asyncio.run(story())


@pytest.mark.parametrize("handed_over", [False, True])
def test_who_came_in_anew_has_used_their_reset_up(
    office: Office, desk: Desk, *, handed_over: bool
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client = opened.person
        reset = await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(client.id, None, "screen"), BY_TWO
        )
        again = await by_link(desk, reset)
        ended = await watched(office, again)
        if handed_over:
            ben = (await office.hire("ben", role="advisor")).actor
            office.world.people |= {ada.id: ada, ben.id: ben}
            body = ConversationHandedOver(PersonId(""), ben.id, 0, "all")
            office.world.do(ada.id, direct_stream_id(ada.id, client.id), body)
        work = desk.invites.revoke(ada, CONSOLE, reset.invite.id)
        assert await refused(work) == "invite_closed"
        assert desk.store.client_at(reset.invite.address) == again.person
        assert [one.id for one in await office.sessions.of(client.id)] == [again.session.id]
        assert ended == []

    asyncio.run(story())


def test_who_came_in_by_code_half_way_through_an_invite_stays(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, invite = await half_in(office, desk, "session.opened")
        opened = await come_back(desk, None)
        assert await refused(desk.invites.revoke(ada, CONSOLE, invite)) == "invite_closed"
        assert await refused(desk.invites.again(ada, CONSOLE, invite, "mail")) == "invite_closed"
        assert [one.id for one in await office.sessions.of(opened.person.id)] == [opened.session.id]

    asyncio.run(story())


def test_who_has_no_conversation_yet_goes_with_the_invite_and_their_sockets_are_told(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, invite = await half_in(office, desk, "conversation.created")
        opened = await come_back(desk, None)
        ended = await watched(office, opened)
        await desk.invites.revoke(ada, CONSOLE, invite)
        assert ended == ["deactivated"]
        assert office.registry.why_not(opened.session.id) == "session_ended"
        assert await office.sessions.of(opened.person.id) == []
        await office.entries.settle()
        assert {"invite.revoked", "person.deactivated"} <= set(office.records.types())

    asyncio.run(story())
