"""A short run of the bench's own workloads: it measures, and each message is in all four places."""

import pytest

from tests.bench import messaging
from tests.bench.workloads import Workload, pairs_of
from tests.rig.installation import Installation, install, populate_conversations

SHORT = Workload("short", "two pairs, one side sends", "pairs", rate=100, seconds=0.5)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna", "bela", "carl", "dora"]
    made = install(tmp_path_factory.mktemp("bench"), names)
    populate_conversations(made, {}, pairs_of(names))
    return made


def test_a_run_counts_its_messages_in_all_four_places(bank: Installation) -> None:
    figures = messaging.ours(SHORT, bank)
    assert figures["sent"] == figures["acked"] > 0
    assert figures["cpu_us"] > 0


def test_the_next_run_counts_its_own_messages_alone(bank: Installation) -> None:
    assert messaging.ours(SHORT, bank)["sent"] > 0


def test_the_baseline_gets_the_same_traffic(bank: Installation) -> None:
    figures = messaging.bare(SHORT, bank)
    assert figures["sent"] == figures["acked"] > 0
