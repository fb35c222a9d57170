"""Guessing becomes slow per name, per address and per pair, and nobody else pays for it."""

import pytest

from onrecord.domain.errors import TooMany
from onrecord.identity import throttle
from onrecord.identity.throttle import Allowance, Counter, Throttle, ThrottleOptions
from tests.unit.identity.clock import StillClock

HOME, AWAY = "192.0.2.1", "198.51.100.1"
TIGHT = ThrottleOptions(
    name_at_address=Allowance(2, 10.0), name=Allowance(4, 10.0), address=Allowance(6, 10.0)
)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tight(clock: StillClock) -> Throttle:
    return Throttle(clock, TIGHT)


def test_a_name_at_one_address_has_its_burst_then_waits(tight: Throttle, clock: StillClock) -> None:
    tight.take("ada", HOME)
    tight.take("ada", HOME)
    with pytest.raises(TooMany) as refused:
        tight.take("ada", HOME)
    assert refused.value.retry_after == 10.0
    clock.seconds = 10.0
    tight.take("ada", HOME)


def test_a_refused_attempt_counts_nothing(tight: Throttle, clock: StillClock) -> None:
    tight.take("ada", HOME)
    tight.take("ada", HOME)
    for _ in range(50):
        with pytest.raises(TooMany):
            tight.take("ada", HOME)
    clock.seconds = 10.0
    tight.take("ada", HOME)


def test_many_addresses_do_not_help_against_one_name(tight: Throttle) -> None:
    for last in range(4):
        tight.take("ada", f"203.0.113.{last}")
    with pytest.raises(TooMany):
        tight.take("ada", "203.0.113.99")
    tight.take("bob", "203.0.113.99")


def test_many_names_do_not_help_from_one_address(tight: Throttle) -> None:
    for name in "abcdef":
        tight.take(name, HOME)
    with pytest.raises(TooMany):
        tight.take("g", HOME)
    tight.take("g", AWAY)


def test_links_count_for_the_address_alone(tight: Throttle) -> None:
    for _ in range(6):
        tight.take(None, HOME)
    with pytest.raises(TooMany):
        tight.take("ada", HOME)
    tight.take(None, AWAY)


def test_what_is_given_back_is_free_again_but_never_more_than_the_burst(
    tight: Throttle,
) -> None:
    for _ in range(10):
        tight.take("ada", HOME)
        tight.give_back("ada", HOME)
    tight.give_back("ada", HOME)
    tight.take("ada", HOME)
    tight.take("ada", HOME)
    with pytest.raises(TooMany):
        tight.take("ada", HOME)


@pytest.mark.parametrize("other", ["2001:db8:1:2:ffff::1", "2001:db8:1:2::"])
def test_one_ipv6_network_is_one_address(tight: Throttle, other: str) -> None:
    for name in "abcdef":
        tight.take(name, "2001:db8:1:2::1")
    with pytest.raises(TooMany):
        tight.take("g", other)
    tight.take("g", "2001:db8:1:3::1")


def test_what_is_no_address_counts_as_itself(tight: Throttle) -> None:
    tight.take("ada", "")
    tight.take("ada", "")
    with pytest.raises(TooMany):
        tight.take("ada", "")


def test_memory_is_bounded(tight: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 9)
    for number in range(100):
        tight.take(f"name {number}", f"2001:db8:{number:x}::1")
    assert len(tight._buckets._buckets) == 9


def test_whoever_has_used_up_their_attempts_is_not_forgotten_for_others(clock: StillClock) -> None:
    counter = Counter(clock, Allowance(2, 10.0))
    counter.take("ada")
    counter.take("ada")
    for number in range(throttle.MOST_KEYS):
        counter.take(f"name {number}")
    with pytest.raises(TooMany):
        counter.take("ada")


def test_what_is_full_again_is_forgotten_first(
    clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 3)
    counter = Counter(clock, Allowance(2, 10.0))
    for name in ("eve", "eve", "ada"):
        counter.take(name)
    clock.seconds = 10.0
    counter.take("bob")
    counter.take("bob")
    counter.take("tom")
    assert [name for name, _ in counter._buckets._buckets] == ["eve", "bob", "tom"]


def test_a_key_has_its_burst_then_waits_and_others_do_not(clock: StillClock) -> None:
    counter = Counter(clock, Allowance(2, 10.0))
    counter.take("ada")
    counter.take("ada")
    with pytest.raises(TooMany):
        counter.take("ada")
    counter.take("eve")
    counter.give_back("ada")
    counter.take("ada")
    clock.seconds = 10.0
    counter.take("ada")
