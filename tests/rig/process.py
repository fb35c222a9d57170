"""A server as a process of its own: started, waited for, stopped, killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.promises import PromiseBroken
from tests.rig.warm import Forked, forks_reach_here, warm

RUNNING: set["ServerProcess"] = set()
"""What was started and not ended yet."""


class ServerProcess:
    """One run of a server, as `tests.rig.serve` says, with its defects or none.

    `ready_seconds` is how long it took to accept, its imports included.
    """

    _dies = False
    """Whether it is to kill itself at a point."""

    def __init__(
        self,
        made: Installation,
        *,
        before: list[str] | None = None,
        point: str | None = None,
        client: bool | Path = False,
        clock: Path | None = None,
        defects: str = "",
        plant: str = "",
    ) -> None:
        arguments = [f"--client={client}" if isinstance(client, Path) else "--client"]
        arguments = arguments if client else []
        arguments += [f"--clock={clock}"] if clock else []
        arguments += [f"--defects={defects}"] if defects else []
        arguments += [f"--plant={plant}"] if plant else []
        arguments += [point] if point else []
        self._dies = point is not None
        self.run(made, "tests.rig.serve", arguments, before=before)

    def run(
        self,
        made: Installation,
        module: str,
        arguments: list[str],
        *,
        before: list[str] | None = None,
    ) -> None:
        """Start `main` of a module; *before* is the beginning of its command, if it has one."""
        self._module, self._arguments = module, [str(made.data), *arguments]
        self._before = before or []
        self._log = made.data.parent / "server.log"
        self.start()

    def start(self) -> None:
        """Start, also again after `kill`, and wait until it accepts."""
        started = time.monotonic()
        self.log = self._log.open("ab")
        RUNNING.add(self)
        if self._before or not forks_reach_here():
            imports = 0.0
            self.process: subprocess.Popen[bytes] | Forked = subprocess.Popen(
                [*self._before, sys.executable, "-m", self._module, *self._arguments],
                stdout=subprocess.PIPE,
                stderr=self.log,
                cwd=Path(__file__).parents[2],
            )
        else:
            imports = warm().seconds
            started = time.monotonic()
            self.process = warm().fork(
                f"{self._module}:main", self._arguments, stderr=self.log.fileno()
            )
        self._await_ready()
        self.ready_seconds = time.monotonic() - started + imports

    def _await_ready(self) -> None:
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        deadline = time.monotonic() + PATIENCE
        seen = b""
        while b"ready" not in seen:
            if self._dies and self.process.poll() == -signal.SIGKILL:
                return  # at its point, which a slow start reaches before it accepts
            self.still_runs()
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server was not ready in {PATIENCE} s")
            seen += self.process.stdout.read() or b""
            time.sleep(0.01)

    def still_runs(self) -> None:
        """Raises PromiseBroken if it has ended, which nobody asked for; what it left is cleared."""
        status = self.process.poll()
        if status is not None:
            self.kill()
            raise PromiseBroken(f"the server ended with {status}: {self._said()}")

    def _said(self) -> str:
        return self._log.read_text(errors="replace")[-500:]

    def kill(self) -> None:
        """Send SIGKILL and wait."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()
        RUNNING.discard(self)

    def stop(self) -> int:
        """SIGTERM; return the exit code. Raises PromiseBroken if it has ended before."""
        self.still_runs()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.kill()


Server = TypeVar("Server", bound=ServerProcess)


@contextmanager
def stopping(server: Server) -> Iterator[Server]:
    """Let a test go on with a server that runs; it must stop cleanly.

    Raises PromiseBroken if the server has ended, whatever the test says then.
    """
    try:
        yield server
    except (Exception, pytest.fail.Exception):
        server.still_runs()
        server.kill()
        raise
    except BaseException:
        server.kill()
        raise
    assert server.stop() == 0


@contextmanager
def running(
    made: Installation, *, client: bool = False, defects: str = "", plant: str = ""
) -> Iterator[ServerProcess]:
    """Run a server while a test goes on; it must stop cleanly."""
    with stopping(ServerProcess(made, client=client, defects=defects, plant=plant)) as server:
        yield server


@contextmanager
def none_left() -> Iterator[None]:
    """Kill what a test started and did not end, because it failed, say."""
    before = set(RUNNING)
    try:
        yield
    finally:
        for server in RUNNING - before:
            server.kill()
