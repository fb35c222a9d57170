"""The kinds of tests and which of them run beside each other.

    python -m tools.lanes check | test | proofs [KIND …]

The gate (`test`) is what is not marked `proofs`; `proofs` is what is, with the reason. A kind is
chosen by folder, tests/<kind>/<feature>, and by marker (pyproject.toml says what each means): no
file is named here. Checks come first; kinds that mostly wait run beside kinds that work.
tools/runner runs them; server/decisions/test_time.md says why they are cut as they are.
"""

import os
import signal
import sys
import time
from dataclasses import replace

from tools.runner import report
from tools.runner.kinds import BIN, REPORTS, Kind, Result, Selection
from tools.runner.run import Group, Limits, Run

STYLE = Kind(
    "style and types",
    60,
    commands=(
        (str(BIN / "ruff"), "format", "--check", "."),
        (str(BIN / "ruff"), "check", "."),
        (str(BIN / "mypy"),),
    ),
)
UNIT = Kind("unit", 100, ("unit",), workers=2)
ARCHITECTURE = Kind("architecture", 60, ("architecture",))
"""In one process, which parses the source once for all rules."""
LONG = ("many_inputs",)
QUICK_UNIT = replace(UNIT, budget=60, unmarked=LONG)
QUICK_ARCHITECTURE = replace(ARCHITECTURE, unmarked=LONG)
MANY_INPUTS = Kind("many inputs", 120, ("unit", "architecture"), marked=LONG, whole_in_proofs=True)
"""The gate has them among its units; in proofs they run again, where what draws draws anew."""
CLIENT = Kind(
    "client", 60, commands=(("make", "--no-print-directory", "client-check"),), counts="client.xml"
)
PROPERTIES = Kind("properties", 240, ("properties",), whole_in_proofs=True)
FEATURES = tuple(
    f"integration/{feature}"
    for feature in (
        *("broadcasts", "chat", "clients", "complaints", "compliance", "export"),
        *("groups", "hours", "notices", "notifications", "own_copy", "people", "personal"),
        *("policies", "relationships", "reports", "scheduled", "search", "sign_in", "uploads"),
        "waiting",
    )
)
"""What people do with the house; what is not named is the house itself: core, hooks, http, cli …"""
CLIENTS_PAGES = tuple(
    f"e2e/{feature}"
    for feature in (
        *("broadcasts", "clients", "complaints", "hours", "notices", "own_copy", "people"),
        *("policies", "relationships", "waiting"),
    )
)
"""Clients and their administration, in the browser."""
FEATURES_PAGES = tuple(
    f"e2e/{feature}"
    for feature in ("demo", "groups", "notifications", "personal", "search", "sign_in", "uploads")
)
"""What makes the chat a good one, in the browser."""
APART = ("fresh_machine", "image", "slow")
"""Tests of `acceptance` that have a kind of their own, all of them proofs."""
INTEGRATION = Kind(
    "integration", 240, ("integration", "acceptance"), FEATURES, unmarked=APART, workers=3
)
FEATURE = Kind("features", 240, FEATURES, workers=3)
BROWSERS = Kind("browsers", 360, ("e2e",), (*CLIENTS_PAGES, *FEATURES_PAGES), unmarked=("gallery",))
CLIENT_BROWSERS = Kind("client browsers", 300, CLIENTS_PAGES)
FEATURE_BROWSERS = Kind("feature browsers", 500, FEATURES_PAGES)
GALLERY = Kind("gallery", 360, ("e2e",), marked=("gallery",), workers=2)
FRESH = Kind("fresh machine", 240, ("acceptance",), marked=("fresh_machine",))
CONTAINER = Kind("container", 600, ("acceptance",), marked=("image",))
FAULTS = Kind("faults", 400, ("faults",), unmarked=("slow",), whole_in_proofs=True)
SLOW_FAULTS = Kind("slow faults", 400, ("faults", "acceptance"), marked=("slow",))


# Kinds in one group run beside each other, as many as Limits.workers allow; groups run one after
# another.
PLANS: dict[str, tuple[Group, ...]] = {
    "check": ((STYLE, CLIENT, QUICK_UNIT, QUICK_ARCHITECTURE),),
    "test": (
        (STYLE, CLIENT, UNIT, ARCHITECTURE),
        # What is long and one process begins first; what runs in several and ends evenly, late.
        (INTEGRATION, FAULTS, PROPERTIES, FEATURE, BROWSERS, CLIENT_BROWSERS, FEATURE_BROWSERS),
    ),
    "proofs": (
        (QUICK_UNIT, QUICK_ARCHITECTURE, MANY_INPUTS, PROPERTIES),
        (GALLERY,),
        (INTEGRATION,),
        (FEATURE,),
        (CONTAINER,),
        (FRESH, CLIENT_BROWSERS),
        (BROWSERS,),
        (FEATURE_BROWSERS,),
        (FAULTS, SLOW_FAULTS),
    ),
}
LAST_START = 70 * 60.0
END = 85 * 60.0
"""Seconds after the start of the gate, which has 90 minutes: no kind starts, all ends."""


def main(plan: str, *only: str) -> int:
    """Run the plan, or some kinds of it; return the exit code: 0 if all ran and nothing failed.

    LANES_STARTED (seconds since 1970) says when whoever started us began, set-up included, and
    ONRECORD_SEED what `make proofs` draws from.
    """
    groups = PLANS[plan]
    if only:
        names = {kind.name for group in groups for kind in group}
        if not names.issuperset(only):
            print(f"kinds are: {', '.join(sorted(names))}", file=sys.stderr)
            return 2
        chosen = (tuple(kind for kind in group if kind.name in only) for group in groups)
        groups = tuple(group for group in chosen if group)
    os.environ.pop("PYTEST_ADDOPTS", None)  # which may leave tests out
    set_up_at = os.environ.pop("LANES_STARTED", None)
    began, now = float(set_up_at or time.time()), time.time()
    start = time.monotonic() - (now - began)
    limits = Limits(last_start=start + LAST_START, end=start + END) if plan == "test" else Limits()
    which = Selection(plan == "proofs", os.environ.get("ONRECORD_SEED", "0"))
    if which.proofs:
        print(f"ONRECORD_SEED={which.seed}", flush=True)
    run = Run(which, limits)
    kept = REPORTS / f"{plan}.json" if plan in ("test", "proofs") and not only else None
    if kept is not None:
        kept.unlink(missing_ok=True)
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = [signal.signal(number, lambda number, _: run.stop(number)) for number in numbers]
    before = report.commit()
    findings = run.groups(groups, [Result(Kind("set-up", 120), now - began)] if set_up_at else [])
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)
    print(report.last_lines(findings), flush=True)
    if kept is not None:
        report.write(findings, kept, before)
    return 128 + run.stopped_by if run.stopped_by is not None else int(findings.failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
