"""The processes that are measured: OnRecord and its baseline, on the same core."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.rig.installation import Installation, free_ports

ROOT = Path(__file__).parents[2]
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
START_SECONDS = 60.0
REST_SECONDS, RESTING = 1.0, 0.03
"""Whoever has nothing to do takes less than this part of a core for so long."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server under test. `ready_seconds`: from its start until it accepted."""

    process: subprocess.Popen[str]
    port: int
    path: str
    ready_seconds: float = 0.0

    def cpu(self) -> float:
        """Return the CPU seconds used so far, user and system, by the operating system's count."""
        return cpu_of(self.process.pid)

    def rss(self) -> int:
        """Return the resident bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def rest(self) -> None:
        """Wait until what is left to do after the start (rules are read, for one) is done."""
        deadline, before = time.monotonic() + START_SECONDS, self.cpu()
        while time.monotonic() < deadline:
            time.sleep(REST_SECONDS)
            now = self.cpu()
            if now - before <= RESTING * REST_SECONDS:
                return
            before = now
        raise SystemExit("the server does not come to rest")

    def kill(self) -> None:
        """Send SIGKILL and wait."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def onrecord(made: Installation) -> Iterator[Running]:
    """Run OnRecord on its core."""
    command = ["-m", "tests.rig.serve", str(made.data)]
    began = time.monotonic()
    with pinned(SERVER_CORE, command) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise SystemExit("the server did not start")
        took = time.monotonic() - began
        yield Running(process, made.settings.chat.port, "/api/v1/ws", took)


@contextmanager
def baseline(made: Installation) -> Iterator[Running]:
    """Run the bare broadcast on the same core."""
    port, tls = free_ports(1)[0], made.settings.chat
    script = str(ROOT / "tests" / "bench" / "bare_broadcast.py")
    files = [str(tls.certificate), str(tls.key), str(port)]
    with pinned(SERVER_CORE, [script, *files]) as process:
        _await_port(port)
        yield Running(process, port, "/?rooms=ROOMS")


def _await_port(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the baseline did not start")


@contextmanager
def pinned(core: int, arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run Python on one core; it is ended at the end, if it has not by itself."""
    process = subprocess.Popen(
        ["taskset", "-c", str(core), sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
