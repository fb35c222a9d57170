"""A drain does not pass over a record that has not arrived, or over one that is none of them."""

import pytest

from tests.bench.bare_clients import PREPARE
from tests.bench.counts import CountsDiffer
from tests.bench.draining import SINKS, require_arrived

EXPECTED = [3, 4, 6, 7]
"""The backlog ends with entry 7; entry 5 is a key's, which the hook does not get."""


def test_a_backlog_that_has_arrived_passes_in_any_order() -> None:
    assert require_arrived(EXPECTED, [7, 3, 4, 6]) == 0


def test_a_record_that_came_twice_is_counted() -> None:
    assert require_arrived(EXPECTED, [3, 4, 4, 6, 6, 7]) == 2


def test_what_was_recorded_meanwhile_may_have_come_too() -> None:
    assert require_arrived(EXPECTED, [3, 4, 6, 7, 8, 9]) == 0


@pytest.mark.parametrize("lost", EXPECTED)
def test_a_record_that_is_lost_is_found_and_named(lost: int) -> None:
    came = [index for index in EXPECTED if index != lost]
    with pytest.raises(CountsDiffer, match=rf"1 records of 4 have not arrived.*\[{lost}\]"):
        require_arrived(EXPECTED, came)


def test_a_double_does_not_make_up_for_a_record_that_is_lost() -> None:
    with pytest.raises(CountsDiffer):
        require_arrived(EXPECTED, [3, 4, 4, 7])


def test_an_entry_that_the_hook_does_not_get_is_found() -> None:
    with pytest.raises(CountsDiffer, match=r"0 records of 4 have not arrived, 1 are none of them"):
        require_arrived(EXPECTED, [3, 4, 5, 6, 7])


def test_each_row_has_a_bare_client() -> None:
    assert {sink.kind for sink in SINKS.values()} == set(PREPARE)
