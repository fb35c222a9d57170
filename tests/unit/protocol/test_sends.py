"""The limit is the person's: reconnecting does not fill it again."""

import pytest

from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import RateLimiter
from onrecord.protocol.limits import sends
from onrecord_archive.events.ids import PersonId
from tests.fakes.clock import StillClock

ANNA = PersonId("anna")


@pytest.fixture
def limiter() -> RateLimiter:
    return RateLimiter(StillClock())


def test_who_reconnects_has_sent_what_they_have_sent(limiter: RateLimiter) -> None:
    limiter.take(*sends(ANNA, (60, 2)))
    limiter.take(*sends(ANNA, (60, 2)))
    with pytest.raises(TooMany) as refused:
        limiter.take(*sends(ANNA, (60, 2)))
    assert (refused.value.code, refused.value.retry_after) == ("rate_limited", 1.0)


def test_people_are_counted_apart(limiter: RateLimiter) -> None:
    limiter.take(*sends(ANNA, (60, 1)))
    limiter.take(*sends(PersonId("piotr"), (60, 1)))


def test_tokens_of_many_rates_send_no_more_together_than_their_person_may() -> None:
    clock = StillClock()
    limiter = RateLimiter(clock)
    tokens = [sends(ANNA, (60, burst), (60, 5)) for burst in (1, 2, 3, 4)]
    waits = [limiter.try_take(*token) for token in tokens * 4]
    assert waits.count(0.0) == 5
    assert limiter.try_take(*sends(ANNA, (60, 5))) > 0, "a browser counts with them"
    clock.seconds = 1.0
    assert limiter.try_take(*tokens[3]) == 0.0, "what was refused was not counted"


def test_a_token_sends_no_more_than_its_own_rate(limiter: RateLimiter) -> None:
    token = sends(ANNA, (60, 1), (60, 5))
    assert [limiter.try_take(*token) == 0.0, limiter.try_take(*token) == 0.0] == [True, False]
