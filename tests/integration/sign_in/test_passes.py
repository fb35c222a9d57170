"""Tickets for pages, tokens for scripts, people in the directory."""

import asyncio
from datetime import timedelta

import pytest

from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    NotFound,
    NotSignedIn,
    Refusal,
    Unavailable,
)
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import Changes, NewPerson, taken_for
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.service import Caller
from onrecord.features.sign_in.tokens import LONGEST, MOST_OF_BOT, USUAL, NewToken
from onrecord.features.sign_in.values import ApiToken
from onrecord_archive.events.ids import PersonId
from tests.integration.office import (
    BY_TWO,
    CHAT,
    CONSOLE,
    PASSWORD,
    PERSONS_OWN,
    Office,
)

ORIGIN = "https://chat.localhost:8443"
DOWN = Unavailable("archive_unavailable", "The archive cannot be written.")


def test_a_ticket_lets_in_once(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        ticket = await office.tickets.issue(opened.session, ORIGIN)
        signed_in = await office.tickets.redeem(ticket, ORIGIN)
        assert (signed_in.person, signed_in.session) == (ada.actor, opened.session.id)
        assert (signed_in.device, signed_in.auth) == (opened.session.device, "password")
        with pytest.raises(NotSignedIn) as refused:
            await office.tickets.redeem(ticket, ORIGIN)
        assert refused.value.code == "bad_ticket"

    asyncio.run(run())


def test_a_ticket_of_another_origin_is_refused_and_burnt(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        ticket = await office.tickets.issue(opened.session, ORIGIN)
        for origin in ("https://evil.example", ORIGIN):
            with pytest.raises(NotSignedIn):
                await office.tickets.redeem(ticket, origin)

    asyncio.run(run())


def test_a_ticket_expires_after_thirty_seconds(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        early, late = [await office.tickets.issue(opened.session, ORIGIN) for _ in range(2)]
        office.clock.move(seconds=29.9)
        await office.tickets.redeem(early, ORIGIN)
        office.clock.move(seconds=0.1)
        with pytest.raises(NotSignedIn):
            await office.tickets.redeem(late, ORIGIN)

    asyncio.run(run())


def test_a_ticket_redeemed_while_its_session_ends_does_not_get_in(office: Office) -> None:
    """The look-up says yes, the end comes, then admit: the registry remembers the end."""

    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        ended = office.store.shut_out(
            ada.id,
            office.entries.owe(SYSTEM, CONSOLE, "person.deactivated", {}),
            deactivate=True,
            at=office.clock.now(),
        )
        office.registry.end(ended, "deactivated")
        with pytest.raises(NotSignedIn) as refused:
            office.registry.admit(opened.session.id, ada.id, opened.session.expires_at)
        assert refused.value.code == "session_ended"

    asyncio.run(run())


def test_a_token_lets_in_again_and_again_with_its_own_rate(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        new = NewToken(ada.id, "load", rate=(60, 5))
        secret, token = await office.tokens.create(ada.actor, CONSOLE, new)
        assert office.records.facts() == {
            "token": token.id,
            "person": ada.id,
            "name": "load",
            "messages_per_minute": 60,
            "burst": 5,
            "expires_at": (office.clock.now() + timedelta(days=90)).isoformat(timespec="seconds"),
        }
        for _ in range(2):
            signed_in = await office.tokens.redeem(secret)
            assert (signed_in.person, signed_in.rate) == (ada.actor, (60, 5))
            assert signed_in.most == PERSONS_OWN
            assert (signed_in.session, signed_in.device) == (token.id, None)

    asyncio.run(run())


@pytest.mark.parametrize("above", [(101, 20), (100, 21), (100_000_000, 10_000_000)])
def test_a_token_of_ones_own_lets_nobody_send_more_than_they_may(
    office: Office, above: tuple[int, int]
) -> None:
    async def run() -> None:
        ada = await office.hire()
        before = len(office.records.entries)
        with pytest.raises(BadInput) as refused:
            await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "x", rate=above))
        assert refused.value.code == "bad_rate"
        assert refused.value.detail == "At most 100 messages a minute, burst 20."
        assert len(office.records.entries) == before
        await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "x", rate=PERSONS_OWN))

    asyncio.run(run())


