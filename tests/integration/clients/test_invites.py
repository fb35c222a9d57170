"""From an invite to a client who is in: what is told, recorded, used up, and what never is."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.core.domain.ids import direct_stream_id
from onrecord.features.clients.invites import Invitee
from onrecord.features.notices.texts import Notice
from onrecord_archive.events.clients import NoticeAccepted
from tests.integration.front_desk import CLARA, NOTICES, Desk, open_desk
from tests.integration.office import CHAT, CONSOLE, Office

PHONE = Invitee("Jan", "+48 601-234-567", "en", "sms")
POLISH = NOTICES["pl"].sha256


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


def test_an_invite_goes_out_by_mail_in_the_clients_language(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        (letter,) = desk.letters()
        assert made.invite.sent
        assert letter["to"] == "clara@example.com"
        assert "zaprasza" in letter["subject"]
        assert made.link in letter["long"]
        assert token not in str(office.records.entries)
        assert office.records.types()[-2:] == ["invite.created", "letter.ordered"]
        await office.entries.settle()
        assert office.records.types()[-1] == "letter.sent"

    asyncio.run(story())


def test_by_sms_and_on_the_screen(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, _ = await desk.invite(ada, PHONE)
        assert desk.letters()[-1]["to"] == "+48601234567"
        assert len(desk.letters()[-1]["short"]) <= 160
        shown, _ = await desk.invite(ada, Invitee("Eve", "eve@example.com", "en", "screen"))
        sent = (made.invite.sent, shown.invite.sent)
        assert (*sent, len(desk.letters())) == (True, False, 1)

    asyncio.run(story())


def test_the_invited_person_gets_in(office: Office, desk: Desk) -> None:
    async def story() -> None:
        advisor = await office.hire(role="advisor")
        ada = advisor.actor
        _, token = await desk.invite(ada)
        shown = await desk.invitation.show(token, CHAT)
        assert (shown.advisor.name, shown.notice.locale) == ("Ada", "pl")
        switched = await desk.invitation.show(token, CHAT, "en")
        assert switched.notice.locale == "en"
        to = await desk.invitation.send_code(token, CHAT)
        assert to.masked == "c•••@example.com"
        opened = await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        client = opened.person
        assert (client.kind, client.role, client.outside) == ("client", "client", True)
        assert (client.name, client.org, client.locale) == ("Clara Ito", "Clara Ito", "pl")
        assert (await office.sessions.find(opened.secret, "chat")).person.id == client.id
        stream = direct_stream_id(ada.id, client.id)
        assert office.world.reads.conversation(client.id, stream).unread == 0
        assert await desk.notices.due(client) is None
        assert office.records.types()[-7:] == [
            "letter.ordered",
            "person.added",
            "conversation.created",
            "notice.accepted",  # of the stream `identity`
            "notice.accepted",  # and in the conversation
            "assurance.changed",
            "session.opened",
        ]
        assert office.records.facts(-4)["notice"] == POLISH.hex()
        said = office.records.entries[-3]
        assert (said.stream, said.actor.id) == (stream, client.id)
        assert said.body == NoticeAccepted(POLISH.hex(), "pl", "Zapis", "Wszystko.")

    asyncio.run(story())


def test_a_link_works_once_and_opening_it_uses_nothing_up(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        for _ in range(3):  # as a mail scanner does
            await desk.invitation.show(token, CHAT)
        await desk.invitation.send_code(token, CHAT)
        code = desk.code()
        await desk.invitation.accept(token, code, POLISH, CHAT)
        assert await refused(desk.invitation.show(token, CHAT)) == "bad_invite"
        assert await refused(desk.invitation.send_code(token, CHAT)) == "bad_invite"
        assert await refused(desk.invitation.accept(token, code, POLISH, CHAT)) == "bad_invite"

    asyncio.run(story())


def test_who_has_the_link_alone_is_not_let_in(office: Office, desk: Desk) -> None:
    """A forwarded link: the code goes to the address that the advisor typed."""

    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)
        right = desk.code()
        wrong = f"{(int(right) + 1) % 1_000_000:06}"
        for said in (*["bad_code"] * 4, "code_used_up"):
            assert await refused(desk.invitation.accept(token, wrong, POLISH, CHAT)) == said
            assert office.records.types()[-1] == "sign_in.refused"
            facts = {"auth": "code", "audience": "chat", "invite": made.invite.id}
            assert office.records.facts() == facts
        # The tries are used up: now the right one is no good either, until there is a new one.
        assert await refused(desk.invitation.accept(token, right, POLISH, CHAT)) == "code_used_up"
        await desk.invitation.send_code(token, CHAT)
        await desk.invitation.accept(token, desk.code(), POLISH, CHAT)

    asyncio.run(story())


def test_a_code_works_for_ten_minutes_and_once(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)
        office.clock.move(minutes=10)
        late = desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        assert await refused(late) == "bad_code"
        await desk.invitation.send_code(token, CHAT)
        older = desk.code()
        await desk.invitation.send_code(token, CHAT)
        if older != desk.code():
            replaced = desk.invitation.accept(token, older, POLISH, CHAT)
            assert await refused(replaced) == "bad_code"
        await desk.invitation.accept(token, desk.code(), POLISH, CHAT)

    asyncio.run(story())


def test_codes_are_not_sent_without_end(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        for _ in range(5):
            await desk.invitation.send_code(token, CHAT)
        with pytest.raises(TooMany) as caught:
            await desk.invitation.send_code(token, CHAT)
        assert caught.value.code == "too_many_codes"
        assert 0 < (caught.value.retry_after or 0) <= 600
        office.clock.move(seconds=600)
        await desk.invitation.send_code(token, CHAT)

    asyncio.run(story())


def test_links_cannot_be_guessed_at_speed(office: Office, desk: Desk) -> None:
    async def story() -> None:
        codes = [await refused(desk.invitation.show(f"guess {n}", CHAT)) for n in range(61)]
        assert set(codes[:60]) == {"bad_invite"}
        assert codes[60] == "too_many_attempts"

    asyncio.run(story())


def test_an_invite_ends_by_time_by_its_advisor_and_with_them(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = await office.hire(role="advisor")
        made, token = await desk.invite(ada.actor)
        await desk.invites.revoke(ada.actor, CONSOLE, made.invite.id)
        assert await refused(desk.invitation.show(token, CHAT)) == "bad_invite"
        again = desk.invites.revoke(ada.actor, CONSOLE, made.invite.id)
        assert await refused(again) == "invite_closed"
        await office.entries.settle()
        assert office.records.types()[-1] == "invite.revoked"
        _, token = await desk.invite(ada.actor)
        office.clock.move(days=7)
        assert await refused(desk.invitation.show(token, CHAT)) == "bad_invite"
        _, token = await desk.invite(ada.actor)
        await office.people.deactivate(ada.actor, CONSOLE, ada.id)
        assert await refused(desk.invitation.show(token, CHAT)) == "bad_invite"

    asyncio.run(story())


def test_a_new_link_voids_the_old_one(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, old = await desk.invite(ada)
        renewed = await desk.invites.again(ada, CONSOLE, made.invite.id, "screen")
        new = renewed.link.partition("#invite=")[2]
        assert await refused(desk.invitation.show(old, CHAT)) == "bad_invite"
        assert (await desk.invitation.show(new, CHAT)).invite.id == made.invite.id

    asyncio.run(story())


def test_invites_are_ones_own(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire("ada", role="advisor")).actor
        eve = (await office.hire("eve", role="advisor")).actor
        made, _ = await desk.invite(ada)
        assert [invite.id for invite in await desk.invites.of(ada)] == [made.invite.id]
        assert await desk.invites.of(eve) == []
        with pytest.raises(NotFound):
            await desk.invites.revoke(eve, CONSOLE, made.invite.id)
        with pytest.raises(NotFound):
            await desk.invites.again(eve, CONSOLE, made.invite.id, "screen")

    asyncio.run(story())


def test_one_address_is_one_client(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire("ada", role="advisor")).actor
        eve = (await office.hire("eve", role="advisor")).actor
        _, first = await desk.invite(ada)
        _, second = await desk.invite(eve, replace(CLARA, besides=True))
        await desk.invitation.send_code(first, CHAT)
        await desk.invitation.accept(first, desk.code(), POLISH, CHAT)
        assert await refused(desk.invitation.send_code(second, CHAT)) == "bad_invite"
        with pytest.raises(Conflict) as caught:
            await desk.invite(eve)
        assert caught.value.code == "address_taken"

    asyncio.run(story())


def test_what_was_interrupted_is_taken_up_again(office: Office, desk: Desk) -> None:
    """The archive fails at each step of accepting in turn; in the end there is one client."""

    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        for step in ("person.added", "conversation.created", "notice.accepted", "session.opened"):
            await desk.invitation.send_code(token, CHAT)

            def fail(command: object, step: str = step) -> None:
                if command.body.type == step:  # type: ignore[attr-defined]
                    raise Unavailable("archive_unavailable", "No.")

            office.records.before = fail
            code = await refused(desk.invitation.accept(token, desk.code(), POLISH, CHAT))
            assert code == "archive_unavailable"
        office.records.before = lambda command: None
        office.clock.move(minutes=20)
        await desk.invitation.send_code(token, CHAT)
        opened = await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        clients = [each for each in await office.people.all() if each.kind == "client"]
        assert [each.id for each in clients] == [opened.person.id]

    asyncio.run(story())


def test_an_older_notice_is_not_accepted(office: Office, desk: Desk, tmp_path: Path) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)
        other = Notice("en", "Old", "Old.").sha256
        changed = desk.invitation.accept(token, desk.code(), other, CHAT)
        assert await refused(changed) == "notice_changed"
        # The code was not used up by that.
        opened = await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        changed_texts = {**NOTICES, "pl": Notice("pl", "Zapis", "Nowy.")}
        later = open_desk(office, tmp_path / "later", {**changed_texts, "en": changed_texts["pl"]})
        assert (await later.notices.due(opened.person)) == changed_texts["pl"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "address", ["", "clara", "clara@", "a@b", "601234567", "+48 12", "a b@c.pl"]
)
def test_an_address_that_is_none(office: Office, desk: Desk, address: str) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        with pytest.raises(BadInput) as caught:
            await desk.invite(ada, Invitee("Clara", address, "en", "mail"))
        assert caught.value.code == "bad_address"

    asyncio.run(story())


def test_without_a_mail_server_the_link_can_still_be_shown(office: Office, tmp_path: Path) -> None:
    async def story() -> None:
        desk = open_desk(office, tmp_path / "letters", carriers={})
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        assert not made.invite.sent
        assert made.link.endswith(token)
        assert await refused(desk.invitation.send_code(token, CHAT)) == "letters_not_set_up"

    asyncio.run(story())


def test_while_nothing_can_be_archived_nobody_is_invited(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        office.records.fails = Unavailable("archive_unavailable", "No.")
        assert await refused(desk.invite(ada)) == "archive_unavailable"
        assert desk.letters() == []
        assert await desk.invites.of(ada) == []

    asyncio.run(story())


def test_a_client_comes_back_by_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        opened = await desk.bring_in(ada)
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(desk.coming_back.run())
            before = len(desk.letters())
            await desk.coming_back.send_code(" CLARA@example.com", CHAT)
            await asyncio.to_thread(desk.wait_for_letters, before + 1)
            sending.cancel()
        back = await desk.coming_back.sign_in("clara@example.com", desk.code(), CHAT)
        assert back.person.id == opened.person.id
        used = desk.coming_back.sign_in("clara@example.com", desk.code(), CHAT)
        assert await refused(used) == "bad_code"
        assert office.records.types()[-1] == "sign_in.refused"
        assert desk.failures == []

    asyncio.run(story())


def test_nobody_learns_whether_an_address_is_known(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        await desk.bring_in(ada)
        known = await desk.coming_back.send_code("clara@example.com", CHAT)
        unknown = await desk.coming_back.send_code("nobody@example.com", CHAT)
        assert (known.masked, unknown.masked) == ("c•••@example.com", "n•••@example.com")
        for address in ("clara@example.com", "nobody@example.com"):
            with pytest.raises(NotSignedIn) as caught:
                await desk.coming_back.sign_in(address, "000 000", CHAT)
            assert caught.value.code == "bad_code"
        # Asking again is limited alike for both.
        for address in ("clara@example.com", "nobody@example.com"):
            for _ in range(4):
                await desk.coming_back.send_code(address, CHAT)
            assert await refused(desk.coming_back.send_code(address, CHAT)) == "too_many_codes"

    asyncio.run(story())


def test_a_client_who_was_shut_out_gets_no_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        opened = await desk.bring_in(ada)
        await office.people.deactivate(ada, CONSOLE, opened.person.id)
        before = len(desk.letters())
        await desk.bring_in(ada, PHONE)
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(desk.coming_back.run())
            await desk.coming_back.send_code("clara@example.com", CHAT)
            await desk.coming_back.send_code(PHONE.address, CHAT)
            await asyncio.to_thread(desk.wait_for_letters, before + 3)
            sending.cancel()
        assert [letter["to"] for letter in desk.letters()[before:]] == ["+48601234567"] * 3

    asyncio.run(story())


def test_a_client_added_by_an_administrator_owes_the_notice_too(office: Office, desk: Desk) -> None:
    async def story() -> None:
        tom = await office.hire("tom", kind="client", role="client", org="Tom", locale="pl")
        ada = await office.hire("ada")
        assert await desk.notices.due(tom) == NOTICES["pl"]
        assert await desk.notices.due(ada) is None
        assert await refused(desk.notices.demand(tom)) == "notice_required"
        await desk.notices.accept(tom.actor, CONSOLE, NOTICES["en"].sha256)  # a language of his own
        await desk.notices.demand(tom)

    asyncio.run(story())
