"""Open invites go to the successor, and their links go on. Both databases."""

import asyncio

from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.domain.values import SYSTEM, SystemEntry
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.invites import Invitee
from onrecord.features.people.requests import ResetClient
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_assurance import clara_of_ada, desk, office
from tests.integration.front_desk import Desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office

__all__ = ["desk", "office"]


def test_what_a_leaver_began_goes_on_with_the_successor(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        ben = (await office.hire("ben", role="advisor")).actor
        _, ordinary = await desk.invite(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        reset = await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(opened.person.id, "clara@new.example", "mail"), BY_TWO
        )
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id, ben.id)
        theirs = {each.id for each in await desk.invites.of(ben) if each.accepted_at is None}
        assert len(theirs) == 2
        for token in (ordinary, reset.link.partition("#invite=")[2]):
            shown = await desk.invitation.show(token, CHAT)
            assert shown.advisor.id == ben.id
            await desk.invitation.send_code(token, CHAT)
            notice = desk.notices.of(shown.invite.locale).sha256
            await desk.invitation.accept(token, desk.code(), notice, CHAT)
        await office.entries.settle()
        (passed,) = [
            each.body.facts
            for each in office.records.entries
            if isinstance(each.body, SystemEntry) and each.body.type == "invites.passed"
        ]
        assert (passed["person"], passed["successor"]) == (ada.id, ben.id)
        assert set(passed["invites"]) == theirs  # type: ignore[arg-type]

    asyncio.run(story())


def test_a_leaver_without_open_invites_passes_none_on(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, _ = await clara_of_ada(office, desk)
        ben = (await office.hire("ben", role="advisor")).actor
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id, ben.id)
        await office.entries.settle()
        assert "invites.passed" not in office.records.types()
        (closed,) = await desk.invites.of(ada)
        assert closed.accepted_at is not None

    asyncio.run(story())


def test_a_clients_open_reset_goes_with_them_at_a_hand_over(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client = opened.person
        ben = (await office.hire("ben", role="advisor")).actor
        office.world.people |= {ada.id: ada, ben.id: ben}
        await desk.invite(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        reset = await desk.assured.again.begin(
            ada, CONSOLE, ResetClient(client.id, None, "mail"), BY_TWO
        )
        body = ConversationHandedOver(PersonId(""), ben.id, 0, "all")
        office.world.do(ada.id, direct_stream_id(ada.id, client.id), body)
        (theirs,) = await desk.invites.of(ben)
        assert theirs.id == reset.invite.id
        assert len(await desk.invites.of(ada)) == 2  # Dan's, and Clara's first, long accepted
        shown = await desk.invitation.show(reset.link.partition("#invite=")[2], CHAT)
        assert shown.advisor.id == ben.id

    asyncio.run(story())


def test_that_the_client_has_left_is_said_to_whoever_invited_them_after_a_hand_over_too(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client = opened.person
        ben = (await office.hire("ben", role="advisor")).actor
        office.world.people |= {ada.id: ada, ben.id: ben, client.id: client.actor}
        body = ConversationHandedOver(PersonId(""), ben.id, 0, "all")
        office.world.do(ada.id, direct_stream_id(ada.id, client.id), body)
        routes = desk.root[InvitingRoutes]

        async def states() -> list[str]:
            return [routes.shown(each).state for each in await desk.invites.of(ada)]

        await office.people.deactivate(SYSTEM, CONSOLE, client.id)
        assert await states() == ["accepted"]  # an account that was ended may be let in again
        await office.people.activate(SYSTEM, CONSOLE, client.id, BY_TWO)
        await desk.leaving.leave(client.actor, CONSOLE)
        assert await states() == ["left"]

    asyncio.run(story())
