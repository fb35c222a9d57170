"""What a command needs while no server runs: recording and accounts, under the directory's lock."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from onrecord.app.house import ACCOUNTS, CONSOLE
from onrecord.app.inside import Inside
from onrecord.app.recipients import record_recipients
from onrecord.app.recording import Served, Surroundings, recording
from onrecord.app.root import Root, open_root
from onrecord.app.settings.lock import owning
from onrecord.app.settings.model import Settings
from onrecord.app.sign_in import CONSOLE_DOORS
from onrecord.core.domain.clock import SystemClock
from onrecord.features.export.service import ExportDesk
from onrecord.http.application import site_application
from onrecord.http.options import RequestLimits, SiteOptions
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Root]:
    """Open everything for one command; what it records is archived like anything else.

    Raises as `offline_recording` does.
    """
    async with (
        offline_recording(settings) as (open_recording, around),
        open_root(settings, around, open_recording, ACCOUNTS) as root,
    ):
        yield root


@asynccontextmanager
async def offline_console(
    settings: Settings,
) -> AsyncIterator[Inside]:
    """Open everything behind the console's address, without a listener: the same routes and gates.

    Raises as `offline_recording` does.
    """
    async with (
        offline_recording(settings) as (open_recording, around),
        open_root(settings, around, open_recording, CONSOLE) as root,
    ):
        application = site_application(
            "console",
            root.table("console"),
            doors=root[CONSOLE_DOORS],
            site=SiteOptions(settings.console.origin),
            limits=RequestLimits(),
            log=around.log,
            metrics=around.metrics,
        )
        failure: Exception | None = None
        async with asyncio.TaskGroup() as tasks:
            exporting = tasks.create_task(root[ExportDesk].run())
            try:
                yield Inside(application, tasks)
            except Exception as error:  # noqa: BLE001  # raised below, without the group around it
                failure = error
            exporting.cancel()
        if failure is not None:
            raise failure


async def record_keys(settings: Settings) -> None:
    """Put newly registered keys on the record now. Raises as `offline_recording` does."""
    async with offline_recording(settings) as (open_recording, around):
        await record_recipients(settings, open_recording, around.clock)


@asynccontextmanager
async def offline_recording(settings: Settings) -> AsyncIterator[tuple[Served, Surroundings]]:
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
