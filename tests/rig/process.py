"""A server as a process of its own: started, waited for, stopped, killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rig.installation import Installation

READY_SECONDS = 60.0
STOP_SECONDS = 30.0


class ServerProcess:
    """One run of a server. `ready_seconds` is how long it took to accept."""

    def __init__(
        self,
        made: Installation,
        *,
        before: list[str] | None = None,
        point: str | None = None,
        client: bool = False,
        clock: Path | None = None,
    ) -> None:
        self.command = [*(before or []), sys.executable, "-m", "tests.rig.serve", str(made.data)]
        self.command += ["--client"] if client else []
        self.command += [f"--clock={clock}"] if clock else []
        self.command += [point] if point else []
        self._log = made.data.parent / "server.log"
        self.start()

    def start(self) -> None:
        """Start, also again after `kill`, and wait until it accepts."""
        started = time.monotonic()
        self.log = self._log.open("ab")
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.log, cwd=Path(__file__).parents[2]
        )
        self._await_ready()
        self.ready_seconds = time.monotonic() - started

    def _await_ready(self) -> None:
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        deadline = time.monotonic() + READY_SECONDS
        seen = b""
        while b"ready" not in seen:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server was not ready in {READY_SECONDS} s")
            seen += self.process.stdout.read() or b""
            time.sleep(0.01)

    def kill(self) -> None:
        """Send SIGKILL and wait."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()

    def stop(self) -> int:
        """SIGTERM; return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.kill()


@contextmanager
def running(made: Installation, *, client: bool = False) -> Iterator[ServerProcess]:
    """Run a server while a test goes on; it must stop cleanly."""
    server = ServerProcess(made, client=client)
    try:
        yield server
    except BaseException:
        server.kill()
        raise
    assert server.stop() == 0
