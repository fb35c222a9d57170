"""A warm interpreter: it has imported all of onrecord, and forks a server or a command when asked.

Facts that the code follows from:
  * Three quarters of a start are imports: a second of one core each time, where a fork takes 20 ms.
  * A process can be forked safely while it has one thread; pytest's has many, this one has one.
  * A forked process copies each page of memory that it writes to. The collector writes to all
    objects that it looks at, unless they are frozen, and an interpreter that ends to all that it
    takes apart, 70 ms long: what was forked ends without.
  * Only a parent can ask for an exit status; a pidfd tells the parent when to ask.
  * Until it is asked for, the process stays in /proc and its number is nobody else's: so the parent
    looks first, tells the tests, and asks once they have heard it.
"""

import atexit
import gc
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypedDict

import onrecord
from onrecord.cli.main import command
from tests.rig.patience import SECONDS as PATIENCE

ROOT = Path(__file__).parents[2]
SERVER = "tests.rig.serve"
"""What is imported before anybody asks, beside all of onrecord that can be."""
MIGRATIONS = "onrecord.database.migrations"
"""Scripts that Alembic runs."""
MOST_BYTES = 65_536
STREAMS = 4
"""Standard input, output and error, and where the exit status is written to."""


class Request(TypedDict):
    """What a process is to be: `entry` is module:function, as a wheel names its commands."""

    entry: str
    arguments: list[str]
    environ: dict[str, str]
    folder: str


class Forked:
    """A process that the warm interpreter forked: the part of `subprocess.Popen` in use here."""

    def __init__(self, pid: int, stdout: int, status: socket.socket) -> None:
        self.pid = pid
        self.stdout = os.fdopen(stdout, "rb", buffering=0)
        self.returncode: int | None = None
        self._status = status
        self._lock = threading.Lock()
        weakref.finalize(self, status.close)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code. Raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    return None
            with self._lock:  # of two threads that wait, one reads
                if self.returncode is None:
                    self.returncode = int(self._status.recv(16))
                    self._status.shutdown(socket.SHUT_WR)
        return self.returncode


class Warm:
    """The warm interpreter, seen from the tests. `seconds`: what a start from nothing adds."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        began = time.monotonic()
        command = [sys.executable, "-m", "tests.rig.warm", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], cwd=ROOT
        )
        theirs.close()
        self._socket.settimeout(PATIENCE)
        if not self._socket.recv(MOST_BYTES):
            self.close()
            raise RuntimeError("onrecord can't be imported")
        self.seconds = time.monotonic() - began

    def fork(
        self,
        entry: str,
        arguments: list[str],
        *,
        stderr: int,
        stdin: int | None = None,
        environ: Mapping[str, str] | None = None,
        folder: Path = ROOT,
    ) -> Forked:
        """Run a function in a process of its own; without *environ* in this one's, as it is now."""
        stdout, told = os.pipe()
        status, theirs = socket.socketpair()
        asked = Request(
            entry=entry,
            arguments=arguments,
            environ={**(os.environ if environ is None else environ)},
            folder=str(folder),
        )
        given = os.open(os.devnull, os.O_RDONLY) if stdin is None else os.dup(stdin)
        try:
            with self._lock:
                streams = [given, told, stderr, theirs.fileno()]
                socket.send_fds(self._socket, [json.dumps(asked).encode()], streams)
                pid = int(self._socket.recv(MOST_BYTES))
        finally:
            os.close(given)
            os.close(told)
            theirs.close()
        return Forked(pid, stdout, status)

    def close(self) -> None:
        """End it, and what it forked and nobody ended."""
        self._socket.close()
        self._process.wait()


@cache
def warm() -> Warm:
    """Return the one of this process, which ends with it."""
    made = Warm()
    atexit.register(made.close)
    return made


def forks_reach_here() -> bool:
    """Whether what is forked is in this thread's network (`in_own_network` makes others)."""
    return os.readlink("/proc/thread-self/ns/net") == os.readlink("/proc/self/ns/net")


class _Forking:
    """The warm interpreter from within."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, tuple[int, int]] = {}
        self._ended: dict[int, int] = {}

    def serve(self) -> str | None:
        """Fork until the tests end. Returns None then; in a forked process, the entry to run."""
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._requests.send(b"ready")
        while True:
            for key, _ in self._selector.select():
                if key.fd in self._running:
                    self._tell_end(key.fd)
                    continue
                if key.fd in self._ended:
                    self._collect(key.fd)
                    continue
                request, streams, _, _ = socket.recv_fds(self._requests, MOST_BYTES, STREAMS)
                if not request:
                    self._end()
                    return None
                if self._fork(streams):
                    return _become(json.loads(request), streams)

    def _fork(self, streams: list[int]) -> bool:
        """Return whether this is the new process."""
        pid = os.fork()
        if pid == 0:
            self._requests.close()
            self._selector.close()
            for pidfd, (_, status) in self._running.items():
                os.close(pidfd)
                os.close(status)
            for status in self._ended:
                os.close(status)
            return True
        *standard, status = streams
        for stream in standard:
            os.close(stream)
        pidfd = os.pidfd_open(pid)
        self._running[pidfd] = (pid, status)
        self._selector.register(pidfd, selectors.EVENT_READ)
        self._requests.send(str(pid).encode())
        return False

    def _tell_end(self, pidfd: int) -> None:
        self._selector.unregister(pidfd)
        pid, status = self._running.pop(pidfd)
        os.close(pidfd)
        left = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert left is not None
        code = left.si_status if left.si_code == os.CLD_EXITED else -left.si_status
        with suppress(BrokenPipeError):  # nobody asks any more
            os.write(status, str(code).encode())
        self._ended[status] = pid
        self._selector.register(status, selectors.EVENT_READ)

    def _collect(self, status: int) -> None:
        self._selector.unregister(status)
        os.waitpid(self._ended.pop(status), 0)
        os.close(status)

    def _end(self) -> None:
        for pid, _ in self._running.values():
            os.kill(pid, signal.SIGKILL)


def _become(asked: Request, streams: list[int]) -> str:
    """Take over the standard streams, the environment and the arguments of a request."""
    for number, stream in enumerate(streams[:-1]):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["folder"])
    sys.argv = [asked["entry"], *asked["arguments"]]
    return asked["entry"]


def _import_all() -> None:
    import_module(SERVER)
    for module in pkgutil.walk_packages(onrecord.__path__, "onrecord."):
        if not module.name.startswith(MIGRATIONS) and not module.name.endswith("__main__"):
            import_module(module.name)
    command()


def main() -> int:
    """Serve the socket whose number was given; in a forked process, run what was asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests end us, also after Ctrl-C
    _import_all()
    gc.collect()
    gc.freeze()
    entry = _Forking(socket.socket(fileno=int(sys.argv[1]))).serve()
    return 0 if entry is None else _run(entry)


def _run(entry: str) -> int:
    """Run it and leave. What ends otherwise than by an exit code is left to the interpreter."""
    module, _, function = entry.partition(":")
    try:
        code = getattr(import_module(module), function)()
    except SystemExit as end:
        code = end.code
    if not isinstance(code, int | None):
        sys.exit(code)
    # What Py_FinalizeEx does before it takes everything apart.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    sys.exit(main())
