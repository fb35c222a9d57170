"""Codes against strangers: who floods, voids, guesses, or wants to know who is a client."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from onrecord.core.domain.errors import Refusal
from onrecord.database.database import Database
from onrecord.features.clients.addresses import parse_address
from onrecord.features.clients.codes import GUESSED_BY_STRANGERS, GUESSES, OWN
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.secrets import new_secret
from onrecord.features.sign_in.service import Caller, Opened
from tests.integration.clients.test_invites import POLISH, refused
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, Office

CLARAS = "clara@example.com"
NOBODYS = "nobody@example.com"


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def browser(number: int = 0, secret: str | None = None) -> Caller:
    """Somebody in a network and a browser of their own."""
    address = f"198.51.{number // 250}.{number % 250}"
    return replace(CHAT, address=address, device_secret=secret or new_secret())


def elsewhere(number: int) -> Caller:
    """Somebody who is new, in a neighbourhood of their own."""
    address = f"10.{number // 250}.{number % 250}.7"
    return replace(CHAT, address=address, device_secret=new_secret())


def hosted(number: int) -> Caller:
    """One of the many networks of somebody who rents an IPv6 /48."""
    return replace(CHAT, address=f"2001:db8:1:{number:x}::7", device_secret=new_secret())


def neighbour(number: int) -> Caller:
    """One of the addresses of an IPv4 /24."""
    return replace(CHAT, address=f"203.0.113.{number}", device_secret=new_secret())


def two_networks(number: int) -> Caller:
    """Ever new browsers, in two networks that have nothing to do with each other."""
    address = ("203.0.113.7", "198.18.0.7")[number % 2]
    return replace(CHAT, address=address, device_secret=new_secret())


async def bring_in(office: Office, desk: Desk) -> Opened:
    """Clara, in her own browser."""
    ada = (await office.hire(role="advisor")).actor
    _, token = await desk.invite(ada)
    own = browser()
    await desk.invitation.send_code(token, own)
    return await desk.invitation.accept(token, desk.code(), POLISH, own)


async def code_for(desk: Desk, caller: Caller) -> str:
    """Ask for a code at Clara's address; return the one that she was sent."""
    known = len(desk.letters())
    async with sending(desk):
        await desk.coming_back.send_code(CLARAS, caller)
        await asyncio.to_thread(desk.wait_for_letters, known + 1)
    return desk.code()


