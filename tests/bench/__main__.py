"""make bench: each workload three times, interleaved with its baseline: medians, JSON, a table."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.workloads import WORKLOADS, Workload
from tests.rig.installation import Installation, free_ports, install, populate_conversations

ROOT = Path(__file__).parents[2]
SERVER_CORE, LOAD_CORE = 0, 1
REFERENCE_US = 12.0
"""What the baseline costs a delivery on the machine that the absolute goals are for."""
Figures = dict[str, Any]


@dataclass
class Running:
    """A server under test."""

    process: subprocess.Popen[str]
    port: int
    path: str
    cleanup: Path

    def cpu(self) -> float:
        """Return the CPU seconds used so far, user and system, by the operating system's count."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss(self) -> int:
        """Return the resident bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def onrecord(made: Installation) -> Iterator[Running]:
    """Run OnRecord on its core."""
    command = [sys.executable, "-m", "tests.rig.serve", str(made.data)]
    with _process(_pinned(SERVER_CORE, command)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the server did not start"
        yield Running(process, made.settings.chat.port, "/api/v1/ws", made.data)


@contextmanager
def baseline(made: Installation) -> Iterator[Running]:
    """Run the bare broadcast on the same core."""
    port, tls = free_ports(1)[0], made.settings.chat
    script = str(ROOT / "tests" / "bench" / "bare_broadcast.py")
    files = [str(tls.certificate), str(tls.key), str(port)]
    with _process(_pinned(SERVER_CORE, [sys.executable, script, *files])) as process:
        _await_port(port)
        yield Running(process, port, "/?rooms=ROOMS", made.data)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the baseline did not start")


def _pinned(core: int, command: list[str]) -> list[str]:
    return ["taskset", "-c", str(core), *command]


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def measure(workload: Workload, made: Installation, running: Running, *, bare: bool) -> Figures:
    """Run the load against a server and return the figures of both."""
    plan = workload.plan(made, bare=bare)
    plan |= {"port": running.port, "path": running.path, "ca": str(made.ca)}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        load = _pinned(LOAD_CORE, [sys.executable, "-m", "tests.bench.load", file.name])
        rss, connect_cpu = running.rss(), running.cpu()
        with _process(load) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            _expect(process, "connected")
            connect_cpu = running.cpu() - connect_cpu
            grown = running.rss() - rss
            cpu = running.cpu()
            _go_on(process)
            _expect(process, "measured")
            cpu = running.cpu() - cpu
            _go_on(process)
            figures: Figures = json.loads(process.stdout.readline())
    if not bare and (figures["refused"] or figures["acked"] != figures["sent"]):
        raise SystemExit(f"{workload.name}: not every message was accepted: {figures}")
    return figures | {"cpu": cpu, "connect_cpu": connect_cpu, "rss_a_client": grown / plan["count"]}


def _expect(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    if line != f"{word}\n":
        raise SystemExit(f"the load generator ended: {line!r}")


def _go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def run(workload: Workload, made: Installation, rounds: int) -> Figures:
    """Run a workload and its baseline in turn; return the medians of both."""
    ours, bare = [], []
    for _ in range(rounds):
        with onrecord(made) as running:
            ours.append(measure(workload, made, running, bare=False))
        with baseline(made) as running:
            bare.append(measure(workload, made, running, bare=True))
    return {"workload": workload.name, "ours": _medians(ours), "baseline": _medians(bare)}


def _medians(runs: list[Figures]) -> Figures:
    flat = [
        {**run, **{f"ack_{k}": v for k, v in run["ack"].items()}}
        | {f"deliver_{k}": v for k, v in run["deliver"].items()}
        for run in runs
    ]
    names = [name for name, value in flat[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(run[name] for run in flat) for name in names}


def main() -> None:
    """Run every workload (or those named) and print a table; JSON goes to reports/bench.json."""
    rounds = int(os.environ.get("ROUNDS", "3"))
    chosen = [w for w in WORKLOADS if not sys.argv[1:] or w.name in sys.argv[1:]]
    rows = []
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        names = [f"m{n:03d}" for n in range(400)]
        made = install(Path(folder), names)
        pairs = [(names[2 * n], names[2 * n + 1]) for n in range(200)]
        populate_conversations(made, {"Room": names[:100]}, pairs)
        for workload in chosen:
            rows.append(run(workload, made, rounds))
            print(_line(rows[-1]), flush=True)
    report = ROOT / "reports" / "bench.json"
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps(rows, indent=1))


def _line(row: Figures) -> str:
    ours, bare = row["ours"], row["baseline"]
    cost = [1e6 * f["cpu"] / max(f["deliveries"], 1) for f in (ours, bare)]
    limit = " (the load generator was the limit)" if ours["load_busy"] > 0.9 else ""
    return (
        f"{row['workload']:<16} accepted/s {ours['accepted'] / ours['seconds']:8.0f}  "
        f"server CPU {100 * ours['cpu'] / ours['seconds']:3.0f} %  "
        f"us/delivery {cost[0]:6.1f} against {cost[1]:6.1f}: {cost[0] / max(cost[1], 0.01):5.2f}x  "
        f"ack p99 {ours['ack_p99_ms']} ms  deliver p99 {ours['deliver_p99_ms']} ms  "
        f"KiB/client {ours['rss_a_client'] / 1024:.0f}  load busy {ours['load_busy']:.2f}{limit}"
    )


if __name__ == "__main__":
    main()
