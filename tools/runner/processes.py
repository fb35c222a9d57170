"""Runs commands; all that a command started ends with it, in whatever process group.

Facts that the code follows from:
  * A process whose parent has ended goes to the nearest ancestor that is a "child subreaper"
    (prctl(2)), else to process 1, where nobody knows any more what it belonged to.
  * So each command runs below a process that does nothing else: this module's `main`. It takes in
    what is left over, and when the command has ended it kills all that is still there.
  * A killed process's children come to it too, so it is done once it has no children.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

PATIENCE = 20
"""Seconds that a command has to clean up after itself."""

_ASK = (signal.SIGINT, signal.SIGTERM)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class Command:
    """A command that runs now, with whatever it has started. `code` is None until it has ended."""

    def __init__(self, arguments: tuple[str, ...], output: IO[str]) -> None:
        """Start it. Raises FileNotFoundError where there is no such program."""
        if not (Path(arguments[0]).exists() or _on_path(arguments[0])):
            raise FileNotFoundError(arguments[0])
        self._process = subprocess.Popen(
            # It needs nothing of ours but to know whether we still run.
            [sys.executable, "-I", "-S", __file__, str(os.getpid()), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, negative for a signal; None if it has not ended in *seconds*."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def ask_to_end(self) -> None:
        """Ask as Ctrl-C does, once; after `PATIENCE` seconds it is killed. Returns at once."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Ask it to end, and wait until nothing of it is left."""
        if self._process.poll() is None:
            self.ask_to_end()
            if self.wait(3 * PATIENCE) is None:  # it hangs in the kernel: the run goes on
                self._process.kill()


def _on_path(program: str) -> bool:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return any(os.access(Path(folder) / program, os.X_OK) for folder in folders)


def children(parent: int) -> Iterator[int]:
    """The processes whose parent is *parent*, those included that have ended and not been read."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                # The name, in brackets, may hold anything; behind it come state and parent.
                behind_name = (entry / "stat").read_text(errors="replace").rpartition(")")[2]
                if int(behind_name.split()[1]) == parent:
                    yield int(entry.name)


def _take_in_orphans(parent: int) -> None:
    """Become the parent of what is left over below, and end when our own *parent* does."""
    control = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in ((_PR_SET_CHILD_SUBREAPER, 1), (_PR_SET_PDEATHSIG, signal.SIGTERM)):
        if control(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option})")
    if os.getppid() != parent:  # which may be process 1, in a container
        raise SystemExit("whoever started this has ended")


def _end_all() -> None:
    with suppress(ChildProcessError):
        while True:
            for pid in children(os.getpid()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.wait()


def main(parent: int, arguments: list[str]) -> int:
    """Run a command for *parent*; return its exit code once nothing that it started is left."""
    _take_in_orphans(parent)
    asked = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:  # a second SIGINT would end the cleaning up
            asked = True
            signal.alarm(PATIENCE)
            with suppress(ProcessLookupError):
                os.killpg(command, signal.SIGINT)

    def kill(_number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(command, signal.SIGKILL)

    signal.pthread_sigmask(signal.SIG_BLOCK, _ASK)  # until there is a command to ask
    for number in _ASK:
        signal.signal(number, ask)
    signal.signal(signal.SIGALRM, kill)
    command = os.posix_spawnp(arguments[0], arguments, os.environ, setsid=True, setsigmask=())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASK)
    while True:
        pid, status = os.wait()
        if pid == command:
            break
    signal.alarm(0)
    _end_all()
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