@asynccontextmanager
async def sending(desk: Desk) -> AsyncIterator[None]:
    """Send what is asked for meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(desk.coming_back.run())
        yield
        running.cancel()


async def why(work: Awaitable[object]) -> str:
    """Why something was refused; `ok` if it was not."""
    try:
        await work
    except Refusal as refusal:
        return refusal.code
    return "ok"


async def flood(desk: Desk, address: str, networks: int = 40) -> list[str]:
    """Strangers ask for codes from many networks, and guess; return what became of the asking."""
    asked, before = [], len(desk.letters())
    async with sending(desk):
        for number in range(networks):
            stranger = elsewhere(1000 + number)
            asked.append(await why(desk.coming_back.send_code(address, stranger)))
            await why(desk.coming_back.sign_in(address, "000000", stranger))
        if desk.store.client_at(parse_address(address)) is not None:
            await asyncio.to_thread(desk.wait_for_letters, before + asked.count("ok"))
    return asked


def test_strangers_who_flood_do_not_keep_a_client_out(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara = await bring_in(office, desk)
        await flood(desk, CLARAS)
        own = browser(1, clara.device_secret)
        code = await code_for(desk, own)
        assert "too_many_codes" in await flood(desk, CLARAS)
        back = await desk.coming_back.sign_in(CLARAS, code, own)
        assert back.person.id == clara.person.id
        # Signed in already, she shows who she is as well.
        await desk.assured.proving.send_code(back.person, back.session, CHAT.origin("code"))
        await flood(desk, CLARAS)
        await desk.assured.proving.prove(
            back.person, back.session, CHAT.origin("code"), desk.code()
        )

    asyncio.run(story())


@pytest.mark.parametrize("stranger", [two_networks, hosted, neighbour])
def test_a_stranger_who_knows_an_address_keeps_no_new_device_out(
    office: Office, desk: Desk, stranger: Callable[[int], Caller]
) -> None:
    """They ask and guess until nothing is left, go on for a day, and Clara has a new phone."""

    async def attack() -> int:
        asked = [await guess(stranger(number)) for number in range(30)]
        return asked.count("ok")

    async def guess(caller: Caller) -> str:
        asked = await why(desk.coming_back.send_code(CLARAS, caller))
        for _ in range(5 if asked == "ok" else 0):
            await why(desk.coming_back.sign_in(CLARAS, "000000", caller))
        return asked

    async def story() -> None:
        clara = await bring_in(office, desk)
        sent = len(desk.letters())
        async with sending(desk):
            for _ in range(24):
                sent += await attack()
                office.clock.move(minutes=60)
            sent += await attack()
            await asyncio.to_thread(desk.wait_for_letters, sent)
        assert await why(desk.coming_back.send_code(CLARAS, stranger(1))) == "too_many_codes"
        new = elsewhere(1)
        code = await code_for(desk, new)
        wrong = "111111" if code == "000000" else "000000"
        assert await refused(desk.coming_back.sign_in(CLARAS, wrong, new)) == "bad_code"
        back = await desk.coming_back.sign_in(CLARAS, code, new)
        assert back.person.id == clara.person.id

    asyncio.run(story())


def test_a_code_that_was_sent_works_whatever_strangers_ask_for(office: Office, desk: Desk) -> None:
    """In a browser that is new to her, too."""

    async def story() -> None:
        clara = await bring_in(office, desk)
        new = browser(1)
        code = await code_for(desk, new)
        async with sending(desk):
            for number in range(5):
                assert await why(desk.coming_back.send_code(CLARAS, browser(2 + number))) == "ok"
        back = await desk.coming_back.sign_in(CLARAS, code, new)
        assert back.person.id == clara.person.id

    asyncio.run(story())


def test_a_code_is_worth_nothing_in_another_browser(office: Office, desk: Desk) -> None:
    async def story() -> None:
        await bring_in(office, desk)
        own, other = browser(1), browser(2)
        code = await code_for(desk, own)
        assert await refused(desk.coming_back.sign_in(CLARAS, code, other)) == "bad_code"
        await desk.coming_back.send_code(CLARAS, other)
        assert await refused(desk.coming_back.sign_in(CLARAS, code, other)) == "bad_code"
        without = replace(own, device_secret=None)
        assert await refused(desk.coming_back.sign_in(CLARAS, code, without)) == "bad_code"
        await desk.coming_back.sign_in(CLARAS, code, own)

    asyncio.run(story())


def test_a_code_of_before_everything_ended_is_worth_nothing(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara = await bring_in(office, desk)
        own = browser(1, clara.device_secret)
        code = await code_for(desk, own)
        ada = next(one for one in await office.people.all() if one.role == "advisor").actor
        origin = CHAT.origin("code")
        await desk.assured.again.begin(
            ada, origin, ResetClient(clara.person.id, CLARAS, "screen"), BY_TWO
        )
        assert await refused(desk.coming_back.sign_in(CLARAS, code, own)) == "bad_code"

    asyncio.run(story())


def test_guesses_over_many_codes_are_bounded(office: Office, desk: Desk) -> None:
    """A day of guessing from ever new browsers and neighbourhoods: what codes.py works out."""

    async def story() -> None:
        await bring_in(office, desk)
        tries, number = 0, 0
        async with sending(desk):
            for _ in range(24 * 2):
                for _ in range(16):
                    number += 1
                    stranger = elsewhere(number)
                    if await why(desk.coming_back.send_code(CLARAS, stranger)) != "ok":
                        continue
                    for _ in range(5):
                        answer = await why(desk.coming_back.sign_in(CLARAS, "000000", stranger))
                        tries += answer in ("bad_code", "code_used_up")
                office.clock.move(minutes=30)
        shares = (GUESSED_BY_STRANGERS.common, GUESSED_BY_STRANGERS.reserve)
        most = sum(each.burst + 86_400 / each.every_s for each in shares)
        assert most / 2 < tries <= most

    asyncio.run(story())


def test_a_code_that_is_used_up_is_told_alike_whoever_has_the_address(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        await bring_in(office, desk)
        for number, address in enumerate((CLARAS, "nobody@elsewhere.example")):
            new = browser(number)
            await desk.coming_back.send_code(address, new)
            said = [await why(desk.coming_back.sign_in(address, "000000", new)) for _ in range(6)]
            assert said == [*["bad_code"] * 4, *["code_used_up"] * 2]

    asyncio.run(story())


def test_guesses_without_a_code_use_nothing_up(office: Office, desk: Desk) -> None:
    async def story() -> None:
        await bring_in(office, desk)
        new = browser(1)
        for number in range(3 * GUESSES.burst):
            work = desk.coming_back.sign_in(CLARAS, "000000", browser(10 + number))
            assert await refused(work) == "bad_code"
        await desk.coming_back.sign_in(CLARAS, await code_for(desk, new), new)

    asyncio.run(story())


def test_what_proved_something_has_an_allowance_of_its_own(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara = await bring_in(office, desk)
        own, origin = browser(1, clara.device_secret), CHAT.origin("code")
        proving = desk.assured.proving

        def ask(signed_in: bool) -> Awaitable[object]:
            if signed_in:
                return proving.send_code(clara.person, clara.session, origin)
            return desk.coming_back.send_code(CLARAS, own)

        for signed_in in (False, True):
            asked = [await why(ask(signed_in)) for _ in range(OWN.burst + 1)]
            assert asked == ["ok"] * OWN.burst + ["too_many_codes"]
            office.clock.move(seconds=OWN.every_s)
            assert await why(ask(signed_in)) == "ok"

    asyncio.run(story())


def test_guesses_of_one_signed_in_are_bounded_too(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara = await bring_in(office, desk)
        proving, origin = desk.assured.proving, CHAT.origin("code")
        answers = []
        for _ in range(6):
            office.clock.move(seconds=OWN.every_s / 2)
            if await why(proving.send_code(clara.person, clara.session, origin)) == "ok":
                for _ in range(5):
                    work = proving.prove(clara.person, clara.session, origin, "000000")
                    answers.append(await why(work))
        each = [*["bad_code"] * 4, "code_used_up"]
        assert answers[: GUESSES.burst] == each * (GUESSES.burst // 5)
        assert "too_many_attempts" in answers[GUESSES.burst :]

    asyncio.run(story())


def test_guesses_without_a_code_end_for_what_proved_something(office: Office, desk: Desk) -> None:
    """Each is a record: so they are bounded, and keep nobody out who has a code."""

    async def story() -> None:
        clara = await bring_in(office, desk)
        own, origin = browser(1, clara.device_secret), CHAT.origin("code")
        proving = desk.assured.proving

        def guess(signed_in: bool) -> Awaitable[object]:
            if signed_in:
                return proving.prove(clara.person, clara.session, origin, "000000")
            return desk.coming_back.sign_in(CLARAS, "000000", own)

        for signed_in in (False, True):
            answers = [await why(guess(signed_in)) for _ in range(GUESSES.burst + 5)]
            assert answers == ["bad_code"] * GUESSES.burst + ["too_many_attempts"] * 5
        await desk.coming_back.sign_in(CLARAS, await code_for(desk, own), own)
        await proving.send_code(clara.person, clara.session, origin)
        await proving.prove(clara.person, clara.session, origin, desk.code())

    asyncio.run(story())


def test_a_link_that_others_know_does_not_void_the_code(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        await flood(desk, CLARAS)  # nobody's yet
        own, other = browser(1), browser(2)
        await desk.invitation.send_code(token, own)
        code = desk.code()
        await desk.invitation.send_code(token, other)
        wrong = desk.invitation.accept(token, code, POLISH, other)
        assert await refused(wrong) == "bad_code"
        await desk.invitation.accept(token, code, POLISH, own)

    asyncio.run(story())


def test_answers_are_alike_for_known_and_unknown_addresses(office: Office, desk: Desk) -> None:
    """Each step of a flood, in one browser and in many, up to when codes and guesses run out."""

    async def steps(address: str) -> list[str]:
        answers = await flood(desk, address)
        same = browser(3)
        async with sending(desk):
            for _ in range(6):
                answers.append(await why(desk.coming_back.send_code(address, same)))
                for _ in range(7):
                    answers.append(await why(desk.coming_back.sign_in(address, "111111", same)))
                office.clock.move(minutes=20)
        return answers

    async def story() -> None:
        await bring_in(office, desk)
        known = await steps(CLARAS)
        office.clock.move(hours=10)
        assert await steps(NOBODYS) == known
        assert {"ok", "bad_code", "too_many_codes", "too_many_attempts"} <= set(known)

    asyncio.run(story())


def test_the_database_has_as_much_to_do_for_known_and_unknown_addresses(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        begin = getattr(Database, name)

        def noted(database: Database, **how: bool) -> object:
            begun.append(f"{name} {how}")
            return begin(database, **how)

        return noted

    async def story() -> None:
        await bring_in(office, desk)
        for name in ("reading", "writing"):
            monkeypatch.setattr(Database, name, counted(name))
        work = {}
        for address in (CLARAS, NOBODYS):
            await desk.coming_back.send_code(address, browser())
            work[address] = begun.copy()
            begun.clear()
        assert work[CLARAS] == work[NOBODYS]
        assert any(each.startswith("writing") for each in work[CLARAS])

    asyncio.run(story())


@pytest.mark.proofs("figure")
def test_answers_take_as_long_for_known_and_unknown_addresses(office: Office, desk: Desk) -> None:
    """The medians of many, each written to the disk; a try without a write differs by far more."""

    async def story() -> None:
        await bring_in(office, desk)
        times: dict[str, list[float]] = {CLARAS: [], NOBODYS: []}
        for number in range(20):  # sent by nobody, which would take from the time of either
            office.clock.move(hours=1)
            for address, spent in times.items():
                stranger = browser(number)
                begun = time.perf_counter()
                await desk.coming_back.send_code(address, stranger)
                spent.append(time.perf_counter() - begun)
        known, unknown = median(times[CLARAS]), median(times[NOBODYS])
        assert max(known, unknown) < 3 * min(known, unknown)

    asyncio.run(story())
