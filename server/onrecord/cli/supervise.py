"""onrecord supervise: the first process of a container."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import typer

from onrecord.cli.exits import OPERATOR
from onrecord.cli.place import Place, place_of

if TYPE_CHECKING:
    from onrecord.observability.logs import Log

UNTOLD = "ended_with_78: The server's own last line says why."


def supervise(context: typer.Context) -> None:
    """Run the server, and start it again where a new start recovers: for containers.

    After 69, 75 and a kill it is started again, after pauses that grow to a minute. After 78 an
    operator must act: it stays up, unhealthy, and says why in one line of its log and on the
    internal socket. SIGTERM drains and ends it. Another exit code is passed on. systemd needs none
    of this: see docs/systemd.

    Example: onrecord --data /srv/onrecord supervise
    """
    raise typer.Exit(asyncio.run(_supervise(place_of(context))))


async def _supervise(place: Place) -> int:
    from onrecord.cli.supervisor import Supervisor
    from onrecord.observability.logs import make_log

    log = make_log(sys.stderr, level="info")

    async def ready() -> None:
        log.info("supervisor", state="ready")

    def say(sentence: str) -> None:
        log.warning("supervisor", state="waiting", reason=sentence)

    supervisor = Supervisor(place.command("serve"), ready=ready, say=say, attempts=None)
    status = await supervisor.run()
    if status != OPERATOR:
        return status
    await _stay(place, supervisor.reason or UNTOLD, log)
    return status


async def _stay(place: Place, reason: str, log: Log) -> None:
    """Say why, once and to whoever asks, until SIGTERM or SIGINT."""
    from onrecord.cli.down import telling
    from onrecord.observability.logs import LONGEST_VALUE
    from onrecord.settings.paths import DataPaths

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    code = reason.partition(":")[0]
    short = reason if len(reason) <= LONGEST_VALUE else reason[: LONGEST_VALUE - 1] + "…"
    async with telling(DataPaths(place.data), reason):
        log.error("supervisor", state="down", exit_code=OPERATOR, code=code, reason=short)
        await stopped.wait()
    log.info("supervisor", state="stopped")
