"""The kinds of tests and which of them run beside each other.

    python -m tools.lanes check | test | proofs [KIND …]

The gate (`test`) is what has no marker; `proofs` is what is marked so, with the reason. Checks come
first; kinds that mostly wait run beside kinds that work. tools/runner runs them;
server/decisions/test_time.md says why they are cut as they are.
"""

import os
import signal
import sys
import time

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
MANY_INPUTS = (
    *(f"unit/archive/test_{name}.py" for name in ("checkpoint", "history", "recovery")),
    *(
        f"unit/archive_products/test_{name}.py"
        for name in ("bundle", "copy_complete", "copy_packed_again", "memory", "own_copy")
    ),
    *("unit/policy/test_off_channel.py", "unit/search/test_asked.py"),
    "architecture/test_openapi_valid.py",
)
"""Units of hundreds of inputs: every byte changed once, texts drawn, each part of a document looked
at, hundreds of records exported: half of all units' time."""
UNIT = Kind("unit", 60, ("unit",), MANY_INPUTS, workers=2)
ARCHITECTURE = Kind("architecture", 60, ("architecture",), MANY_INPUTS)
"""In one process, which parses the source once for all rules."""
CLIENT = Kind(
    "client", 60, commands=(("make", "--no-print-directory", "client-check"),), counts="client.xml"
)
PROPERTIES = Kind("properties", 240, ("properties", *MANY_INPUTS), whole_in_proofs=True)
LATER = (
    *(
        f"integration/{area}"
        for area in ("administration", "copies", "filing", "letters", "push", "roles")
    ),
    *(
        f"acceptance/test_{name}.py"
        for name in (
            *("let_in_meanwhile", "met_later", "out_of_office", "push", "scheduled"),
            "two_clients",
        )
    ),
    *(f"integration/cli/test_{name}.py" for name in ("hand_over", "hours", "people")),
    *(
        f"integration/compliance/test_{name}.py"
        for name in ("broadcasts", "complaints", "every_type", "notes", "personal", "prospects")
    ),
    *(
        f"integration/edge/test_{name}.py"
        for name in (
            *("assurance_routes", "broadcasts", "invites_abused", "joining", "lock_routes"),
            *("off_channel_setting", "relationships", "reports", "scheduled"),
        )
    ),
    *(
        f"integration/identity/test_{name}.py"
        for name in (
            *("acceptances", "added_clients", "codes", "comes_in_anew", "invites"),
            *("app_lock", "letters_refused", "passkeys", "recorded_letters", "taking_back"),
        )
    ),
    "integration/recording/test_positions_of_successors.py",
    *(
        f"integration/storage/test_{name}.py"
        for name in (
            *("assurance", "complaint_alarms", "complaints", "coverage", "forwards", "mentions"),
            *("provenance", "resets"),
            *("earlier_acceptances", "policy_texts"),
            *("off_channel_watch", "office_hours", "parting", "pushes", "search", "waiting"),
        )
    ),
)
"""What came after the message path: clients, files, administration. It has a budget of its own."""
CLIENTS_PAGES = tuple(
    f"e2e/test_{name}.py"
    for name in (
        *(
            "client_copy",
            "clients_keyboard",
            "complaints",
            "console_broadcasts",
            "hand_over",
            "hours_screens",
            "how_it_ended",
            "invites",
        ),
        *(
            "invites_axe",
            "invites_form",
            "notice_gate",
            "nudge",
            "office_hours",
            "passkeys",
            "people",
            "resets",
        ),
        *("polish_administration", "polish_clients"),
        *("verify_page", "webkit_clients", "webkit_coming_back"),
    )
)
"""Clients and their administration, in the browser."""
FEATURES_PAGES = tuple(
    f"e2e/test_{name}.py"
    for name in (
        *("album", "alerts", "app_lock", "beginnings", "busy_features", "comfort", "files"),
        "files_sandbox",
        *("find", "forwarding", "groups_led", "install", "long_press", "lost_storage"),
        *("keyboard_features", "polish_staff"),
        *("open_offline", "own_notes", "phone_groups", "phone_people", "phone_talk"),
        *("push", "turned_writing", "undo_send", "voice"),
        *("webkit_voice", "worker_alerts"),
    )
)
"""What makes the chat a good one, in the browser: files, notifications, opening offline …"""
GALLERY_PAGES = tuple(
    f"e2e/test_{name}.py" for name in ("accessibility", "gallery", "gallery_axe", "gallery_room")
)
"""Every screen for itself: what axe finds on it, and whether everything has room."""
FRESH_MACHINE = "acceptance/test_fresh_machine.py"
IMAGE = "acceptance/test_container.py"
"""Builds the image three times: minutes of both cores, so it runs alone."""
TRANSPORT = "acceptance/test_testssl.py"
"""An outsider's look at our TLS: a minute of handshakes, one after the other."""
INTEGRATION = Kind(
    "integration",
    240,
    ("integration", "acceptance"),
    without=(*LATER, FRESH_MACHINE, IMAGE, TRANSPORT),
    workers=3,
)
BROWSERS = Kind("browsers", 360, ("e2e",), (*CLIENTS_PAGES, *FEATURES_PAGES, *GALLERY_PAGES))
CLIENTS = Kind("clients", 240, LATER, workers=2)
CLIENT_BROWSERS = Kind("client browsers", 300, CLIENTS_PAGES)
FEATURE_BROWSERS = Kind("feature browsers", 500, FEATURES_PAGES)
GALLERY = Kind("gallery", 360, GALLERY_PAGES, workers=2)
FRESH = Kind("fresh machine", 240, (FRESH_MACHINE,))
CONTAINER = Kind("container", 600, (IMAGE,))
SLOW = tuple(
    f"faults/test_{name}.py" for name in ("figures", "hooks", "partition", "sampled_calls")
)
"""The faults that mostly wait, for a destination or a heartbeat: half of the others' time."""
FAULTS = Kind("faults", 400, ("faults",), SLOW, whole_in_proofs=True)
SLOW_FAULTS = Kind("slow faults", 400, (*SLOW, TRANSPORT))

CHECKS = (STYLE, CLIENT, UNIT, ARCHITECTURE)

# Kinds in one group run beside each other, as many as Limits.workers allow; groups run one after
# another.
PLANS: dict[str, tuple[Group, ...]] = {
    "check": (CHECKS,),
    "test": (
        CHECKS,
        (INTEGRATION, FAULTS, CLIENTS, PROPERTIES, BROWSERS, CLIENT_BROWSERS, FEATURE_BROWSERS),
    ),
    "proofs": (
        (UNIT, ARCHITECTURE, PROPERTIES),
        (GALLERY,),
        (INTEGRATION,),
        (CLIENTS,),
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
