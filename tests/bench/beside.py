"""make bench BEFORE=DIR: the message path of another checkout beside this one's, in pairs.

DIR is set up already (`make setup`). Each pair measures the rows of both, one after the other; they
take turns at being first, so that a slow moment of the machine affects both. What is compared is
the processor's time for a delivery. `reports/bench.json` is overwritten in both.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import ROOT

PAIRS = 7
ROWS = ("W1-50", "W1-1000", "W1-closed", "W2-1000", "W2-closed")


@dataclass(frozen=True, slots=True)
class Beside:
    """Ratios after to before: the median, and its interval.

    The interval is from the least to the greatest. Of 7 pairs it holds the true median with a
    probability of 98.4 %, whatever the ratios' distribution: 1 - 2 * 0.5 ** 7.
    """

    median: float
    least: float
    greatest: float


def beside(before: Sequence[float], after: Sequence[float]) -> Beside:
    """Compare figures in pairs."""
    ratios = [new / old for old, new in zip(before, after, strict=True)]
    return Beside(statistics.median(ratios), min(ratios), max(ratios))


def measured(checkout: Path) -> dict[str, float]:
    """Measure a checkout once; return the microseconds of the processor that a delivery took."""
    command = (str(checkout / ".venv" / "bin" / "python"), "-m", "tests.bench", *ROWS)
    surroundings = {**os.environ, "ROUNDS": "1"}
    subprocess.run(command, cwd=checkout, env=surroundings, stdout=subprocess.DEVNULL, check=True)
    rows = json.loads((checkout / "reports" / "bench.json").read_text(encoding="utf-8"))["rows"]
    return {row["name"]: row["medians"]["cpu_us"] for row in rows if row["name"] in ROWS}


def main(before: Path) -> None:
    """Measure all pairs; print each, and what they come to."""
    figures: dict[Path, list[dict[str, float]]] = {before: [], ROOT: []}
    for pair in range(PAIRS):
        for checkout in (before, ROOT) if pair % 2 == 0 else (ROOT, before):
            figures[checkout].append(measured(checkout))
        told = (f"{row} {figures[ROOT][-1][row] / figures[before][-1][row]:.3f}" for row in ROWS)
        print(f"pair {pair + 1} of {PAIRS}: {', '.join(told)}", flush=True)
    for row in ROWS:
        old, new = ([each[row] for each in figures[checkout]] for checkout in (before, ROOT))
        found = beside(old, new)
        print(
            f"{row}: {statistics.median(old):.1f} us a delivery before,"
            f" {statistics.median(new):.1f} after; {found.median:.3f} times"
            f" ({found.least:.3f} to {found.greatest:.3f})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
