"""onrecord supervise: the first process of a container."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

from onrecord.cli.exits import OPERATOR
from onrecord.cli.place import Place, place_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CODE = re.compile(r"[a-z][a-z0-9_]*(?=:)", re.ASCII)


def supervise(context: typer.Context) -> None:
    """Run the server, and start it again where a new start recovers: for containers.

    It restarts the server when it is killed or exits with 69 or 75; the pauses grow to a minute.
    After 78 an operator must act: it stays up, unhealthy, and says why in one line of its log and
    on the internal socket. SIGTERM drains and ends it. Any other exit code becomes its own.
    systemd needs none of this: see docs/systemd.

    Example: onrecord --data /srv/onrecord supervise
    """
    raise typer.Exit(asyncio.run(_supervise(place_of(context))))


async def _supervise(place: Place) -> int:
    from onrecord.app.settings.paths import DataPaths
    from onrecord.cli.reach.down import telling
    from onrecord.cli.supervisor import Supervisor
    from onrecord.observability.logs import LONGEST_VALUE, make_log, take_over_library_logs

    log = make_log(sys.stderr, level="info")
    take_over_library_logs(log)

    async def ready() -> None:
        log.info("supervisor", state="ready")

    def say(sentence: str) -> None:
        if supervisor.stopped:
            log.info("supervisor", state="stopping")
        else:
            code = _code(supervisor.reason)
            log.warning("supervisor", state="waiting", reason=sentence, code=code)

    @asynccontextmanager
    async def down(reason: str) -> AsyncIterator[None]:
        short = reason if len(reason) <= LONGEST_VALUE else reason[: LONGEST_VALUE - 1] + "…"
        async with telling(DataPaths(place.data), reason):
            code = _code(reason)
            log.error("supervisor", state="down", exit_code=OPERATOR, code=code, reason=short)
            yield

    command = place.command("serve")
    supervisor = Supervisor(command, ready=ready, say=say, attempts=None, down=down)
    return await supervisor.run()


def _code(reason: str) -> str | None:
    """The code with which a reason begins, if it does."""
    return found[0] if (found := _CODE.match(reason)) else None
