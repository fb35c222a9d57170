"""What is used up comes back by itself; others pay nothing for it; memory is bounded."""

import pytest

from onrecord.core import rate_limiter
from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import Allowance, Bucket, RateLimiter
from tests.fakes.clock import StillClock

TWO = Allowance(2, 10.0)
SLOW_DOWN = TooMany("rate_limited", "Slow down.")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def limiter(clock: StillClock) -> RateLimiter:
    return RateLimiter(clock)


def test_a_bucket_fills_again() -> None:
    bucket = Bucket(Allowance(1, 0.5), 0.0)
    assert bucket.take(0.0) == 0.0
    assert bucket.take(0.0) == 0.5
    assert bucket.take(0.6) == 0.0


def test_a_key_has_its_burst_then_waits_and_others_do_not(
    limiter: RateLimiter, clock: StillClock
) -> None:
    limiter.take(("ada", TWO))
    limiter.take(("ada", TWO))
    with pytest.raises(TooMany):
        limiter.take(("ada", TWO))
    limiter.take(("eve", TWO))
    limiter.give_back(("ada", TWO))
    limiter.take(("ada", TWO))
    clock.seconds = 10.0
    limiter.take(("ada", TWO))


def test_what_is_given_back_is_never_more_than_the_burst(limiter: RateLimiter) -> None:
    limiter.give_back(("ada", TWO), ("ada", TWO), ("ada", TWO))
    waits = [limiter.try_take(("ada", TWO)) for _ in range(3)]
    assert waits == [0.0, 0.0, 10.0]


def test_it_is_refused_in_the_words_of_what_is_used_up(limiter: RateLimiter) -> None:
    wide, narrow = Allowance(9, 1.0), Allowance(1, 4.0, SLOW_DOWN)
    limiter.take(("ada", wide), ("ada", narrow))
    with pytest.raises(TooMany, match="Slow down") as refused:
        limiter.take(("ada", wide), ("ada", narrow))
    assert (refused.value.code, refused.value.retry_after) == ("rate_limited", 4.0)
    assert [limiter.try_take(("ada", wide)) for _ in range(9)].count(0.0) == 8  # it counted nothing


def test_one_counts_by_each_allowance_apart(limiter: RateLimiter) -> None:
    limiter.take(("ada", Allowance(1, 4.0)))
    limiter.take(("ada", Allowance(1, 4.0, SLOW_DOWN)))


def test_memory_is_bounded(limiter: RateLimiter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limiter, "MOST_BUCKETS", 9)
    for number in range(100):
        limiter.take((number, TWO))
    assert len(limiter._buckets) == 9


def test_whoever_has_used_up_their_attempts_is_not_forgotten_for_others(
    limiter: RateLimiter,
) -> None:
    limiter.take(("ada", TWO))
    limiter.take(("ada", TWO))
    for number in range(rate_limiter.MOST_BUCKETS):
        limiter.take((number, TWO))
    with pytest.raises(TooMany):
        limiter.take(("ada", TWO))


def test_what_is_full_again_is_forgotten_first(
    limiter: RateLimiter, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "MOST_BUCKETS", 3)
    for name in ("eve", "eve", "ada"):
        limiter.take((name, TWO))
    clock.seconds = 10.0
    for name in ("bob", "bob", "tom"):
        limiter.take((name, TWO))
    assert [name for name, _ in limiter._buckets] == ["eve", "bob", "tom"]
