"""Two checkouts are compared in pairs, by ratios."""

import pytest

from tests.bench.beside import beside


def test_each_pair_is_a_ratio_and_their_median_is_told() -> None:
    found = beside([100.0, 200.0, 50.0], [110.0, 200.0, 49.0])
    assert (found.median, found.least, found.greatest) == pytest.approx((1.0, 0.98, 1.1))


def test_a_slow_moment_of_the_machine_hits_both_and_changes_nothing() -> None:
    found = beside([100.0, 900.0, 100.0], [104.0, 936.0, 104.0])
    assert (found.median, found.greatest) == pytest.approx((1.04, 1.04))


def test_control_one_that_costs_more_is_told() -> None:
    assert beside([100.0] * 7, [111.0] * 7).median > 1.1


def test_a_pair_without_its_other_half_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        beside([1.0, 2.0], [1.0])
