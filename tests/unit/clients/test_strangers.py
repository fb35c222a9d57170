"""What strangers may use up at one address, and what they leave."""

import pytest

from onrecord.core.domain.errors import TooMany
from onrecord.core.domain.networks import neighbourhood_of
from onrecord.core.rate_limiter import Allowance
from onrecord.features.clients.strangers import Shares, Strangers
from tests.fakes.clock import StillClock

SHARES = Shares(
    everywhere=Allowance(50, 1.0),
    subscriber=Allowance(3, 100.0),
    common=Allowance(4, 100.0),
    little=Allowance(1, 1000.0),
    reserve=Allowance(2, 50.0),
)
ABOUT = "clara@example.com"


def taken(strangers: Strangers, caller: str, times: int) -> int:
    """How many of so many attempts were not refused."""
    count = 0
    for _ in range(times):
        try:
            strangers.take(ABOUT, caller)
        except TooMany:
            continue
        count += 1
    return count


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def strangers(clock: StillClock) -> Strangers:
    return Strangers(clock, SHARES)


def test_one_network_has_its_own_share_first(strangers: Strangers) -> None:
    assert taken(strangers, "192.0.2.1", 9) == SHARES.subscriber.burst


def test_what_all_share_ends_and_the_reserve_goes_to_each_neighbourhood(
    strangers: Strangers,
) -> None:
    assert taken(strangers, "192.0.2.1", 9) == 3
    assert taken(strangers, "198.51.100.1", 9) == 1  # had as much as is little
    assert taken(strangers, "198.51.100.2", 9) == 0  # its neighbour
    assert taken(strangers, "203.0.113.1", 9) == 1
    assert taken(strangers, "2001:db8::1", 9) == 1
    assert taken(strangers, "2001:db9::1", 9) == 0  # the reserve is used up, too


def test_the_reserve_comes_back_and_a_neighbourhood_waits_longer(
    strangers: Strangers, clock: StillClock
) -> None:
    for caller in ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"):
        taken(strangers, caller, 9)
    with pytest.raises(TooMany) as refused:
        strangers.take(ABOUT, "2001:db9::1")
    assert refused.value.retry_after == 50.0
    clock.seconds = 50.0
    assert taken(strangers, "203.0.113.1", 9) == 0
    assert taken(strangers, "2001:db9::1", 9) == 1


def test_another_address_has_shares_of_its_own(strangers: Strangers) -> None:
    taken(strangers, "192.0.2.1", 9)
    strangers.take("marek@example.com", "192.0.2.1")


def test_one_network_is_bounded_over_all_addresses(strangers: Strangers) -> None:
    for number in range(50):
        strangers.take(f"{number}@example.com", "192.0.2.1")
    with pytest.raises(TooMany):
        strangers.take("marek@example.com", "192.0.2.1")


def test_the_right_person_gets_back_what_was_counted(strangers: Strangers) -> None:
    for caller in ("192.0.2.1", "198.51.100.1"):
        taken(strangers, caller, 9)
    for _ in range(5):
        strangers.give_back(strangers.take(ABOUT, "203.0.113.1"))


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
