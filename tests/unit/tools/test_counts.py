"""The bench does not pass over a message that is missing somewhere, or is somewhere twice."""

import pytest

from tests.bench.counts import Counts, CountsDiffer, delivered_everywhere

SENT = ["a", "b", "c"]


def counts(
    *,
    acknowledged: list[str] = SENT,
    delivered: int = 3,
    archived: list[str] = SENT,
    read_back: list[str] = SENT,
) -> Counts:
    return Counts(acknowledged, delivered, archived, read_back)


def test_messages_that_are_in_all_four_places_pass() -> None:
    counts(archived=["c", "a", "b"]).check(sent=3)


@pytest.mark.parametrize(
    "planted",
    [
        counts(acknowledged=["a", "b"]),
        counts(acknowledged=["a", "b", "c", "c"]),
        counts(delivered=2),
        counts(delivered=4),
        counts(archived=["a", "b"]),
        counts(archived=["a", "b", "d"]),
        counts(archived=["a", "b", "c", "c"]),
        counts(read_back=["a", "b"]),
        counts(read_back=["a", "b", "d"]),
        counts(read_back=["a", "a", "b", "c"]),
    ],
)
def test_one_place_that_differs_fails(planted: Counts) -> None:
    with pytest.raises(CountsDiffer):
        planted.check(sent=3)


def test_a_message_that_was_sent_and_is_nowhere_fails() -> None:
    with pytest.raises(CountsDiffer, match="sent 4: acknowledged 3"):
        counts().check(sent=4)


def test_the_difference_is_named() -> None:
    with pytest.raises(CountsDiffer, match=r"delivered 3, archived 2.*not the same"):
        counts(archived=["a", "b"]).check(sent=3)


def test_a_message_counts_as_delivered_once_the_last_member_has_it() -> None:
    assert delivered_everywhere({"room": [3, 3, 2], "pair": [4, 4]}) == 2 + 4
