"""The server's process for tests: `python -m tests.rig.serve DATA [--client] [POINT:COUNT]`.

It is compose.serve as the command runs it, with the built client or an empty page instead;
POINT:COUNT kills it at a named point.
"""

import asyncio
import sys
from pathlib import Path

import uvloop

from onrecord.compose.serve import serve
from onrecord.observability.points import Points, UnsafeKillAt
from onrecord.settings.load import load
from onrecord.settings.lock import owning


def main() -> int:
    """Serve until told to stop."""
    settings = load(Path(sys.argv[1]))
    points: Points | None = None
    static: Path | None = Path(__file__).parent / "static"
    for argument in sys.argv[2:]:
        if argument == "--client":
            static = None
            continue
        name, _, count = argument.partition(":")
        points = UnsafeKillAt(name, int(count))
    with owning(settings.paths.lock), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(
            serve(
                settings,
                lambda: print("ready", flush=True),
                points=points,
                static=static,
            )
        )


if __name__ == "__main__":
    sys.exit(main())
