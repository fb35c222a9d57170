"""A short run of the bench's own workloads: it measures, and each message is in all four places."""

import pytest

from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from tests.bench import messaging
from tests.bench.counts import archive_size
from tests.bench.workloads import Workload, pairs_of
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("figure")

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


def test_a_key_is_sealed_for_a_stream_and_not_for_a_message(bank: Installation) -> None:
    """HPKE is paid once for each stream, class and day (DESIGN 5), whatever is said there."""
    first = archive_size(bank)
    sent = messaging.ours(SHORT, bank)["sent"]
    archive = Archive(bank.settings.archive.directory)
    leaves = [decode_leaf(entry.leaf) for entry in archive.entries(first)]
    records = [leaf for leaf in leaves if isinstance(leaf, RecordLeaf)]
    keys = [leaf for leaf in leaves if isinstance(leaf, KeyLeaf)]
    assert len(records) >= sent
    assert 0 < len(keys) <= len({(leaf.stream, leaf.class_, leaf.at[:10]) for leaf in records})
    assert 5 * len(keys) < sent
    assert {leaf.key_id for leaf in records} == {leaf.key_id for leaf in keys}


def test_the_baseline_gets_the_same_traffic(bank: Installation) -> None:
    figures = messaging.bare(SHORT, bank)
    assert figures["sent"] == figures["acked"] > 0
