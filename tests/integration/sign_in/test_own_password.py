"""People of the firm choose their password themselves, at first use and later."""

import asyncio

import pytest

from onrecord.core.domain.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.own_password import CHOICES
from onrecord.features.sign_in.service import Opened
from onrecord.features.sign_in.throttle import ThrottleOptions
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office

CHOSEN = "three unrelated words"


async def hired(office: Office) -> tuple[Person, Opened]:
    """Somebody who was added as administrators do it, just in by their first link."""
    new = NewPerson("Ada Lovelace", "employee", "Bank", "employee", "ada")
    ada = await office.people.add(SYSTEM, CONSOLE, new)
    link = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat")
    return ada, await office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT)


def test_who_has_none_chooses_one_at_first_use_and_signs_in_with_it(office: Office) -> None:
    async def run() -> None:
        ada, first = await hired(office)
        found = await office.sessions.find(first.secret, "chat")
        assert found.session.password_due
        assert office.own_password.state(ada, found.session) == "due"
        await office.own_password.choose(ada, found.session, CONSOLE, CHOSEN, None)
        assert office.records.types()[-1] == "password.set"
        assert office.records.entries[-1].actor == ada.actor
        later = await office.sessions.find(first.secret, "chat")
        assert not later.session.password_due
        await office.sign_in.by_password("ada", CHOSEN, CHAT)

    asyncio.run(run())


def test_the_old_one_is_asked_for_but_minutes_after_a_link(office: Office) -> None:
    async def run() -> None:
        ada, first = await hired(office)
        await office.own_password.choose(ada, first.session, CONSOLE, CHOSEN, None)
        session = (await office.sessions.find(first.secret, "chat")).session
        assert office.own_password.state(ada, session) == "open"
        office.clock.move(minutes=16)
        assert office.own_password.state(ada, session) == "set"
        for wrong in (None, "another wrong one"):
            with pytest.raises(NotAllowed) as refused:
                await office.own_password.choose(ada, session, CONSOLE, "four other words", wrong)
            assert refused.value.code == "bad_password"
        await office.own_password.choose(ada, session, CONSOLE, "four other words", CHOSEN)
        await office.sign_in.by_password("ada", "four other words", CHAT)

    asyncio.run(run())


def test_another_one_ends_everything_else_and_nothing_of_the_one_who_chose_it(
    office: Office,
) -> None:
    async def run() -> None:
        ada, first = await hired(office)
        await office.own_password.choose(ada, first.session, CONSOLE, CHOSEN, None)
        other = await office.sign_in.by_password("ada", CHOSEN, CHAT)
        unused = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO)
        await office.own_password.choose(ada, first.session, CONSOLE, "four other words", CHOSEN)
        await office.sessions.find(first.secret, "chat")
        with pytest.raises(NotSignedIn):
            await office.sessions.find(other.secret, "chat")
        with pytest.raises(NotSignedIn):
            await office.sign_in.by_link(unused.path.removeprefix("/#link="), CHAT)
        await office.entries.settle()
        assert office.records.facts() == {"person": ada.id, "kept": first.session.id}

    asyncio.run(run())


