"""Runs the kinds of tests, prints the time of each, and adds them up.

Checks come first, browsers run beside what works without one, faults run at the end with nothing
else: they fill disks and kill processes, and want a quiet machine. Those that wait run beside those
that work. Why the kinds are cut as they are: server/decisions/test_time.md.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO
from xml.etree import ElementTree

BIN = Path(sys.executable).parent
REPORTS = Path("reports")
PATIENCE = 20
"""Seconds that a command has to clean up after itself."""
PATIENT = 8
"""How many times its budget a command may take: others may work on the machine."""

running: list[subprocess.Popen[bytes]] = []
"""What runs now: it has to end when we do."""
asked: dict[int, object] = {}
"""What was asked to end, by process id."""
stopping: list[int] = []
"""The signals that asked us to end."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of test. Its commands run in order; `budget` is seconds on two cores."""

    name: str
    budget: int
    commands: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a kind came to; `wrong` names the commands that failed without a failed test."""

    kind: Kind
    seconds: float
    passed: int
    failed: int
    wrong: tuple[str, ...]


def of_tests(
    name: str, budget: int, *places: str, without: tuple[str, ...] = (), more: tuple[str, ...] = ()
) -> Kind:
    """A kind that is one run of pytest over folders and files of tests/; *more*: its options."""
    report = f"--junit-xml={REPORTS / name}.xml"
    paths = (
        *(f"tests/{place}" for place in places),
        *(f"--ignore=tests/{w}" for w in without),
        *more,
    )
    return Kind(name, budget, ((str(BIN / "python"), "-m", "pytest", "-q", report, *paths),))


TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile")
"""Where a core would stand idle meanwhile. What a module's tests share is made once."""

