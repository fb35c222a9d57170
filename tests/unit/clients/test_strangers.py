"""What strangers may use up at one address, and what they leave."""

import asyncio
from contextlib import suppress
from datetime import datetime

import pytest

from onrecord.core.domain.errors import NotSignedIn, TooMany
from onrecord.core.domain.networks import neighbourhood_of
from onrecord.features.clients.codes import ASKED_BY_STRANGERS as SHARES
from onrecord.features.clients.codes import GUESSED_BY_STRANGERS, Asker, Codes
from onrecord.features.clients.store import ClientStore
from tests.fakes.clock import StillClock
from tests.integration.rooted import root_alone

ABOUT = "clara@example.com"
NEIGHBOURHOODS = [
    f"2001:db8:{number:x}::1" for number in range(SHARES.reserve.burst // SHARES.little.burst)
]
"""Who together use up the reserve."""


class Typed(ClientStore):
    """A code is in force everywhere; `right`: whether it is what people type."""

    def __init__(self) -> None:
        self.right = False

    def code_stands(self, key: str, now: datetime) -> bool:
        return True

    def try_code(self, key: str, code_hash: bytes, now: datetime) -> bool:
        return self.right

    def code_spent(self, key: str, now: datetime) -> bool:
        return False


def stranger(caller: str, about: str = ABOUT) -> Asker:
    return Asker(whose=about, browser="", counted=about, address=caller, own=False)


def taken(codes: Codes, caller: str, times: int = 9) -> int:
    """How many of so many codes were not refused."""
    count = 0
    for _ in range(times):
        with suppress(TooMany):
            codes.count(stranger(caller))
            count += 1
    return count


def use_up(codes: Codes) -> None:
    """Have two networks ask for all that strangers share."""
    for caller in ("192.0.2.1", "198.51.100.1"):
        assert taken(codes, caller) == SHARES.subscriber.burst


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def typed() -> Typed:
    return Typed()


@pytest.fixture
def codes(clock: StillClock, typed: Typed) -> Codes:
    return root_alone(clock, {ClientStore: typed})[Codes]


def test_one_network_has_its_own_share_first(codes: Codes) -> None:
    assert taken(codes, "192.0.2.1") == SHARES.subscriber.burst < SHARES.common.burst


def test_what_all_share_ends_and_the_reserve_goes_to_each_neighbourhood(codes: Codes) -> None:
    use_up(codes)
    assert taken(codes, "198.51.100.2") == 0  # its neighbour had as much as is little
    for caller in NEIGHBOURHOODS:
        assert taken(codes, caller) == SHARES.little.burst
        assert taken(codes, caller.replace("::1", ":9::1")) == 0  # its neighbour
    assert taken(codes, "2001:db9::1") == 0  # the reserve is used up, too


def test_the_reserve_comes_back_and_a_neighbourhood_waits_longer(
    codes: Codes, clock: StillClock
) -> None:
    use_up(codes)
    for caller in NEIGHBOURHOODS:
        taken(codes, caller)
    with pytest.raises(TooMany) as refused:
        codes.count(stranger("2001:db9::1"))
    assert refused.value.retry_after == SHARES.reserve.every_s
    clock.seconds = SHARES.reserve.every_s
    assert taken(codes, NEIGHBOURHOODS[0]) == 1  # of what all share, which came back as well
    assert taken(codes, "2001:db9::1") == 1


def test_another_address_has_shares_of_its_own(codes: Codes) -> None:
    taken(codes, "192.0.2.1")
    codes.count(stranger("192.0.2.1", "marek@example.com"))


def test_one_network_is_bounded_over_all_addresses(codes: Codes) -> None:
    for number in range(SHARES.everywhere.burst):
        codes.count(stranger("192.0.2.1", f"{number}@example.com"))
    with pytest.raises(TooMany):
        codes.count(stranger("192.0.2.1", "marek@example.com"))


def test_the_right_person_gets_back_what_was_counted(codes: Codes, typed: Typed) -> None:
    async def guess(caller: str, times: int) -> None:
        for _ in range(times):
            await codes.take(stranger(caller), "000000")

    async def story() -> None:
        for caller in ("192.0.2.1", "198.51.100.1"):
            for _ in range(GUESSED_BY_STRANGERS.subscriber.burst):
                with pytest.raises(NotSignedIn):
                    await guess(caller, 1)
        typed.right = True
        await guess("203.0.113.1", 2 * GUESSED_BY_STRANGERS.little.burst)
        with pytest.raises(TooMany):  # control: theirs are used up
            await guess("192.0.2.1", 1)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "neighbourhood"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_a_neighbourhood(address: str, neighbourhood: str) -> None:
    assert neighbourhood_of(address) == neighbourhood