def test_guesses_at_the_old_one_count_as_attempts_to_sign_in(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        choose = office.own_password.choose
        for number in range(ThrottleOptions().known.burst):
            with pytest.raises(NotAllowed):
                await choose(ada, opened.session, CONSOLE, CHOSEN, f"guess number {number}")
        with pytest.raises(TooMany):
            await choose(ada, opened.session, CONSOLE, CHOSEN, PASSWORD)

    asyncio.run(run())


def test_nobody_chooses_on_and_on(office: Office) -> None:
    """Each choice takes hashes of everybody, and a good one a record."""

    async def run() -> None:
        ada, first = await hired(office)
        choose = office.own_password.choose
        for number in range(CHOICES.burst):
            if number % 2:
                await choose(ada, first.session, CONSOLE, f"{CHOSEN} {number}", None)
                continue
            with pytest.raises(BadInput):
                await choose(ada, first.session, CONSOLE, "password1234", None)
        for chosen in ("password1234", CHOSEN):
            with pytest.raises(TooMany):
                await choose(ada, first.session, CONSOLE, chosen, None)
        ben = await office.hire("ben")
        opened = await office.sign_in.by_password("ben", PASSWORD, CHAT)
        await choose(ben, opened.session, CONSOLE, CHOSEN, PASSWORD)
        office.clock.move(seconds=CHOICES.every_s)
        await choose(ada, first.session, CONSOLE, CHOSEN, None)

    asyncio.run(run())


def test_a_choice_that_met_a_fault_of_the_service_does_not_count(office: Office) -> None:
    async def run() -> None:
        ada, first = await hired(office)
        choose = office.own_password.choose
        office.records.fails = Unavailable("archive_unavailable", ".")
        for _ in range(2 * CHOICES.burst):
            with pytest.raises(Unavailable):
                await choose(ada, first.session, CONSOLE, CHOSEN, None)
        office.records.fails = None
        await choose(ada, first.session, CONSOLE, CHOSEN, None)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 1001, "password_too_long"),
        ("Ada Lovelace 1815", "password_common"),
        ("password1234", "password_common"),
        ("BankBankBank1", "password_common"),
    ],
)
def test_what_is_guessed_first_is_refused(office: Office, chosen: str, code: str) -> None:
    async def run() -> None:
        ada, first = await hired(office)
        with pytest.raises(BadInput) as refused:
            await office.own_password.choose(ada, first.session, CONSOLE, chosen, None)
        assert refused.value.code == code

    asyncio.run(run())


def test_clients_have_none(office: Office) -> None:
    async def run() -> None:
        client = await office.hire("carl", kind="client", role="client")
        link = await office.links.create(SYSTEM, CONSOLE, client.id, "chat")
        opened = await office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT)
        with pytest.raises(BadInput) as refused:
            await office.own_password.choose(client, opened.session, CONSOLE, CHOSEN, None)
        assert refused.value.code == "code_instead"

    asyncio.run(run())


def test_a_token_is_made_by_whom_it_acts_as_or_by_a_bots_owner(office: Office) -> None:
    async def run() -> None:
        ada, ben = await office.hire(), await office.hire("ben")
        adam = await office.hire("adam", role="administrator")
        new = [
            NewPerson(name, "bot", "Bank", "employee", name.lower(), owner=ada.id)
            for name in ("Echo", "Ticker")
        ]
        bots = [await office.people.add(adam.actor, CONSOLE, each) for each in new]
        create = office.tokens.create
        for actor in (adam.actor, ben.actor, SYSTEM):
            for whose in (ada, *bots):
                with pytest.raises(NotAllowed) as refused:
                    await create(actor, CONSOLE, NewToken(whose.id, "script"))
                assert refused.value.code == "token_of_another"
        wanted = [NewToken(bot.id, "script") for bot in bots]
        session = (await office.sign_in.by_password("ada", PASSWORD, CHAT)).session.id
        made = await office.tokens.create_all(ada.actor, CONSOLE, wanted, session)
        for (secret, _), bot in zip(made, bots, strict=True):
            assert (await office.tokens.redeem(secret)).person == bot.actor
        mixed = [NewToken(bots[0].id, "x"), NewToken(ben.id, "x")]
        before = len(office.records.entries)
        with pytest.raises(NotAllowed):
            await office.tokens.create_all(ada.actor, CONSOLE, mixed, session)
        assert len(office.records.entries) == before

    asyncio.run(run())


def test_a_bot_has_an_owner_and_ends_with_them(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        with pytest.raises(BadInput) as refused:
            await office.people.add(
                SYSTEM, CONSOLE, NewPerson("Echo", "bot", "Bank", "employee", "echo")
            )
        assert refused.value.code == "owner_missing"
        client = await office.hire("carl", kind="client", role="client")
        with pytest.raises(NotFound):
            await office.people.add(
                SYSTEM,
                CONSOLE,
                NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=client.id),
            )
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
        bot = await office.people.add(SYSTEM, CONSOLE, echo)
        secret, token = await office.tokens.create(ada.actor, CONSOLE, NewToken(bot.id, "x"))
        assert [each.id for each in await office.tokens.own(ada.id)] == [token.id]
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        with pytest.raises(Refusal):
            await office.tokens.redeem(secret)

    asyncio.run(run())
