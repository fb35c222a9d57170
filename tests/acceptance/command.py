"""The installed command as a process, started and waited for as a service manager does."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onrecord.cli.notify import READY, VARIABLE, NotifySocket
from tests.rig.command import Done
from tests.rig.installation import CHEAP_BY_ENVIRON
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.promises import PromiseBroken

ONRECORD = Path(sys.executable).with_name("onrecord")


def installed(data: Path, *arguments: str) -> Done:
    """Run a command to its end as it lies in the environment, from nothing."""
    command = [str(ONRECORD), "--data", str(data), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@contextmanager
def serving(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `onrecord serve` until the block ends; it is ready when the block begins."""
    with NotifySocket() as notify, (data.parent / "serve.log").open("ab") as log:
        notify.socket.settimeout(PATIENCE)
        command = [str(ONRECORD), "--data", str(data), "serve"]
        environ = {**os.environ, VARIABLE: notify.address}
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            assert notify.socket.recv(64) == READY
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


class Demo:
    """One run of `onrecord demo run`: what it printed until it was ready."""

    def __init__(self, data: Path, *options: str) -> None:
        command = [str(ONRECORD), "--data", str(data), "demo", "run", *options]
        self.run(data, command, {**os.environ, **CHEAP_BY_ENVIRON})

    def run(
        self, data: Path, command: Sequence[str], environ: Mapping[str, str], **more: Any
    ) -> None:
        """Start a command that runs the demo on a data directory; *more* is for the process."""
        self.data = data
        began = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **more,
        )
        self.lines: list[str] = []
        try:
            self.read_until("Ctrl-C stops.")
        except AssertionError:
            self.close()
            raise
        self.seconds = time.monotonic() - began
        """Until people can come in."""

    def read_until(self, words: str) -> None:
        """Read what it prints, up to a line with these words. Raises PromiseBroken if it ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return
        raise PromiseBroken("\n".join(self.lines))

    def link(self, name: str) -> str:
        """Return the link that was printed for somebody, by their full name."""
        at = next(i for i, line in enumerate(self.lines) if line.strip().startswith(name))
        return self.lines[at + 1].strip()

    def password(self, username: str) -> str:
        """Return the password that was printed for somebody."""
        entry = next(line for line in self.lines if f" {username} / " in line)
        return entry.rpartition(" / ")[2].strip()

    def server_pid(self) -> int:
        """Return the process id of the server that it supervises."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    def stop(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it, however it stands."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()


def three_free_ports() -> int:
    """Return a port that is free together with the next two; other runs look elsewhere first."""
    for port in range(20000 + os.getpid() % 1000 * 12, 60000, 3):
        try:
            for number in (port, port + 1, port + 2):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no three free ports")
