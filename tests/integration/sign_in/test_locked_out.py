"""Nobody keeps somebody else out: neither by guessing, nor by using up an address or the hashes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import pytest
from msgspec import structs

from onrecord.core.domain.errors import NotSignedIn, Refusal, TooMany, Unavailable
from onrecord.core.domain.values import SYSTEM
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.sign_in.passwords import HashOptions, Passwords
from onrecord.features.sign_in.service import Caller
from onrecord.features.sign_in.values import LinkUsed
from tests.integration.office import CHAT, CONSOLE, PASSWORD, Office, open_office
from tests.rig.patience import SECONDS as PATIENCE

P = ParamSpec("P")
T = TypeVar("T")
REAL = HashOptions(time_cost=2, memory_kib=19 * 1024, lanes=1)
"""The cheapest that the settings allow."""


async def guess(office: Office, address: str) -> None:
    """Try a wrong password; whatever becomes of it."""
    try:
        await office.sign_in.by_password("ada", "wrong horse battery", Caller("chat", address))
    except Refusal:
        return


def test_forty_guesses_from_eight_addresses_keep_a_known_device_in(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        marks = (await office.sign_in.by_password("ada", PASSWORD, CHAT)).marks
        assert marks is not None
        for number in range(40):
            await guess(office, f"203.0.113.{number % 8}")
        at_home = Caller("chat", "203.0.113.1", "Laptop", marks=marks)
        with pytest.raises(TooMany):  # the control: a device that nobody knows
            await office.sign_in.by_password("ada", PASSWORD, Caller("chat", "203.0.113.1"))
        opened = await office.sign_in.by_password("ada", PASSWORD, at_home)
        assert opened.person.id == ada.id
        # It lets nobody in, is of nobody else, and has an allowance of its own.
        with pytest.raises(NotSignedIn):
            await office.sign_in.by_password("ada", "wrong horse battery", at_home)
        await office.hire("ben")
        for _ in range(5):
            with pytest.raises(NotSignedIn):
                await office.sign_in.by_password("ben", "wrong horse battery", at_home)
        with pytest.raises(TooMany):
            await office.sign_in.by_password("ben", PASSWORD, at_home)
        for _ in range(9):
            with pytest.raises(NotSignedIn):
                await office.sign_in.by_password("ada", "wrong horse battery", at_home)
        with pytest.raises(TooMany):
            await office.sign_in.by_password("ada", PASSWORD, at_home)

    asyncio.run(run())


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("fault", ["busy", "archive_unavailable", "deadline"])
def test_who_met_a_fault_of_the_service_has_lost_no_attempt(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: str, *, marked: bool
) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        marks = opened.marks or ""
        caller = Caller("chat", "192.0.2.7", "Laptop", marks=marks if marked else "")
        within_s = 0.02 if fault == "deadline" else PATIENCE
        for _ in range(12):
            with monkeypatch.context() as patch:
                _break(office, patch, fault)
                tried = office.sign_in.by_password("ada", PASSWORD, caller)
                assert await _met(tried, within_s) == fault
                if fault != "archive_unavailable":  # nothing is recorded
                    shown = office.sign_in.confirm(ada, opened.session, PASSWORD)
                    assert await _met(shown, within_s) == fault
        office.records.fails = None
        await office.sign_in.by_password("ada", PASSWORD, caller)
        await office.sign_in.confirm(ada, opened.session, PASSWORD)

    asyncio.run(run())


async def _met(tried: Awaitable[object], within_s: float) -> str:
    """Return how an attempt ended."""
    try:
        async with asyncio.timeout(within_s):
            await tried
    except TimeoutError:
        return "deadline"
    except Refusal as refusal:
        return refusal.code
    return "ok"


def _break(office: Office, patch: pytest.MonkeyPatch, fault: str) -> None:
    async def matches(*given: object) -> bool:
        if fault == "busy":
            raise Unavailable("busy", ".")
        await asyncio.Event().wait()
        return True

    if fault == "archive_unavailable":
        office.records.fails = Unavailable("archive_unavailable", ".")
    else:
        patch.setattr(Passwords, "matches", matches)


def test_a_wrong_password_stays_counted_whatever_fails_after_it(office: Office) -> None:
    """The control: an archive out of reach gives nobody guesses."""

    async def run() -> None:
        await office.hire()
        office.records.fails = Unavailable("archive_unavailable", ".")
        for _ in range(5):
            await guess(office, "203.0.113.1")
        office.records.fails = None
        with pytest.raises(TooMany):
            await office.sign_in.by_password("ada", PASSWORD, Caller("chat", "203.0.113.1"))

    asyncio.run(run())


def hash_of(office: Office) -> str | None:
    credential = office.store.credential("ada")
    return None if credential is None else credential.password_hash


def test_a_busy_rehash_loses_no_session(embedded: Database) -> None:
    async def run(bridge: Threads) -> None:
        before = open_office(embedded, bridge, costs=REAL)
        await before.hire()
        dearer = HashOptions(time_cost=3, memory_kib=19 * 1024, lanes=1)
        after = open_office(embedded, bridge, costs=dearer, world=before.world)
        old = hash_of(after)
        async with asyncio.TaskGroup() as flood:
            for each in range(16):
                flood.create_task(guess(after, f"203.0.{each % 4}.7"))
            await asyncio.sleep(0)
            assert (await after.sign_in.by_password("ada", PASSWORD, CHAT)).secret
            assert hash_of(after) == old
        await after.sign_in.by_password("ada", PASSWORD, CHAT)
        assert hash_of(after) != old

    readers = Threads(threads=2, waiting=64, name="argon2")
    try:
        asyncio.run(run(readers))
    finally:
        readers.close()


def test_a_reset_ends_the_mark(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await office.people.end_sessions(SYSTEM, CONSOLE, ada.id)
        for number in range(40):
            await guess(office, f"203.0.113.{number % 8}")
        known = Caller("chat", "203.0.113.1", "Laptop", marks=opened.marks or "")
        with pytest.raises(TooMany):
            await office.sign_in.by_password("ada", PASSWORD, known)

    asyncio.run(run())


def test_bad_links_from_an_address_keep_no_right_one_and_no_password_out(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        link = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat")
        refused: set[str] = set()
        for number in range(70):
            with pytest.raises(Refusal) as bad:
                await office.sign_in.by_link(f"bad link {number}", CHAT)
            refused.add(bad.value.code)
        assert refused == {"bad_link", "too_many_attempts"}
        opened = await office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT)
        assert opened.person.id == ada.id
        await office.sign_in.by_password("ada", PASSWORD, CHAT)

    asyncio.run(run())


def test_who_has_a_used_link_sees_and_reports_it_whatever_others_of_their_network_try(
    office: Office,
) -> None:
    async def run() -> None:
        ada = await office.hire()
        link = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat")
        token = link.path.removeprefix("/#link=")
        await office.sign_in.by_link(token, CHAT)
        refused: set[str] = set()
        for number in range(70):
            with pytest.raises(Refusal) as bad:
                await office.links.report(f"bad link {number}", CHAT, office.sign_in.count)
            refused.add(bad.value.code)
        assert refused == {"bad_link", "too_many_attempts"}
        for _ in range(70):
            with pytest.raises(LinkUsed):
                await office.sign_in.by_link(token, CHAT)
        await office.links.report(token, CHAT, office.sign_in.count)
        (report,) = await office.links.reported()
        assert report.person == ada.id

    asyncio.run(run())


def test_who_is_signed_in_unlocks_whatever_strangers_try(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        for number in range(40):
            await guess(office, f"203.0.113.{number % 8}")
        await office.sign_in.confirm(structs.replace(ada), opened.session, PASSWORD)

    asyncio.run(run())


@pytest.mark.parametrize("networks", [4, 24])
def test_a_flood_of_sign_ins_does_not_starve_the_honest_ones(
    embedded: Database, networks: int
) -> None:
    """Measured in hashes of others, which a busy machine does not change.

    A known device waits for those that run, a new one for each network of the flood in turn, not
    for all that wait: of 24 networks three times as many as there is room for.
    """
    hashing = Counted(Threads(threads=2, waiting=512, name="argon2"))
    try:
        office = open_office(embedded, hashing, costs=REAL)
        known, new = asyncio.run(_measured(office, hashing, networks))
    finally:
        hashing.readers.close()
    print(f"hashes of others and seconds: a known device {known}, new ones {new}")
    assert known[0] <= 8
    assert max(hashes for hashes, _ in new) <= networks + 12


NEW_DEVICES = 5
A_NETWORK = 8
"""Attempts that each network of a flood has under way; 4 networks have twice as many."""


class Counted:
    """A bridge that counts the hashes that are compared."""

    def __init__(self, readers: Threads) -> None:
        self.readers = readers
        self.hashes = 0
        self.begun = asyncio.Event()

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer = await self.readers(function, *args, **kwargs)
        self.hashes += function.__name__ == "_verify"
        if self.hashes >= 10:
            self.begun.set()
        return answer


async def _measured(
    office: Office, hashing: Counted, networks: int
) -> tuple[tuple[int, float], list[tuple[int, float]]]:
    await office.hire()
    first = await office.sign_in.by_password("ada", PASSWORD, CHAT)
    known = Caller("chat", "192.0.2.8", "Laptop", marks=first.marks or "")
    new = Caller("chat", "198.51.100.9", "New phone")
    async with asyncio.TaskGroup() as tasks:
        flood = [
            tasks.create_task(_flood(office, network))
            for network in range(networks)
            for _ in range(max(A_NETWORK, 64 // networks))
        ]
        await hashing.begun.wait()
        measured = (
            await _cost(office, hashing, known),
            [await _cost(office, hashing, new) for _ in range(NEW_DEVICES)],
        )
        for task in flood:
            task.cancel()
    return measured


async def _cost(office: Office, hashing: Counted, caller: Caller) -> tuple[int, float]:
    before, begun = hashing.hashes, time.perf_counter()
    await office.sign_in.by_password("ada", PASSWORD, caller)
    return hashing.hashes - before - 1, round(time.perf_counter() - begun, 3)


async def _flood(office: Office, network: int) -> None:
    """Try names that nobody has, without a pause, until cancelled; 500 times at most."""
    for number in range(500):
        who = f"nobody {network} {number} {id(asyncio.current_task())}"
        caller = Caller("chat", f"203.0.{network}.7")
        try:
            await office.sign_in.by_password(who, "wrong horse battery", caller)
        except Refusal:
            await asyncio.sleep(0.001)
