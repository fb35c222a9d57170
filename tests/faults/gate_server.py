"""The rig's server, with a gate between journal and archive that a test opens and closes.

`python -m tests.faults.gate_server DATA FOLDER [DEFECT] [POINT:COUNT]`

While FOLDER/hold is there, the writer thread waits between journal and archive, and touches
FOLDER/held. FOLDER/writer holds the writer thread's id. DEFECT is one of defects.py;
POINT:COUNT kills the process at a named point.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from onrecord.compose.serve import serve
from onrecord.observability.points import Points, UnsafeKillAt
from onrecord.settings.load import load
from onrecord.settings.lock import owning
from tests.faults.defects import DEFECTS, HELD, HOLD, WRITER
from tests.rig import serve as rig
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

HELD_SECONDS = 20.0


class Gate:
    """Waits at `journaled` while it is closed. Runs in the writer thread."""

    def __init__(self, folder: Path, *, waits: bool) -> None:
        self._folder = folder
        self._waits = waits
        self._told = False

    def reach(self, name: str) -> None:
        """Say which thread this is; wait here, if this is the point."""
        if name != "journaled":
            return
        if not self._told:
            self._told = True
            (self._folder / WRITER).write_text(str(threading.get_native_id()))
        while self._waits and (self._folder / HOLD).exists():
            (self._folder / HELD).touch()
            time.sleep(0.01)


class GateServer(ServerProcess):
    """A server process with a gate, and perhaps a defect."""

    def __init__(
        self, made: Installation, defect: str | None = None, *, point: str | None = None
    ) -> None:
        self.folder = made.data.parent / "gate"
        self.folder.mkdir(exist_ok=True)
        for name in (HOLD, HELD, WRITER):
            (self.folder / name).unlink(missing_ok=True)
        arguments = [str(self.folder), *filter(None, (defect, point))]
        self.run(made, "tests.faults.gate_server", arguments)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Close the gate while the block runs."""
        (self.folder / HELD).unlink(missing_ok=True)
        (self.folder / HOLD).touch()
        try:
            yield
        finally:
            (self.folder / HOLD).unlink()

    def await_held(self) -> None:
        """Wait until a batch stands at the closed gate. Blocks."""
        self._await(HELD)

    def writer(self) -> int:
        """Wait for the first batch; return the writer thread's id. Blocks."""
        self._await(WRITER)
        return int((self.folder / WRITER).read_text())

    def _await(self, name: str) -> None:
        deadline = time.monotonic() + HELD_SECONDS
        while not (self.folder / name).exists():
            assert self.process.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, f"no {name} in {HELD_SECONDS} s"
            time.sleep(0.01)


def main() -> int:
    """Serve until told to stop."""
    settings, folder = load(Path(sys.argv[1])), Path(sys.argv[2])
    defects = [argument for argument in sys.argv[3:] if ":" not in argument]
    for name in defects:
        DEFECTS[name](folder)
    points: Points = Gate(folder, waits=not defects)
    for argument in set(sys.argv[3:]) - set(defects):
        name, _, count = argument.partition(":")
        points = UnsafeKillAt(name, int(count))
    static = Path(rig.__file__).parent / "static"
    with owning(settings.paths.lock), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ready = lambda: print("ready", flush=True)  # noqa: E731
        return runner.run(serve(settings, ready, points=points, static=static))


if __name__ == "__main__":
    sys.exit(main())