STYLE = Kind(
    "style and types",
    60,
    (
        (str(BIN / "ruff"), "format", "--check", "."),
        (str(BIN / "ruff"), "check", "."),
        (str(BIN / "mypy"),),
    ),
)
MANY_INPUTS = (
    *(f"unit/archive/test_{name}.py" for name in ("checkpoint", "history", "recovery")),
    *(
        f"unit/archive_products/test_{name}.py"
        for name in ("bundle", "copy_packed_again", "own_copy")
    ),
    *("unit/policy/test_off_channel.py", "unit/search/test_asked.py"),
)
"""Units of hundreds of inputs: every byte changed once, texts drawn: half of all units' time."""
UNIT = of_tests("unit", 60, "unit", "architecture", without=MANY_INPUTS, more=TWO_AT_A_TIME)
CLIENT = Kind("client", 60, (("make", "--no-print-directory", "client-check"),))
PROPERTIES = of_tests("properties", 240, "properties", *MANY_INPUTS, more=("--timeout=300",))
LATER = (
    *(
        f"integration/{area}"
        for area in ("administration", "copies", "filing", "letters", "push", "roles")
    ),
    *(
        f"acceptance/test_{name}.py"
        for name in ("met_later", "out_of_office", "push", "scheduled", "two_clients")
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
            "resets",
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
TRANSPORT = "acceptance/test_testssl.py"
"""An outsider's look at our TLS: a minute of handshakes, one after the other."""
INTEGRATION = of_tests(
    "integration",
    240,
    "integration",
    "acceptance",
    without=(*LATER, FRESH_MACHINE, TRANSPORT),
    more=TWO_AT_A_TIME,
)
BROWSERS = of_tests(
    "browsers", 360, "e2e", without=(*CLIENTS_PAGES, *FEATURES_PAGES, *GALLERY_PAGES)
)
CLIENTS = of_tests("clients", 420, *LATER)
CLIENT_BROWSERS = of_tests("client browsers", 300, *CLIENTS_PAGES)
FEATURE_BROWSERS = of_tests("feature browsers", 500, *FEATURES_PAGES)
GALLERY = of_tests("gallery", 360, *GALLERY_PAGES, more=TWO_AT_A_TIME)
FRESH = of_tests("fresh machine", 240, FRESH_MACHINE)
SLOW = tuple(
    f"faults/test_{name}.py" for name in ("figures", "hooks", "partition", "sampled_calls")
)
"""The faults that mostly wait, for a destination or a heartbeat: half of the others' time."""
FAULTS = of_tests("faults", 400, "faults", without=SLOW)
SLOW_FAULTS = of_tests("slow faults", 400, *SLOW, TRANSPORT)

# Kinds in one group run beside each other; groups run one after another.
PLANS: dict[str, tuple[tuple[Kind, ...], ...]] = {
    "check": ((STYLE, UNIT, CLIENT),),
    "test": (
        (STYLE, UNIT, CLIENT),
        (PROPERTIES, GALLERY),
        (INTEGRATION,),
        (CLIENTS, BROWSERS),
        (FRESH, CLIENT_BROWSERS),
        (FEATURE_BROWSERS,),
        (FAULTS, SLOW_FAULTS),
    ),
    "faults": ((FAULTS, SLOW_FAULTS),),
}


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: first as Ctrl-C does, so that tests clean up."""
    for number, patience in ((signal.SIGINT, PATIENCE), (signal.SIGKILL, None)):
        if process.poll() is None:
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)


def run_command(command: tuple[str, ...], limit: float, output: TextIO) -> bool:
    """Run `command` in a session of its own, so that its whole tree ends after `limit` seconds."""
    if stopping:
        return False
    try:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    except FileNotFoundError:
        print(f"{command[0]} is missing; run: make setup", file=output, flush=True)
        return False
    running.append(process)
    if stopping:  # the signal came while it was being started
        ask_to_end(process)
    try:
        return process.wait(timeout=limit) == 0
    except subprocess.TimeoutExpired:
        print(
            f"\n{' '.join(command)}\nran longer than {limit:.0f} seconds; ended.",
            file=output,
            flush=True,
        )
        return False
    finally:
        end(process)
        running.remove(process)
        asked.pop(process.pid, None)


def counted(report: Path) -> tuple[int, int]:
    """Passed and failed in a JUnit report; skipped ones count as failed. (0, 0) without report."""
    if not report.exists():
        return 0, 0
    passed = failed = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        bad = sum(int(suite.get(name) or 0) for name in ("failures", "errors", "skipped"))
        passed += int(suite.get("tests") or 0) - bad
        failed += bad
    return passed, failed


def run_kind(kind: Kind, output: TextIO) -> Result:
    """Run all commands of a kind, also after one failed: a person wants to see everything."""
    report = REPORTS / f"{kind.name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n== {kind.name}", file=output, flush=True)
    start = time.monotonic()
    broken = [
        command
        for command in kind.commands
        if not run_command(command, PATIENT * kind.budget, output)
    ]
    passed, failed = counted(report)
    wrong = () if failed else tuple(" ".join(command) for command in broken)
    return Result(kind, time.monotonic() - start, passed, failed + len(wrong), wrong)


def run_beside(kinds: tuple[Kind, ...]) -> list[Result]:
    """Run `kinds` at the same time; each one's output is printed whole, in order."""
    print(f"\n== {' beside '.join(kind.name for kind in kinds)}", flush=True)
    paths = [REPORTS / f"{kind.name}.log" for kind in kinds]
    files = [path.open("w", encoding="utf-8") for path in paths]
    with ThreadPoolExecutor(len(kinds)) as pool:
        results = list(pool.map(run_kind, kinds, files))
    for path, file in zip(paths, files, strict=True):
        file.close()
        print(path.read_text(encoding="utf-8"), flush=True)
    return results


def summary(results: Iterable[Result]) -> str:
    """A table of kinds, and the plain last line that machines read."""
    results = list(results)
    lines = ["", f"{'kind':<16}{'seconds':>8}{'budget':>8}{'passed':>8}{'failed':>8}"]
    for result in results:
        name, budget = result.kind.name, result.kind.budget
        lines.append(
            f"{name:<16}{result.seconds:>8.1f}{budget:>8}{result.passed:>8}{result.failed:>8}"
        )
    lines += [f"failed: {command}" for result in results for command in result.wrong]
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    return "\n".join([*lines, "", f"{passed} passed, {failed} failed"])


def processor_seconds() -> float:
    """What took all that ended so far: it tells a machine that was shared from a slow one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def set_up() -> list[Result]:
    """What came before, if whoever started us says in LANES_STARTED (seconds) when it began."""
    started = os.environ.get("LANES_STARTED")
    if started is None:
        return []
    return [Result(Kind("set-up", 120, ()), time.time() - float(started), 0, 0, ())]


def main(plan: str) -> int:
    """Run the plan and return the exit code: 0 only if everything ran and nothing failed."""
    REPORTS.mkdir(exist_ok=True)
    results = set_up()
    for group in PLANS[plan]:
        if stopping:
            return 128 + stopping[0]
        start, worked = time.monotonic(), processor_seconds()
        if len(group) == 1:
            results.append(run_kind(group[0], sys.stdout))
        else:
            results += run_beside(group)
        seconds, worked = time.monotonic() - start, processor_seconds() - worked
        if not stopping:
            print(f"{seconds:.1f} s; processors worked for {worked:.1f} s", flush=True)
    if stopping:
        return 128 + stopping[0]
    print(summary(results), flush=True)
    return 1 if any(result.failed for result in results) else 0


def stop(number: int, _: FrameType | None) -> None:
    """Ask what runs to end as Ctrl-C does, start nothing more, and don't wait for ever.

    Only signals are sent here: the code that was interrupted goes on, waits and cleans up.
    """
    stopping.append(number)
    for process in running:
        if number == signal.SIGALRM:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            ask_to_end(process)
    signal.alarm(PATIENCE)


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Send SIGINT, once: a second one would end the cleaning up."""
    mine = object()
    if asked.setdefault(process.pid, mine) is mine:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(each, stop)
    sys.exit(main(sys.argv[1]))
