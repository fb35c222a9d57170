"""onrecord supervise: the first process of a container."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

from onrecord.cli.exits import OPERATOR
from onrecord.cli.place import Place, place_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def supervise(context: typer.Context) -> None:
    """Run the server, and start it again where a new start recovers: for containers.

    After 69, 75 and a kill it is started again, after pauses that grow to a minute. After 78 an
    operator must act: it stays up, unhealthy, and says why in one line of its log and on the
    internal socket. SIGTERM drains and ends it. The container ends with any other exit code.
    systemd needs none of this: see docs/systemd.

    Example: onrecord --data /srv/onrecord supervise
    """
    raise typer.Exit(asyncio.run(_supervise(place_of(context))))


async def _supervise(place: Place) -> int:
    from onrecord.cli.down import telling
    from onrecord.cli.supervisor import Supervisor
    from onrecord.observability.logs import LONGEST_VALUE, make_log
    from onrecord.settings.paths import DataPaths

    log = make_log(sys.stderr, level="info")

    async def ready() -> None:
        log.info("supervisor", state="ready")

    def say(sentence: str) -> None:
        state = "stopping" if supervisor.stopped else "waiting"
        log.warning("supervisor", state=state, reason=sentence)

    @asynccontextmanager
    async def down(reason: str) -> AsyncIterator[None]:
        code = reason.partition(":")[0]
        short = reason if len(reason) <= LONGEST_VALUE else reason[: LONGEST_VALUE - 1] + "…"
        async with telling(DataPaths(place.data), reason):
            log.error("supervisor", state="down", exit_code=OPERATOR, code=code, reason=short)
            yield

    command = place.command("serve")
    supervisor = Supervisor(command, ready=ready, say=say, attempts=None, down=down)
    return await supervisor.run()