def test_a_bots_token_lets_it_send_more_up_to_what_a_bot_may(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
        bot = await office.people.add(SYSTEM, CONSOLE, echo)
        most = NewToken(bot.id, "load", rate=MOST_OF_BOT)
        secret, _ = await office.tokens.create(ada.actor, CONSOLE, most)
        signed_in = await office.tokens.redeem(secret)
        assert (signed_in.rate, signed_in.most) == (MOST_OF_BOT, MOST_OF_BOT)
        above = NewToken(bot.id, "load", rate=(MOST_OF_BOT[0] + 1, 1))
        with pytest.raises(BadInput) as refused:
            await office.tokens.create(ada.actor, CONSOLE, above)
        assert refused.value.code == "bad_rate"

    asyncio.run(run())


def test_a_token_from_before_lets_nobody_send_more_either(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        now = office.clock.now()
        token = ApiToken(SessionId("5" * 32), ada.id, "old", now, now + USUAL, (1_000_000, 5))
        assert office.store.add_token(digest("old"), token, epoch=0)
        signed_in = await office.tokens.redeem("old")
        assert (signed_in.rate, signed_in.most) == ((100, 5), PERSONS_OWN)

    asyncio.run(run())


def test_a_token_expires_and_can_be_revoked(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        short = NewToken(ada.id, "short", lifetime=timedelta(minutes=15))
        secret, _ = await office.tokens.create(ada.actor, CONSOLE, short)
        office.clock.move(seconds=1)  # of one moment's tokens none is the newer one
        lasting, token = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "lasting"))
        assert [each.name for each in await office.tokens.of(ada.id)] == ["lasting", "short"]
        office.clock.move(minutes=15)
        with pytest.raises(NotSignedIn):
            await office.tokens.redeem(secret)
        await office.tokens.redeem(lasting)
        ended: list[str] = []
        office.registry.watch(token.id, ada.id, ended.append)
        await office.tokens.revoke(SYSTEM, CONSOLE, token.id)
        assert ended == ["token_revoked"]
        with pytest.raises(NotSignedIn) as refused:
            await office.tokens.redeem(lasting)
        assert refused.value.code == "bad_token"
        with pytest.raises(NotFound):
            await office.tokens.revoke(SYSTEM, CONSOLE, SessionId("f" * 32))

    asyncio.run(run())


def test_whose_token_it_is_sees_when_it_was_used_and_revokes_it(office: Office) -> None:
    async def run() -> None:
        ada, ben = await office.hire(), await office.hire("ben")
        secret, token = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script"))
        assert [each.used_at for each in await office.tokens.of(ada.id)] == [None]
        office.clock.move(minutes=5)
        await office.tokens.redeem(secret)
        await office.sessions.note_seen(())
        used = office.clock.now()
        assert [each.used_at for each in await office.tokens.of(ada.id)] == [used]
        office.clock.move(minutes=5)
        await office.sessions.note_seen({token.id})  # a socket hangs on it
        assert [each.used_at for each in await office.tokens.of(ada.id)] == [office.clock.now()]
        with pytest.raises(NotFound) as refused:
            await office.tokens.revoke_own(ben.actor, CONSOLE, token.id)
        assert refused.value.code == "no_such_token"
        ended: list[str] = []
        office.registry.watch(token.id, ada.id, ended.append)
        await office.tokens.revoke_own(ada.actor, CONSOLE, token.id)
        assert (ended, await office.tokens.of(ada.id)) == (["token_revoked"], [])
        await office.entries.settle()
        assert office.records.entries[-1].actor == ada.actor
        assert office.records.facts() == {"token": token.id}

    asyncio.run(run())


def test_nobody_gets_a_token_that_speaks_as_a_client(office: Office) -> None:
    async def run() -> None:
        client = await office.hire("kasia", kind="client", role="client")
        before = list(office.records.entries)
        with pytest.raises(BadInput) as refused:
            await office.tokens.create(SYSTEM, CONSOLE, NewToken(client.id, "bot"))
        assert refused.value.code == "no_token_for_clients"
        assert office.records.entries == before

    asyncio.run(run())


def test_a_token_that_was_made_for_a_client_before_lets_nobody_in(office: Office) -> None:
    async def run() -> None:
        client = await office.hire("kasia", kind="client", role="client")
        now = office.clock.now()
        old = ApiToken(SessionId("a" * 32), client.id, "bot", now, now + USUAL)
        assert office.store.add_token(digest("onrecord_old"), old, epoch=0)
        with pytest.raises(NotSignedIn) as refused:
            await office.tokens.redeem("onrecord_old")
        assert refused.value.code == "bad_token"
        with pytest.raises(NotSignedIn) as gone:
            await office.sessions.person_of(old.id)
        assert gone.value.code == "session_ended"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewToken(PersonId("f" * 32), "script"), "no_such_person"),
        (NewToken(PersonId("f" * 32), ""), "bad_name"),
        (NewToken(PersonId("f" * 32), "x" * 101), "bad_name"),
        (NewToken(PersonId("f" * 32), " \u200b"), "bad_name"),
        (NewToken(PersonId("f" * 32), "read\u200b only"), "bad_name"),
        (NewToken(PersonId("f" * 32), "read\u202e only"), "bad_name"),
        (NewToken(PersonId("f" * 32), "script", rate=(0, 1)), "bad_rate"),
        (NewToken(PersonId("f" * 32), "script", timedelta(0)), "bad_lifetime"),
        (NewToken(PersonId("f" * 32), "script", LONGEST + timedelta(seconds=1)), "bad_lifetime"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(office: Office, new: NewToken, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        asyncio.run(office.tokens.create(SYSTEM, CONSOLE, new))
    assert refused.value.code == code
    assert office.records.entries == []


def test_nothing_is_granted_without_an_archive(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        session = (await office.sign_in.by_password("ada", PASSWORD, CHAT)).session
        office.records.fails = DOWN
        person = NewPerson("Bob", "employee", "Bank", "employee", "bob")
        for grant in (
            office.people.add(SYSTEM, CONSOLE, person, password=PASSWORD),
            office.people.change(SYSTEM, CONSOLE, ada.id, Changes(name="Eve"), BY_TWO),
            office.own_password.choose(ada, session, CONSOLE, "a wholly other horse", PASSWORD),
            office.people.activate(SYSTEM, CONSOLE, ada.id, BY_TWO),
            office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script")),
            office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO),
        ):
            with pytest.raises(Unavailable):
                await grant
        assert [each.id for each in await office.people.all()] == [ada.id]
        assert await office.tokens.of(ada.id) == []

    asyncio.run(run())


def test_others_are_told_of_who_is_new_called_otherwise_gone_and_back(office: Office) -> None:
    async def run() -> None:
        ada = (await office.hire()).id
        await office.people.change(SYSTEM, CONSOLE, ada, Changes(name="Ada Lovelace"), BY_TWO)
        await office.people.deactivate(SYSTEM, CONSOLE, ada)
        await office.people.change(SYSTEM, CONSOLE, ada, Changes(name="Ada King"), BY_TWO)
        await office.people.activate(SYSTEM, CONSOLE, ada, BY_TWO)
        assert office.told == [ada] * 5

    asyncio.run(run())


def test_a_user_name_is_taken_in_every_spelling(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        bob = await office.hire("bob")
        with pytest.raises(Conflict):
            await office.hire(" ＡＤＡ")
        with pytest.raises(Conflict):
            await office.people.change(SYSTEM, CONSOLE, bob.id, Changes(username="Ada"), BY_TWO)
        await office.people.change(
            SYSTEM, CONSOLE, ada.id, Changes(username="Ada", mail="a@bank.example"), BY_TWO
        )
        assert (await office.people.named("ADA")).mail == "a@bank.example"

    asyncio.run(run())


def test_clients_and_other_organisations_are_outside(office: Office) -> None:
    async def run() -> None:
        inside = await office.hire()
        client = await office.hire("carl", kind="client", role="client")
        other = await office.hire("olga", org="Elsewhere")
        assert [inside.outside, client.outside, other.outside] == [False, True, True]
        assert await office.people.all() == [inside, client, other]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("", PASSWORD, "bad_name"),
        ("  ", PASSWORD, "bad_name"),
        ("\u200b\u2060", PASSWORD, "bad_name"),
        ("x" * 201, PASSWORD, "bad_name"),
        ("Ada\nLovelace", PASSWORD, "bad_name"),
        ("Ada\u2028Lovelace", PASSWORD, "bad_name"),
        ("Ada \u202eecalevoL", PASSWORD, "bad_name"),
        ("\u2067Ada\u2069", PASSWORD, "bad_name"),
        ("Hello http://evil.example click", PASSWORD, "bad_name"),
        ("Ada www.evil.example", PASSWORD, "bad_name"),
        ("Ada evil.example/now", PASSWORD, "bad_name"),
        ("ada@evil.example", PASSWORD, "bad_name"),
        (".,-", PASSWORD, "bad_name"),
        ("👍", PASSWORD, "bad_name"),
        ("Ada", "short", "password_too_short"),
        ("Ada", "x" * 1001, "password_too_long"),
    ],
)
def test_a_person_that_makes_no_sense_is_refused(
    office: Office, name: str, password: str, code: str
) -> None:
    person = NewPerson(name, "employee", "Bank", "employee", "ada")
    with pytest.raises(BadInput) as refused:
        asyncio.run(office.people.add(SYSTEM, CONSOLE, person, password=password))
    assert refused.value.code == code
    assert office.records.entries == []


@pytest.mark.parametrize("locale", ["de", "", "en\n", "\x1b[2Jpl"])
def test_a_language_is_one_that_letters_are_written_in(office: Office, locale: str) -> None:
    async def run() -> None:
        new = NewPerson("Jan", "employee", "Bank", "advisor", "jan", locale=locale)
        with pytest.raises(BadInput) as refused:
            await office.people.add(SYSTEM, CONSOLE, new)
        assert refused.value.code == "bad_body"
        jan = await office.hire("jan", locale="pl")
        with pytest.raises(BadInput) as refused:
            await office.people.change(SYSTEM, CONSOLE, jan.id, Changes(locale=locale))
        assert refused.value.code == "bad_body"
        assert (await office.people.one(jan.id)).locale == "pl"

    asyncio.run(run())


def test_nobody_is_not_found(office: Office) -> None:
    async def run() -> None:
        nobody = PersonId("f" * 32)
        for attempt in (
            office.people.named("nobody"),
            office.people.deactivate(SYSTEM, CONSOLE, nobody),
            office.people.activate(SYSTEM, CONSOLE, nobody, BY_TWO),
            office.links.create(SYSTEM, CONSOLE, nobody, "chat", warrant=BY_TWO),
        ):
            with pytest.raises(NotFound):
                await attempt

    asyncio.run(run())


def test_a_bot_cannot_sign_in_by_link(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        bot = await office.people.add(
            SYSTEM, CONSOLE, NewPerson("Echo", "bot", "Bank", "employee", owner=ada.id)
        )
        link = await office.links.create(SYSTEM, CONSOLE, bot.id, "chat", warrant=BY_TWO)
        with pytest.raises(Refusal) as refused:
            await office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT)
        assert refused.value.code == "wrong_listener"

    asyncio.run(run())


def test_who_is_called_alike_is_found_and_a_mail_address_is_one_spelling(office: Office) -> None:
    async def run() -> None:
        new = NewPerson(
            "Anna  Kowalska", "employee", "Bank", "employee", "anna", mail=" Anna@Bank.example "
        )
        anna = await office.people.add(SYSTEM, CONSOLE, new)
        assert (anna.name, anna.mail) == ("Anna Kowalska", "anna@bank.example")
        await office.hire("client", kind="client", role="client", name="Anna Kowalska")
        assert taken_for("\u0410nna K\u043ewalska", await office.people.all()) == [anna]
        assert taken_for(anna.name, await office.people.all(), anna.id) == []
        bad = NewPerson("Ben", "employee", "Bank", "employee", "ben", mail="no address")
        with pytest.raises(BadInput) as refused:
            await office.people.add(SYSTEM, CONSOLE, bad)
        assert refused.value.code == "bad_address"

    asyncio.run(run())


def test_what_a_device_is_called_steers_nothing(office: Office) -> None:
    async def run() -> None:
        await office.hire()
        caller = Caller("chat", "192.0.2.7", "Fire\x1b[31m\nfox\u202e")
        opened = await office.sign_in.by_password("ada", PASSWORD, caller)
        assert opened.session.device_name == "Fire[31m fox"
        assert office.records.facts()["device_name"] == "Fire[31m fox"

    asyncio.run(run())
