"""A client comes in anew, and the address of before is told. Both databases."""

import asyncio

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.core.domain.values import Command, SystemEntry
from onrecord.features.clients.invites import Invitee
from onrecord.features.people.requests import ResetClient
from onrecord_archive.events.clients import DeviceAdded, IdentityReset
from onrecord_archive.events.conversations import ConversationCreated
from tests.integration.clients.test_assurance import at_work, clara_of_ada, desk, office, said, seen
from tests.integration.clients.test_passkeys import make, refused, sign_in
from tests.integration.front_desk import Desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office

__all__ = ["desk", "office"]


def test_who_lost_their_mailbox_comes_in_anew(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, assured = opened.person, desk.assured
        key = await make(desk, opened)
        await assured.assurance.confirm(ada, CONSOLE, client.id, "voice")
        ended: list[str] = []
        ticket = await office.tickets.issue(opened.session, "https://chat.example")
        await office.tickets.redeem(ticket, "https://chat.example")
        office.registry.watch(opened.session.id, client.id, ended.append)
        made = await assured.again.begin(
            ada, CONSOLE, ResetClient(client.id, "+48 601 234 567", "screen"), BY_TWO
        )
        assert ended == ["client_reset"]
        assert await office.sessions.of(client.id) == []
        assert await refused(sign_in(desk, key)) == "bad_passkey"
        assert await assured.passkeys.of(client.id) == []
        assert seen(office, ada, client.actor).proof == "none"
        assert said(office, IdentityReset) == [IdentityReset(client.id)]
        work = assured.assurance.confirm(ada, CONSOLE, client.id, "voice")
        assert await refused(work) == "nobody_to_confirm"
        letters = len(desk.letters())
        token = made.link.partition("#invite=")[2]
        async with at_work(desk.coming_back.run()):
            await desk.coming_back.send_code("clara@example.com", CHAT)  # whose that is now
            to = await desk.invitation.send_code(token, CHAT)
            await asyncio.to_thread(desk.wait_for_letters, letters + 1)
        assert (to.way, len(desk.letters())) == ("sms", letters + 1)
        notice = desk.notices.of("pl").sha256
        anew = await desk.invitation.accept(token, desk.code(), notice, CHAT)
        assert anew.person.id == client.id
        stream = direct_stream_id(ada.id, client.id)
        assert office.world.reads.conversation(client.id, stream).last_seq > 1
        assert len(said(office, ConversationCreated)) == 1
        assert len(said(office, DeviceAdded)) == 1  # no device of before counts as known
        shown = seen(office, ada, client.actor)
        assert (shown.proof, shown.confirmation) == ("code", None)

    asyncio.run(story())


def test_coming_in_anew_takes_a_password_away(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        tom = await office.hire("tom", kind="client", role="client")
        office.world.people |= {ada.id: ada, tom.id: tom.actor}
        office.world.conversation(ada.id, tom.id, direct=True)
        await office.sign_in.by_password("tom", PASSWORD, CHAT)
        await desk.assured.again.begin(ada, CONSOLE, ResetClient(tom.id, None, "screen"), BY_TWO)
        work = office.sign_in.by_password("tom", PASSWORD, CHAT)
        assert await refused(work) == "bad_credentials"

    asyncio.run(story())


def test_the_address_of_before_is_told_that_codes_go_elsewhere(office: Office, desk: Desk) -> None:
    """Whoever moves a client's codes may be a thief; nobody but the old address would notice."""

    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, again = opened.person.id, desk.assured.again
        before = len(desk.letters())
        await again.begin(ada, CONSOLE, ResetClient(client, None, "screen"), BY_TWO)
        assert len(desk.letters()) == before, "it is where they went before"
        await again.begin(ada, CONSOLE, ResetClient(client, "thief@example.net", "mail"), BY_TWO)
        warning, invitation = desk.letters()[before:]
        assert (warning["to"], invitation["to"]) == ("clara@example.com", "thief@example.net")
        assert "zadzwoń do firmy" in warning["short"]
        for hidden in ("thief", "Clara", "Ada", "http"):
            assert hidden not in str(warning)
        await office.entries.settle()
        bodies = [each.body for each in office.records.entries]
        resets = [
            body.facts["address_changed"]
            for body in bodies
            if isinstance(body, SystemEntry) and body.type == "client.reset"
        ]
        assert sorted(resets, key=bool) == [False, True]

    asyncio.run(story())


def test_a_warning_that_nobody_takes_stops_nothing(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, again = opened.person.id, desk.assured.again
        desk.post.fails = Unavailable("letter_not_taken", "No.")
        made = await again.begin(
            ada, CONSOLE, ResetClient(client, "clara@new.example", "screen"), BY_TWO
        )
        assert made.invite.address.value == "clara@new.example"
        await office.entries.settle()
        assert "letter.failed" in office.records.types()

    asyncio.run(story())


def test_where_it_cannot_be_recorded_the_address_stays_and_is_told_later(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, again, before = opened.person.id, desk.assured.again, len(desk.letters())

        def orders(command: Command) -> None:
            if command.body.type == "letter.ordered":
                raise Unavailable("archive_unavailable", "No.")

        office.records.before = orders
        work = again.begin(ada, CONSOLE, ResetClient(client, "clara@new.example", "screen"), BY_TWO)
        assert await refused(work) == "archive_unavailable"
        office.records.before = lambda command: None
        await again.begin(ada, CONSOLE, ResetClient(client, "clara@new.example", "screen"), BY_TWO)
        assert [each["to"] for each in desk.letters()[before:]] == ["clara@example.com"]

    asyncio.run(story())


def test_it_ends_first_and_can_be_gone_on_with(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        client, again = opened.person, desk.assured.again
        office.records.fails = Unavailable("archive_unavailable", "")
        work = again.begin(ada, CONSOLE, ResetClient(client.id, None, "mail"), BY_TWO)
        assert await refused(work) == "archive_unavailable"
        assert await office.sessions.of(client.id) == []
        office.records.fails = None
        first = await again.begin(ada, CONSOLE, ResetClient(client.id, None, "mail"), BY_TWO)
        assert first.invite.sent
        second = await again.begin(
            ada, CONSOLE, ResetClient(client.id, "clara@example.org", "mail"), BY_TWO
        )
        old = first.link.partition("#invite=")[2]
        assert await refused(desk.invitation.show(old, CHAT)) == "bad_invite"
        await desk.invitation.show(second.link.partition("#invite=")[2], CHAT)
        await office.entries.settle()
        assert office.records.types().count("client.reset") == 3

    asyncio.run(story())


def test_an_address_of_another_client_is_not_taken(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, opened = await clara_of_ada(office, desk)
        await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))
        client = opened.person
        work = desk.assured.again.begin(
            ada, CONSOLE, ResetClient(client.id, "dan@example.com", "mail"), BY_TWO
        )
        assert await refused(work) == "address_taken"
        assert len(await office.sessions.of(client.id)) == 1
        work = desk.assured.again.begin(
            ada, CONSOLE, ResetClient(client.id, "no address", "mail"), BY_TWO
        )
        assert await refused(work) == "bad_address"
        assert len(await office.sessions.of(client.id)) == 1

    asyncio.run(story())
