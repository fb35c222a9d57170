"""What a command needs while no server runs: recording and accounts, under the directory's lock."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from onrecord.compose.accounts import Accounts, accounts
from onrecord.compose.recording import Surroundings, recording
from onrecord.domain.clock import SystemClock
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord.settings.lock import owning
from onrecord.settings.model import Settings


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Accounts]:
    """Open everything for one command; what it records is archived like anything else.

    Raises RefuseToStart (`in_use` while a server runs, and what serving raises). If the archive
    fails meanwhile, leaving raises what the server would have ended with.
    """
    failures: list[Exception] = []
    around = Surroundings(
        clock=SystemClock(),
        log=make_log(sys.stderr, level="warning", text=True),
        metrics=Metrics(),
        points=NoPoints(),
        on_fatal=failures.append,
    )
    with owning(settings.paths.lock):
        async with (
            recording(settings, around) as open_recording,
            accounts(settings, open_recording, around) as who,
        ):
            yield who
    for failure in failures:
        raise failure
