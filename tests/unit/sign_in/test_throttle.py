"""Guessing becomes slow per name, per address and per pair, and nobody else pays for it."""

from contextlib import suppress
from pathlib import Path

import pytest

from onrecord.app.clients import TRIES
from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import Allowance
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from tests.fakes.clock import StillClock
from tests.integration.rooted import root_alone

HOME, AWAY = "192.0.2.1", "198.51.100.1"
TIGHT = ThrottleOptions(
    name_at_address=Allowance(2, 10.0), name=Allowance(4, 10.0), address=Allowance(6, 10.0)
)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tight(clock: StillClock) -> Throttle:
    return root_alone(clock, {ThrottleOptions: TIGHT})[TRIES]


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


def test_what_was_not_wrong_is_given_back_but_never_more_than_the_burst(tight: Throttle) -> None:
    for _ in range(10):
        with tight.attempt("ada", HOME):
            pass
        with suppress(TimeoutError), tight.attempt("ada", HOME):
            raise TimeoutError  # nobody knows whether it was right
    for _ in range(2):
        with suppress(TimeoutError), tight.attempt("ada", HOME) as attempt:
            attempt.fail()
            raise TimeoutError
    with pytest.raises(TooMany):
        tight.take("ada", HOME)


def test_what_is_being_checked_counts_meanwhile(tight: Throttle) -> None:
    with tight.attempt("ada", HOME), tight.attempt("ada", HOME), pytest.raises(TooMany):
        tight.take("ada", HOME)
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


def test_the_manual_says_how_much_guessing_is_allowed() -> None:
    guide = " ".join(Path("docs/operations.md").read_text(encoding="utf-8").split())
    options = ThrottleOptions()
    for who, allowed in (
        ("a name at one address (an IPv6 /64 is one) has", options.name_at_address),
        ("an address has", options.address),
        ("a name, at all addresses together, has", options.name),
    ):
        assert f"{who} {allowed.burst}, then one each {allowed.every_s:.0f} seconds" in guide
