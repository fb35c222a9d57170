"""`make bench` ends with 1 when a message is not in all four places, and leaves no report then."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.counts import Counts
from tests.bench.rows import Row

Measured = Callable[[int, list[str]], Iterator[Row]]


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the report of a bench would lie."""
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.delenv("ROUNDS", raising=False)
    return tmp_path / "reports" / "bench.json"


def measuring(archived: list[str]) -> Measured:
    """A measurement of two messages, of which these were archived."""

    def measured(rounds: int, chosen: list[str]) -> Iterator[Row]:
        Counts(["a", "b"], 2, archived, ["a", "b"]).check(sent=2)
        yield Row("short", "two messages", ours=[{"cpu_us": 1.0}] * rounds)

    return measured


def test_a_difference_of_the_four_counts_ends_the_bench_with_1(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "measured", measuring(["a"]))
    assert bench.main(["short"]) == 1
    assert "sent 2: acknowledged 2, delivered 2, archived 1" in capsys.readouterr().err
    assert not report.exists()


def test_control_where_they_agree_it_ends_with_0_and_reports(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "measured", measuring(["a", "b"]))
    assert bench.main(["short"]) == 0
    assert report.exists()
