"""A search is quick among many messages: a tenth of what `make bench` measures, in its time."""

import pytest

from tests.bench.searching import GOAL_S, MESSAGES, slowest
from tests.integration.storage.world import World

PART = 10
BUSY = 3
"""So many times the goal: other tests run beside this one."""


@pytest.mark.parametrize("kind", ["sqlcipher"], indirect=True)
def test_each_kind_of_search_is_quick(world: World) -> None:
    found = slowest(world, MESSAGES // PART, rounds=5)
    assert len(found) == 7
    assert {name: took for name, took in found.items() if took > BUSY * GOAL_S / PART} == {}
