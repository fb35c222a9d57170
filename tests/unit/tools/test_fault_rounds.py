"""`make faults` repeats the random fault tests longer, and draws from the seed that it is given."""

import random
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def rounds() -> dict[str, Any]:
    """What the fault tests read as they are loaded."""
    return runpy.run_path(str(ROOT / "tests" / "faults" / "rounds.py"))


def test_a_long_run_has_more_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_FAULTS", raising=False)
    assert rounds()["ROUNDS"] == 1
    monkeypatch.setenv("ONRECORD_FAULTS", "long")
    assert rounds()["ROUNDS"] == 3


def test_make_faults_is_a_long_run() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nfaults:")[2].partition("\n\n")[0]
    assert "ONRECORD_FAULTS=long" in recipe


def test_the_seed_is_printed_and_repeats_a_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONRECORD_SEED", "7")
    assert rounds()["seeded"]().random() == random.Random(7).random()
    assert capsys.readouterr().out == "ONRECORD_SEED=7\n"
