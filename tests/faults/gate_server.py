"""The rig's server, with a gate between journal and archive that a test opens and closes.

`python -m tests.faults.gate_server DATA FOLDER [DEFECT] [POINT:COUNT]`

While FOLDER/hold is there, the writer thread waits between journal and archive, and touches
FOLDER/held; other files (GATES) hold it in the journal's transaction, or before it publishes.
FOLDER/asked says that an officer's look was handed in to be recorded. FOLDER/writer holds the
writer thread's id. The archive's unfinished files have names that end with MARK. DEFECT is one of
defects.py; POINT:COUNT kills the process at a named point.
"""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop
from msgspec import convert

from onrecord.app.serve import serve
from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from onrecord.core.domain.errors import Fenced
from onrecord.core.domain.values import Answer
from onrecord.features.compliance.access import AccessLog
from onrecord.observability.points import Point, Points, UnsafeKillAt
from tests.faults.defects import ASKED, DEFECTS, HELD, HOLD, WRITER, early
from tests.rig import serve as rig
from tests.rig.defects import known_names
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess
from tests.rig.promises import PromiseBroken
from tests.rig.warm import Forked

GATES = {"in_transaction": "hold_in_transaction", "journaled": HOLD, "archived": "hold_archived"}
"""Point -> the file that holds the writer thread there."""


class Gate:
    """Waits at each point of GATES while it is closed. Runs in the writer thread."""

    def __init__(self, folder: Path, *, waits: bool) -> None:
        self._folder = folder
        self._waits = waits
        self._told = False

    def reach(self, name: str) -> None:
        """Say which thread this is; wait here, if this is the point."""
        if name not in GATES:
            return
        if not self._told:
            self._told = True
            (self._folder / WRITER).write_text(str(threading.get_native_id()))
        while self._waits and (self._folder / GATES[name]).exists():
            (self._folder / HELD).touch()
            time.sleep(0.01)


def note_looks(folder: Path, *, shutting: bool = False) -> None:
    """Touch FOLDER/asked whenever a look is handed in; *shutting*: and close the gate before it."""
    real = AccessLog.record_in

    async def record_in(self: AccessLog, *look: Any) -> Answer:
        if shutting:
            (folder / HOLD).touch()
        (folder / ASKED).touch()
        return await real(self, *look)

    AccessLog.record_in = record_in  # type: ignore[assignment, method-assign]


class GateServer(ServerProcess):
    """A server process with a gate, and perhaps a defect."""

    def __init__(
        self, made: Installation, defect: str | None = None, *, point: str | None = None
    ) -> None:
        self.folder = made.data.parent / "gate"
        self.folder.mkdir(exist_ok=True)
        for name in (*GATES.values(), HELD, ASKED, WRITER):
            (self.folder / name).unlink(missing_ok=True)
        arguments = [str(self.folder), *filter(None, (defect, point))]
        self.run(made, "tests.faults.gate_server", arguments)

    @contextmanager
    def closed(self, point: str = "journaled") -> Iterator[None]:
        """Close the gate while the block runs: between journal and archive, or at another point."""
        for name in (HELD, ASKED):
            (self.folder / name).unlink(missing_ok=True)
        hold = self.folder / GATES[point]
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def await_held(self) -> None:
        """Wait until a batch stands at the closed gate. Blocks."""
        await_file(self.folder / HELD, self.process)

    def writer(self) -> int:
        """Wait for the first batch; return the writer thread's id. Blocks."""
        await_file(self.folder / WRITER, self.process)
        return int((self.folder / WRITER).read_text())

    def await_look(self) -> None:
        """Wait until an officer's look was handed in. Blocks."""
        await_file(self.folder / ASKED, self.process)


def await_file(path: Path, process: subprocess.Popen[bytes] | Forked) -> None:
    """Wait for a file that a process makes. Blocks. Raises PromiseBroken if the process ends."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        if process.poll() is not None:
            raise PromiseBroken(f"the process ended before {path.name} was there")
        assert time.monotonic() < deadline, f"no {path.name} in {PATIENCE} s"
        time.sleep(0.01)


def main() -> int:
    """Serve until told to stop."""
    settings, folder = load(Path(sys.argv[1])), Path(sys.argv[2])
    defects = [argument for argument in sys.argv[3:] if ":" not in argument]
    for name in defects:
        DEFECTS[name](folder)
    note_looks(folder)
    known_names()
    points: Points = Gate(folder, waits=early.__name__ not in defects)
    for argument in set(sys.argv[3:]) - set(defects):
        name, _, count = argument.partition(":")
        points = UnsafeKillAt(convert(name, Point), int(count))
    static = Path(rig.__file__).parent / "static"
    with owning(settings.paths.lock), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ready = lambda: print("ready", flush=True)  # noqa: E731
        try:
            return runner.run(serve(settings, ready, points=points, static=static))
        except Fenced as fenced:
            return fenced.exit_code


if __name__ == "__main__":
    sys.exit(main())
