"""make bench: every row in turn with its baseline; a table, and JSON in reports/bench.json.

`python -m tests.bench [ROW …]` measures some rows; ROUNDS=1 measures once. Exit code 1: a message
was acknowledged, delivered, archived or read back, but not all four.
"""

import json
import os
import platform
import sys
from typing import Any

from tests.bench.counts import CountsDiffer
from tests.bench.goals import GOALS, REFERENCE_US
from tests.bench.rows import Row, measured
from tests.bench.servers import CORES, LOAD_CORE, ROOT, SERVER_CORE
from tests.bench.table import lines

SCALE = "W1-50"
"""The row whose baseline says how fast this machine is; measured always, and first."""


def main(chosen: list[str]) -> int:
    """Measure, print, and write the report."""
    rounds = int(os.environ.get("ROUNDS", "3"))
    rows: list[Row] = []
    slowness = 1.0
    try:
        for row in measured(rounds, [SCALE, *chosen] if chosen else []):
            if row.name == SCALE:
                slowness = row.medians()["baseline_us"] / REFERENCE_US
                print(_machine(slowness), flush=True)
            rows.append(row)
            print("\n".join(lines(row, slowness)), flush=True)
    except CountsDiffer as difference:
        print(f"\nbench: {difference}", file=sys.stderr)
        return 1
    path = ROOT / "reports" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(_report(rows, rounds, slowness), indent=1))
    return 0


def _machine(slowness: float) -> str:
    cores = f"server on core {SERVER_CORE}, load on core {LOAD_CORE}"
    if SERVER_CORE == LOAD_CORE:
        cores = "server and load share one core"
    return (
        f"{len(CORES)} cores, {cores}; Python {platform.python_version()}. The baseline costs"
        f" {slowness * REFERENCE_US:.1f} us a delivery: this machine takes {slowness:.2f} times as"
        " long as the goals' one"
    )


def _report(rows: list[Row], rounds: int, slowness: float) -> dict[str, Any]:
    return {
        "machine": {"cores": len(CORES), "python": platform.python_version(), "slowness": slowness},
        "rounds": rounds,
        "load_average": os.getloadavg(),
        "rows": [
            {
                "name": row.name,
                "title": row.title,
                "medians": row.medians(),
                "goals": [
                    {
                        "figure": goal.figure,
                        "limit": goal.limit,
                        "here": goal.scaled(slowness),
                        "met": goal.met(row.medians()[goal.figure], slowness),
                    }
                    for goal in GOALS.get(row.name, ())
                ],
                "ours": row.ours,
                "baseline": row.bare,
            }
            for row in rows
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
