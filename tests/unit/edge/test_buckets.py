"""The limit is the person's: reconnecting does not fill it again."""

from onrecord.domain.ids import PersonId
from onrecord.edge.gateway.buckets import Buckets

ANNA = PersonId("anna")
RATE = (60, 2)


def test_who_reconnects_has_sent_what_they_have_sent() -> None:
    buckets = Buckets()
    first = buckets.of(ANNA, RATE, now=0.0)
    assert [first.take(0.0), first.take(0.0)] == [0.0, 0.0]
    again = buckets.of(ANNA, RATE, now=0.1)
    assert again.take(0.1) > 0


def test_people_and_a_scripts_own_rate_are_counted_apart() -> None:
    buckets = Buckets()
    buckets.of(ANNA, (60, 1), now=0.0).take(0.0)
    assert buckets.of(PersonId("piotr"), (60, 1), now=0.0).take(0.0) == 0.0
    assert buckets.of(ANNA, (600, 100), now=0.0).take(0.0) == 0.0
