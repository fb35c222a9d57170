"""Goals are scaled by how fast the machine is, and said to be met only when they are."""

import pytest

from tests.bench.draining import SINKS
from tests.bench.goals import GOALS, Goal, accepted, at_most
from tests.bench.in_browser import MEASURED
from tests.bench.rows import Row
from tests.bench.table import lines

FAST, SLOW = 1.0, 2.0


@pytest.mark.parametrize(
    ("goal", "slowness", "limit"),
    [
        (accepted(4000), FAST, 4000),
        (accepted(4000), SLOW, 2000),
        (at_most("ready_s", 3.0, "time"), SLOW, 6.0),
        (at_most("cpu_ratio", 0.5), SLOW, 0.5),
    ],
)
def test_rates_are_divided_and_times_multiplied(goal: Goal, slowness: float, limit: float) -> None:
    assert goal.scaled(slowness) == limit
    assert goal.met(limit, slowness)
    assert not goal.met(limit * (0.99 if goal.least else 1.01), slowness)


def table(name: str, **figures: float) -> str:
    return "\n".join(lines(Row(name, "a row", "delivery", ours=[figures]), SLOW))


def test_the_table_says_whether_a_goal_is_met() -> None:
    met = "accepted a second 2,000 goal >= 4000, here >= 2,000: met"
    assert met in " ".join(table("W2-closed", accepted_s=2000).split())
    assert "here >= 2,000: NOT MET" in table("W2-closed", accepted_s=1999)


def test_the_table_says_when_the_load_generator_was_the_limit() -> None:
    limit = "the load generator was the limit"
    assert limit in table("W2-closed", load_busy=0.91)
    assert limit not in table("W2-closed", load_busy=0.89)


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    ours = [{"cpu_us": used} for used in (10.0, 90.0, 30.0)]
    bare = [{"cpu_us": used} for used in (10.0, 30.0, 15.0)]
    assert Row("W1-50", "a row", ours=ours, bare=bare).medians()["cpu_ratio"] == 2.0


def test_a_drain_stands_beside_the_bare_client_and_the_closed_loop() -> None:
    ours = [{"records_s": rate, "loop_ratio": rate / 50} for rate in (40.0, 90.0, 60.0)]
    bare = [{"records_s": rate} for rate in (100.0, 100.0, 100.0)]
    row = Row("drain-replica", "a row", ours=ours, bare=bare)
    assert row.medians()["bare_ratio"] == 0.6
    said = " ".join("\n".join(lines(row, SLOW)).split())
    assert "records a second 60 the bare client 100" in said
    assert "closed loop's 1.20 x goal >= 1: met" in said


def test_a_hook_slower_than_half_of_its_bare_client_does_not_meet_its_goal() -> None:
    assert "goal >= 0.5: met" in table("drain-nats", bare_ratio=0.5)
    assert "goal >= 0.5: NOT MET" in table("drain-nats", bare_ratio=0.49)


def test_every_goal_of_the_table_names_a_row() -> None:
    rows = {"W1-50", "W1-closed", "W2-1000", "W2-closed", "W3", "strangers", "one-person"}
    rows |= {"search-100k", "chat-search-1m", "chat-search-1m-pg", "ready-100k", "ready-1m"}
    rows |= set(MEASURED) | set(SINKS) | {"backfill-1m"}
    assert set(GOALS) == rows
