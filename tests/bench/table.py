"""The table that `make bench` prints: a line a figure, and whether its goal is met."""

from collections.abc import Iterator
from typing import Any

from tests.bench.goals import GOALS, Goal
from tests.bench.rows import Row

Figures = dict[str, Any]
BUSY = 0.9
"""Above this the load generator is what was measured."""
SHOWN = {
    "cpu_us": ("server CPU a {unit}", "us", 1),
    "cpu_ratio": ("  against the baseline's", "x", 2),
    "accepted_s": ("accepted a second", "", 0),
    "ack_p50_ms": ("send to acknowledge, median", "ms", 1),
    "ack_p99_ms": ("send to acknowledge, p99", "ms", 1),
    "deliver_p50_ms": ("send to deliver, median", "ms", 1),
    "deliver_p99_ms": ("send to deliver, p99", "ms", 1),
    "kib_a_client": ("memory a connected client", "KiB", 0),
    "sign_in_p50_ms": ("sign-in, median", "ms", 0),
    "sign_in_max_ms": ("sign-in, slowest", "ms", 0),
    "attacked_p95_ms": ("send to acknowledge, p95, the worst", "ms", 0),
    "search_p95_s": ("19 searches of 20, the slowest kind", "s", 2),
    "chat_search_p95_s": ("19 searches of 20, the slowest kind", "s", 2),
    "ready_s": ("from start to ready", "s", 2),
    "cpu_s": ("CPU from start to ready", "s", 2),
    "records_s": ("records a second", "", 0),
    "bare_ratio": ("  against the bare client's", "x", 2),
    "loop_ratio": ("  against the closed loop's", "x", 2),
    "seconds": ("it took", "s", 1),
    "cpu_ms_1000": ("CPU a 1,000 records", "ms", 0),
    "server_ms_1000": ("  of the server", "ms", 0),
    "hook_ms_1000": ("  of the hook's process", "ms", 0),
    "own_end_mib": ("memory of both at the end", "MiB", 0),
    "own_ratio": ("  against that after a tenth", "x", 2),
    "share_p50_ms": ("acknowledged to on the share, median", "ms", 0),
    "share_p99_ms": ("acknowledged to on the share, p99", "ms", 0),
    "web_p50_ms": ("acknowledged to received, median", "ms", 0),
    "web_p99_ms": ("acknowledged to received, p99", "ms", 0),
    "first_load_kb": ("for the first screen, compressed", "kB", 0),
    "opened_kb": ("until a conversation is open", "kB", 0),
    "open_cached_p95_ms": ("opened from the device, p95", "ms", 0),
    "open_server_p95_ms": ("opened from the server, p95", "ms", 0),
    "echo_p50_ms": ("key to own message, median", "ms", 0),
    "echo_p95_ms": ("key to own message, p95", "ms", 0),
    "frames_s": ("frames a second", "", 1),
    "frame_p95_ms": ("a frame, p95", "ms", 1),
    "heap_mib": ("memory of the tab's program", "MiB", 0),
    "heap_ratio": ("  against the start's", "x", 2),
    "server_busy": ("server CPU, of one core", "", 2),
    "load_busy": ("load generator's CPU, of one core", "", 2),
}
ONLY_IN = {
    "W3": {"cpu_us", "cpu_ratio", "kib_a_client", "load_busy"},
    "ready-100k": {"ready_s", "cpu_s"},
    "ready-1m": {"ready_s", "cpu_s"},
}
IN_W3_ALONE = {"kib_a_client"}
IN_DRAINS_ALONE = {"seconds"}


def lines(row: Row, slowness: float) -> Iterator[str]:
    """Yield a row's lines. `slowness`: the baseline's measured cost / 12 microseconds."""
    yield f"\n{row.name}: {row.title}" + (f" ({row.note})" if row.note else "")
    figures = row.medians()
    goals = {goal.figure: goal for goal in GOALS.get(row.name, ())}
    for name, (label, unit, places) in SHOWN.items():
        if name not in figures or not _shown(row.name, name):
            continue
        value = f"{figures[name]:,.{places}f} {unit}".rstrip()
        said = _said(goals[name], figures[name], slowness) if name in goals else ""
        if name == "cpu_us" and "baseline_us" in figures:
            said = f"baseline {figures['baseline_us']:,.1f} us"
        if name == "records_s" and "bare_s" in figures:
            said = f"the bare client {figures['bare_s']:,.0f}"
        if name == "load_busy" and figures[name] > BUSY:
            said = "the load generator was the limit"
        yield f"  {label.format(unit=row.unit):<36}{value:>14}   {said}".rstrip()


def _shown(row: str, figure: str) -> bool:
    if figure in IN_DRAINS_ALONE:
        return row.startswith(("drain-", "backfill-"))
    only = ONLY_IN.get(row)
    return figure not in IN_W3_ALONE if only is None else figure in only


def _said(goal: Goal, value: float, slowness: float) -> str:
    sign = ">=" if goal.least else "<="
    said = f"goal {sign} {goal.limit:g}"
    if goal.scaling != "none":
        said += f", here {sign} {goal.scaled(slowness):,.4g}"
    return f"{said}: {'met' if goal.met(value, slowness) else 'NOT MET'}"
