"""Run one workload against a server and against the baseline, and count the messages."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.bench.counts import (
    Counts,
    CountsDiffer,
    archive_size,
    archived,
    delivered_everywhere,
)
from tests.bench.read_back import Range, read_back
from tests.bench.servers import LOAD_CORE, Running, baseline, onrecord, pinned
from tests.bench.workloads import Workload
from tests.rig.installation import Installation

Figures = dict[str, Any]
Plan = dict[str, Any]


def ours(workload: Workload, made: Installation) -> Figures:
    """Measure OnRecord. Raises CountsDiffer unless each message is in all four places."""
    first = archive_size(made)
    plan = workload.plan(made, bare=False)
    with onrecord(made) as running:
        figures = measure(workload, plan, made, running)
        read = read_back(made, _ranges(figures["acks"], plan))
    counts = Counts(
        acknowledged=[event for _, _, event in figures.pop("acks")],
        delivered=delivered_everywhere(figures.pop("seen")),
        archived=archived(made, first),
        read_back=read,
    )
    counts.check(figures["sent"])
    return figures


def bare(workload: Workload, made: Installation) -> Figures:
    """Measure the baseline. Raises CountsDiffer unless each message came everywhere."""
    with baseline(made) as running:
        figures = measure(workload, workload.plan(made, bare=True), made, running)
    figures.pop("acks")
    came = delivered_everywhere(figures.pop("seen"))
    if not figures["sent"] == figures["acked"] == came:
        raise CountsDiffer(f"baseline: {figures['sent']} sent, {came} came everywhere")
    return figures


def measure(workload: Workload, plan: Plan, made: Installation, running: Running) -> Figures:
    """Run the load on a server at rest and return its figures and the server's."""
    running.rest()
    rss, cpu = running.rss(), running.cpu()
    with load(plan, made, running) as (process, result):
        expect(process, "connected")
        connect_cpu = running.cpu() - cpu
        grown = running.rss() - rss
        cpu = running.cpu()
        go_on(process)
        expect(process, "measured")
        cpu = running.cpu() - cpu
        go_on(process)
        expect(process, "done")
        figures: Figures = json.loads(result.read_text())
    if figures["refused"] or figures["holes"]:
        refused, holes = figures["refused"], figures["holes"]
        raise CountsDiffer(f"{workload.name}: {refused} refused, {holes} holes in what came")
    used, units = cpu, figures["deliveries"]
    if workload.unit == "connect":
        used, units = connect_cpu, len(plan["clients"])
        figures["load_busy"] = figures["connect_busy"]
    return figures | {
        "server_busy": cpu / figures["seconds"],
        "cpu_us": 1e6 * used / max(units, 1),
        "kib_a_client": grown / len(plan["clients"]) / 1024,
    }


@contextmanager
def load(plan: Plan, made: Installation, running: Running) -> Iterator[tuple[Popen[str], Path]]:
    """Run the load generator on its core; the file is where its figures will lie."""
    told = plan | {"port": running.port, "path": running.path, "ca": str(made.ca)}
    with tempfile.TemporaryDirectory(prefix="onrecord-load-") as folder:
        told_in, result = Path(folder) / "plan.json", Path(folder) / "figures.json"
        told_in.write_text(json.dumps(told))
        with pinned(LOAD_CORE, ["-m", "tests.bench.load", str(told_in), str(result)]) as process:
            yield process, result


def expect(process: Popen[str], word: str) -> None:
    """Wait until the load generator says that it has come so far."""
    line = process.stdout.readline() if process.stdout else ""
    if line != f"{word}\n":
        raise SystemExit(f"the load generator ended: {line!r}")


def go_on(process: Popen[str]) -> None:
    """Let the load generator go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _ranges(acks: list[tuple[str, int, str]], plan: Plan) -> list[Range]:
    """Return what is to be read back, each conversation by its last member, who does not send."""
    reader = {client["rooms"][0]: client["name"] for client in plan["clients"]}
    first: dict[str, int] = {}
    for conv, seq, _ in acks:
        first[conv] = min(seq, first.get(conv, seq))
    return [Range(conv, seq, reader[conv]) for conv, seq in first.items()]
