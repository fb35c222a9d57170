"""What a command needs while no server runs: recording and accounts, under the directory's lock."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from onrecord.compose.accounts import Accounts, accounts
from onrecord.compose.recipients import record_recipients
from onrecord.compose.recording import Recording, Surroundings, recording
from onrecord.domain.clock import SystemClock
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord.settings.lock import owning
from onrecord.settings.model import Settings


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Accounts]:
    """Open everything for one command; what it records is archived like anything else.

    Raises as `offline_recording` does.
    """
    async with (
        offline_recording(settings) as (open_recording, around),
        accounts(settings, open_recording, around) as who,
    ):
        yield who


async def record_keys(settings: Settings) -> None:
    """Put newly registered keys on the record now. Raises as `offline_recording` does."""
    async with offline_recording(settings) as (open_recording, around):
        await record_recipients(settings, open_recording, around.clock)


@asynccontextmanager
async def offline_recording(settings: Settings) -> AsyncIterator[tuple[Recording, Surroundings]]:
    """Open the store and the archive for one command, and publish what is left to publish.

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
        async with recording(settings, around) as open_recording:
            yield open_recording, around
    for failure in failures:
        raise failure
