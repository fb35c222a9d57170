"""The command `onrecord` as a process of its own, forked from the warm interpreter."""

import os
import selectors
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.promises import promised
from tests.rig.warm import warm

ENTRY = "onrecord.cli.main:main"
"""What the installed command calls."""

Done = subprocess.CompletedProcess[str]


class Started:
    """A command that runs: as a context manager, which ends it."""

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        stdin: str = "",
        environ: Mapping[str, str] | None = None,
        entry: str = ENTRY,
    ) -> None:
        self._arguments = arguments
        self._errors = TemporaryFile()  # noqa: SIM115  # closed below
        with TemporaryFile() as typed:
            typed.write(stdin.encode())
            typed.seek(0)
            self.process = warm().fork(
                entry,
                list(arguments),
                stderr=self._errors.fileno(),
                stdin=typed.fileno(),
                environ={**os.environ, **(environ or {})},
                folder=folder,
            )

    def line(self) -> str:
        """Return the next line of what it prints, when it comes."""
        return self.process.stdout.readline().decode()

    def shown(self) -> bool:
        """Whether it has printed anything by now, or has ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            return bool(selector.select(0))

    def done(self) -> Done:
        """Wait for its end; return what it left with, and all that it printed since."""
        printed = self.process.stdout.read().decode()
        status = self.process.wait(PATIENCE)
        self._errors.seek(0)
        return Done(self._arguments, status, printed, self._errors.read().decode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self._errors.close()


def run(*arguments: str, folder: Path, stdin: str = "") -> Done:
    """Run a command to its end, in a folder; *stdin* is what somebody types."""
    with Started(*arguments, folder=folder, stdin=stdin) as started:
        return started.done()


def onrecord(
    data: Path, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None
) -> Done:
    """Run a command about a data directory to its end, in the folder that this lies in."""
    with started(data, *arguments, stdin=stdin, environ=environ) as one:
        return one.done()


@promised()
def verified(data: Path, *arguments: str) -> str:
    """Verify an archive by the command; return what it prints. Raises PromiseBroken."""
    done = onrecord(data, "verify", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def started(
    data: Path,
    *arguments: str,
    stdin: str = "",
    environ: Mapping[str, str] | None = None,
    entry: str = ENTRY,
) -> Started:
    """Start a command about a data directory."""
    command = ("--data", str(data), *arguments)
    return Started(*command, folder=data.parent, stdin=stdin, environ=environ, entry=entry)
