"""The server's process for tests: `python -m tests.rig.serve DATA [OPTIONS] [POINT:COUNT]`.

It is compose.serve as the command runs it, with the built client (--client; --client=FOLDER: with
the builds in that folder) or an empty page;
POINT:COUNT kills it at a named point, POINT:COUNT:stop stops it there (SIGSTOP);
--clock=FILE: what its clock differs by;
--plant=ACTION,ROLE;…: defects, cells of the table of roles that say `allowed`; --defects=NAME,…:
checks that are left out (tests/rig/defects.py).
"""

import asyncio
import signal
import sys
from pathlib import Path

import uvloop
from msgspec import convert

from onrecord.app.serve import serve
from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from onrecord.core.domain.errors import Fenced
from onrecord.core.roles.permission import Holder
from onrecord.core.roles.table import permission
from onrecord.observability.points import Point, Points, UnsafeKillAt
from tests.rig.clock import SetClock
from tests.rig.defects import DEFECTS


def main() -> int:
    """Serve until told to stop."""
    settings = load(Path(sys.argv[1]))
    points: Points | None = None
    clock: SetClock | None = None
    static: Path | None = Path(__file__).parent / "static"
    for argument in sys.argv[2:]:
        if argument.partition("=")[0] == "--client":
            folder = argument.partition("=")[2]
            static = Path(folder) if folder else None
            continue
        if argument.startswith("--plant="):
            for cell in argument.partition("=")[2].split(";"):
                action, _, role = cell.partition(",")
                permission(action).verdicts[convert(role, Holder)] = "allowed"
            continue
        if argument.startswith("--defects="):
            for name in argument.partition("=")[2].split(","):
                DEFECTS[name]()
            continue
        if argument.startswith("--clock="):
            clock = SetClock(Path(argument.partition("=")[2]))
            continue
        name, count, *stop = argument.split(":")
        number = signal.SIGSTOP if stop else signal.SIGKILL
        points = UnsafeKillAt(convert(name, Point), int(count), number)
    with owning(settings.paths.lock), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(
                serve(
                    settings,
                    lambda: print("ready", flush=True),
                    points=points,
                    static=static,
                    clock=clock,
                )
            )
        except Fenced as fenced:
            print(f"{fenced.code}: {fenced}", file=sys.stderr)
            return fenced.exit_code


if __name__ == "__main__":
    sys.exit(main())
