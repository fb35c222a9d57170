"""A server whose archiver stops between journal and archive while a file exists.

`python -m tests.integration.compliance.held_server DATA FILE`
"""

import asyncio
import sys
import time
from pathlib import Path

import uvloop

from onrecord.app.serve import serve
from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from tests.rig import serve as rig


class HeldBetweenJournalAndArchive:
    """Waits at `journaled` for as long as the file is there. Runs in the writer thread."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def reach(self, name: str) -> None:
        """Wait here, if this is the point."""
        while name == "journaled" and self._file.exists():
            time.sleep(0.01)


def main() -> int:
    """Serve until told to stop."""
    settings = load(Path(sys.argv[1]))
    points = HeldBetweenJournalAndArchive(Path(sys.argv[2]))
    static = Path(rig.__file__).parent / "static"
    with owning(settings.paths.lock), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ready = lambda: print("ready", flush=True)  # noqa: E731
        return runner.run(serve(settings, ready, points=points, static=static))


if __name__ == "__main__":
    sys.exit(main())
