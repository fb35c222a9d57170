"""A warm interpreter: it has imported what a server needs, and forks one in 20 ms when asked.

Facts that the code follows from:
  * Three quarters of a server's start are imports: a second and a half of one core, each time.
  * A process can be forked safely while it has one thread; pytest's has many, this one has one.
  * A forked process copies each page of memory that it writes to, and the collector writes to all
    objects that it looks at, at the end to every one: a third of a second of one core. What is
    frozen it leaves alone.
  * Only a parent can ask for an exit status; a pidfd tells the parent when to ask.
  * Until it is asked for, the process stays in /proc and its number is nobody else's: so the parent
    looks first, tells the tests, and asks once they have heard it.
"""

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

MODULE = "tests.rig.serve"
"""What is imported before anybody asks."""
START_SECONDS = 60.0
MOST_BYTES = 65_536
KINDS_OF_PIPE = 3
"""Standard output, standard error, and where the exit status is written to."""


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
            command, pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[2]
        )
        theirs.close()
        self._socket.settimeout(START_SECONDS)
        if not self._socket.recv(MOST_BYTES):
            self.close()
            raise RuntimeError(f"{MODULE} can't be imported")
        self.seconds = time.monotonic() - began

    def fork(self, module: str, arguments: list[str], stderr: int) -> Forked:
        """Run `main` of a module in a process of its own."""
        stdout, told = os.pipe()
        status, theirs = socket.socketpair()
        request = json.dumps({"module": module, "arguments": arguments, "environ": {**os.environ}})
        try:
            with self._lock:
                socket.send_fds(self._socket, [request.encode()], [told, stderr, theirs.fileno()])
                pid = int(self._socket.recv(MOST_BYTES))
        finally:
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
        """Fork until the tests end. Returns None then; in a forked process, the module to run."""
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
                request, pipes, _, _ = socket.recv_fds(self._requests, MOST_BYTES, KINDS_OF_PIPE)
                if not request:
                    self._end()
                    return None
                if self._fork(pipes):
                    return _become(json.loads(request), pipes)

    def _fork(self, pipes: list[int]) -> bool:
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
        stdout, stderr, status = pipes
        os.close(stdout)
        os.close(stderr)
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


def _become(request: dict[str, object], pipes: list[int]) -> str:
    """Take over the standard streams, the environment and the arguments of a request."""
    stdout, stderr, status = pipes
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    for pipe in (stdout, stderr, status):
        os.close(pipe)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module, environ, arguments = request["module"], request["environ"], request["arguments"]
    assert isinstance(module, str)
    assert isinstance(environ, dict)
    assert isinstance(arguments, list)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [module, *arguments]
    return module


def main() -> int:
    """Serve the socket whose number was given; in a forked process, run what was asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests end us, also after Ctrl-C
    import_module(MODULE)
    gc.collect()
    gc.freeze()
    module = _Forking(socket.socket(fileno=int(sys.argv[1]))).serve()
    if module is None:
        return 0
    code: int = import_module(module).main()
    return code


if __name__ == "__main__":
    sys.exit(main())
