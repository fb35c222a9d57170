"""A fault in the system calls of some threads of a running server, and what they called.

strace attaches to the threads that are named and stops no other, so the event loop runs at full
speed, and `when=N` counts from here on. Paths are files that a call must be about.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.rig.patience import SECONDS as PATIENCE

_BEGAN = re.compile(r"(?:(?P<thread>\d+) +)?(?P<at>\d+\.\d+) (?P<call>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +\d+\.\d+ <\.\.\. \w+ resumed>(?P<rest>.*)")
_SPENT = re.compile(r"<(\d+\.\d+)>$")
_PATH = re.compile(r"<(/[^<>]*)>|\"(/[^\"]*)\"")
_INJECTED = re.compile(r"\((INJECTED|DELAYED)\)")
UNFINISHED = "<unfinished ...>"


@dataclass(frozen=True, slots=True)
class Call:
    """One traced call: seconds of the wall clock, and the path that it was about."""

    began: float
    ended: float
    name: str
    path: str
    injected: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the calls are written."""

    file: Path

    def await_stopped(self) -> None:
        """Wait until strace has the process, which had stopped itself."""
        deadline = time.monotonic() + PATIENCE
        while "stopped by SIGSTOP" not in self.file.read_text(errors="replace"):
            assert time.monotonic() < deadline, "strace does not attach"
            time.sleep(0.001)

    def calls(self) -> list[Call]:
        """Return the calls that came back, in the order in which they did."""
        pending: dict[str | None, re.Match[str]] = {}
        calls = []
        for line in self.file.read_text(errors="replace").splitlines():
            began, resumed = _BEGAN.match(line), _RESUMED.match(line)
            if began is not None and line.endswith(UNFINISHED):
                pending[began["thread"]] = began
            elif began is not None:
                calls.append(_call(began, began["rest"]))
            elif resumed is not None and resumed["thread"] in pending:
                calls.append(_call(pending.pop(resumed["thread"]), resumed["rest"]))
        return calls

    def injected(self) -> list[Call]:
        """Return those that the fault came to."""
        return [call for call in self.calls() if call.injected]


def _call(match: re.Match[str], end: str) -> Call:
    spent, path = _SPENT.search(end), _PATH.search(match["rest"])
    at = float(match["at"])
    named = (path[1] or path[2]) if path else ""
    injected = _INJECTED.search(end) is not None
    return Call(at, at + float(spent[1] if spent else 0), match["call"], named, injected)


@contextmanager
def injecting(
    threads: Sequence[int],
    calls: str,
    inject: str,
    trace: Path,
    *,
    paths: Sequence[Path] = (),
    also: Sequence[str] = (),
) -> Iterator[Trace]:
    """Inject (as strace writes it) into the calls of threads while the block runs.

    *also* are calls that are traced and left alone.
    """
    traced = ",".join([calls, *also])
    command = ["strace", "-y", "-ttt", "-T", "-o", str(trace), "-e", f"trace={traced}"]
    command += ["-e", f"inject={calls}:{inject}"] if inject else []
    for path in paths:
        command += ["-P", str(path)]
    for thread in threads:
        command += ["-p", str(thread)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _await_attached(threads, process)
        yield Trace(trace)
    finally:
        if any(_tracer(thread) == process.pid for thread in threads):
            process.terminate()  # otherwise it ends by itself, with the last line written
        process.wait()


def _await_attached(threads: Sequence[int], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not all(_tracer(thread) in (process.pid, None) for thread in threads):
        assert process.poll() is None, "strace ended: is ptrace allowed?"
        assert time.monotonic() < deadline, "strace does not attach"
        time.sleep(0.01)


def _tracer(thread: int) -> int | None:
    """Who traces a thread, 0 for nobody; None if the first call has ended it already."""
    try:
        status = Path(f"/proc/{thread}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(next(line.split()[1] for line in status.splitlines() if "TracerPid" in line))


def threads_of(process: int) -> list[int]:
    """Return every thread but the first, which runs the event loop."""
    return sorted({int(name) for name in os.listdir(f"/proc/{process}/task")} - {process})


def open_files(process: int, below: Path) -> list[Path]:
    """Return the paths under which strace knows the open files below a folder."""
    found = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            name = os.readlink(link).removesuffix(" (deleted)")
            if name.startswith(f"{below}/"):
                found.add(Path(name))
    return sorted(found)
