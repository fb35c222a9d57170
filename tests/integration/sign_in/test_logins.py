"""Codes of the command line: how long they wait, how many there may be, what a claim opens."""

import asyncio
from datetime import timedelta

import pytest

from onrecord.core.domain.errors import NotFound, NotSignedIn, Unavailable
from onrecord.core.domain.values import SYSTEM
from onrecord.features.sign_in.logins import (
    CODE_LETTERS,
    LETTERS,
    Claimed,
    LoginOptions,
    Logins,
    NewLogin,
)
from onrecord.features.sign_in.sessions import SessionOptions
from tests.integration.office import CONSOLE, Office

SHORT = SessionOptions(absolute=timedelta(minutes=15), idle=timedelta(minutes=15))


@pytest.fixture
def logins(office: Office) -> Logins:
    return office.beside(instead={LoginOptions: LoginOptions(most=3, most_of_subscriber=2)})[Logins]


def test_a_code_has_plain_letters_and_is_found_however_it_is_typed(logins: Logins) -> None:
    made = logins.ask("desk", "192.0.2.1")
    letters = made.code.replace("-", "")
    assert (len(letters), set(letters) <= set(LETTERS)) == (CODE_LETTERS, True)
    for typed in (made.code, made.code.lower(), letters, f" {letters[:4]} {letters[4:]} "):
        assert logins.asked(typed).device == "desk"


def test_a_code_waits_for_five_minutes(office: Office, logins: Logins) -> None:
    made = logins.ask("desk", "192.0.2.1")
    office.clock.move(seconds=299)
    assert logins.asked(made.code).device == "desk"
    office.clock.move(seconds=2)
    with pytest.raises(NotFound) as refused:
        logins.asked(made.code)
    assert refused.value.code == "no_such_login"
    with pytest.raises(NotFound):
        asyncio.run(logins.claim(made.secret))


def waiting(logins: Logins, *made: NewLogin) -> list[bool]:
    """Which of them wait still."""
    found = []
    for each in made:
        try:
            logins.asked(each.code)
        except NotFound:
            found.append(False)
        else:
            found.append(True)
    return found


def test_who_asks_again_and_again_takes_the_place_of_their_own_network(logins: Logins) -> None:
    """Two wait of one network, and three in all; nobody is refused."""
    other = logins.ask("desk", "192.0.2.9")
    made = [logins.ask("desk", "192.0.2.1") for _ in range(20)]
    assert waiting(logins, other, *made) == [True, *[False] * 18, True, True]


def test_where_too_many_wait_in_all_the_oldest_goes_of_the_network_with_the_most(
    logins: Logins,
) -> None:
    first, second = logins.ask("desk", "192.0.2.1"), logins.ask("desk", "192.0.2.1")
    alone, new = logins.ask("desk", "192.0.2.2"), logins.ask("desk", "192.0.2.3")
    assert waiting(logins, first, second, alone, new) == [False, True, True, True]


def test_what_was_confirmed_waits_for_its_claim_however_many_ask(
    office: Office, logins: Logins
) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made = logins.ask("desk", "192.0.2.1")
        logins.confirm(made.code, ewa)
        for _ in range(20):
            logins.ask("desk", "192.0.2.1")
        assert isinstance(await logins.claim(made.secret), Claimed)

    asyncio.run(run())


def test_thousands_who_ask_from_ones_own_network_take_nothing_away(office: Office) -> None:
    """As in service: ten were enough to have somebody's code gone before they had typed it."""
    logins = office.root[Logins]
    made = logins.ask("desk", "192.0.2.1")
    for _ in range(5_000):
        logins.ask("desk", "192.0.2.1")
    assert waiting(logins, made) == [True]


def test_what_somebody_looks_at_waits_for_their_answer_however_many_ask(
    office: Office, logins: Logins
) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made, other = logins.ask("desk", "192.0.2.1"), logins.ask("desk", "192.0.2.2")
        assert logins.asked(made.code).device == "desk"
        last = [logins.ask("desk", "192.0.2.1") for _ in range(20)][-1]
        assert waiting(logins, made, other, last) == [True, True, True]
        logins.confirm(made.code, ewa)
        assert isinstance(await logins.claim(made.secret), Claimed)

    asyncio.run(run())


def test_one_ipv6_network_is_one_address(logins: Logins) -> None:
    """Or one subscriber could take everybody's place: each has 2^64 addresses."""
    made = [logins.ask("desk", f"2001:db8::{host}") for host in (1, 2, 3)]
    other = logins.ask("desk", "2001:db8:0:1::1")
    assert waiting(logins, *made, other) == [False, True, True, True]


def test_a_claim_opens_a_session_of_fifteen_minutes_recorded_first(
    office: Office, logins: Logins
) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made = logins.ask("desk", "192.0.2.1")
        logins.confirm(made.code, ewa)
        claimed = await logins.claim(made.secret)
        assert isinstance(claimed, Claimed)
        assert claimed.session.expires_at - claimed.session.created_at == timedelta(minutes=15)
        assert office.records.types()[-1] == "session.opened"
        facts = office.records.facts()
        assert (facts["auth"], facts["audience"], facts["device_name"]) == (
            "code",
            "console",
            "desk",
        )
        with pytest.raises(NotFound):
            await logins.claim(made.secret)

    asyncio.run(run())


def test_while_the_archive_fails_nobody_is_let_in_and_the_claim_stands(
    office: Office, logins: Logins
) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made = logins.ask("desk", "192.0.2.1")
        logins.confirm(made.code, ewa)
        office.records.fails = Unavailable("archive_unavailable", "No.")
        with pytest.raises(Unavailable):
            await logins.claim(made.secret)
        office.records.fails = None
        assert isinstance(await logins.claim(made.secret), Claimed)

    asyncio.run(run())


@pytest.mark.promise("P10")
def test_who_was_shut_out_meanwhile_does_not_get_in(office: Office, logins: Logins) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made = logins.ask("desk", "192.0.2.1")
        logins.confirm(made.code, ewa)
        await office.people.deactivate(SYSTEM, CONSOLE, ewa.id)
        with pytest.raises(NotSignedIn):
            await logins.claim(made.secret)

    asyncio.run(run())


def test_an_answer_is_given_once(office: Office, logins: Logins) -> None:
    async def run() -> None:
        ewa = await office.hire("ewa", role="compliance")
        made = logins.ask("desk", "192.0.2.1")
        assert await logins.claim(made.secret) is True
        logins.refuse(made.code)
        with pytest.raises(NotFound):
            logins.confirm(made.code, ewa)
        assert await logins.claim(made.secret) is False

    asyncio.run(run())
