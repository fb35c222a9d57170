"""Short runs of the bench's drains: each record arrives, and one that is lost there is found."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import at_the_bank
from tests.bench.counts import CountsDiffer
from tests.bench.draining import SINKS, bare, ours, owed, require_arrived
from tests.bench.filling import fill
from tests.bench.workloads import pairs_of
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("figure")

NAMES = ["anna", "bela", "carl", "dora"]
MESSAGES = 1_200
"""More than two windows of the largest batch: what comes after the first receipts is measured."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("drains"), NAMES)
    populate_conversations(made, {}, pairs_of(NAMES))
    fill(made, MESSAGES)
    return made


@pytest.mark.parametrize("name", ["drain-replica", "drain-directory", "drain-webhook"])
def test_a_drain_counts_that_each_record_has_arrived(
    bank: Installation, tmp_path: Path, name: str
) -> None:
    sink = replace(SINKS[name], backlog=0)
    folders = [tmp_path / which for which in ("ours", "bare")]
    for folder in folders:
        folder.mkdir()
    with sink.running(bank) as fresh:
        figures = ours(sink, bank, fresh(folders[0]))
        there = bare(sink, bank, fresh(folders[1]), figures["first"], figures["end"])
    assert figures["end"] - figures["first"] > MESSAGES
    assert 0 < figures["records"] < figures["end"]
    assert figures["records_s"] > 0 < there["records_s"]
    assert figures["own_end_mib"] > 0 < figures["hook_ms_1000"]


def test_control_a_record_that_is_lost_there_is_found(bank: Installation, tmp_path: Path) -> None:
    sink = SINKS["drain-directory"]
    with sink.running(bank) as fresh:
        side = fresh(tmp_path)
        figures = ours(sink, bank, side)
        *_, last = sorted(tmp_path.glob("records/*/*.jsonl"))
        lines = last.read_bytes().splitlines(keepends=True)
        last.chmod(0o600)
        last.write_bytes(b"".join(lines[:-2] + lines[-1:]))
        expected = owed(bank, sink.kind, figures["first"], figures["end"])
        with pytest.raises(CountsDiffer, match="1 records of"):
            require_arrived(expected, side.arrived())


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Installation, at_the_bank.Arrivals]]:
    with ExitStack() as stack:
        both = stack.enter_context(at_the_bank.arrivals())
        made = install(tmp_path, NAMES[:2], toml=both.toml)
        populate_conversations(made, {}, pairs_of(NAMES[:2]))
        yield made, both


def test_each_message_is_timed_on_the_share_and_at_the_receiver(
    watched: tuple[Installation, at_the_bank.Arrivals],
) -> None:
    figures = at_the_bank.arrived(*watched, messages=20)
    for name in ("share", "web"):
        assert 0 <= figures[f"{name}_p50_ms"] <= figures[f"{name}_p99_ms"]
