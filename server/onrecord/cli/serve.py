"""onrecord serve: the server itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.compose.accounts import Accounts
    from onrecord.settings.model import Settings

FAIL_POINT = "ONRECORD_UNSAFE_KILL_AT"
"""For fault tests alone: NAME or NAME:COUNT, the point at which the process kills itself."""


def serve(context: typer.Context) -> None:
    """Run the server until SIGTERM or Ctrl-C, then drain.

    It listens for chat, console and files over TLS, and for health and metrics on a UNIX socket.
    Readiness is told to a service manager (sd_notify). Leaves with 0 when it was stopped, 75 when
    something could not be made durable (start it again: recovery is automatic), and 78 when an
    operator must act first.
    """
    raise typer.Exit(run_server(place_of(context).installed()))


def run_server(
    settings: Settings,
    *,
    prepare: Callable[[Accounts], Awaitable[None]] | None = None,
    ready: Callable[[], None] | None = None,
) -> int:
    """Serve as the data directory's owner; return the exit code. Raises RefuseToStart."""
    import uvloop

    from onrecord.cli.notify import READY, STOPPING, notify
    from onrecord.compose.serve import serve as serving
    from onrecord.observability.points import NoPoints, UnsafeKillAt
    from onrecord.settings.lock import owning

    def on_ready() -> None:
        if ready is not None:
            ready()
        notify(READY)

    name, _, count = os.environ.get(FAIL_POINT, "").partition(":")
    points = UnsafeKillAt(name, int(count or 1)) if name else NoPoints()
    with owning(settings.paths.lock):
        status = uvloop.run(serving(settings, on_ready, points=points, prepare=prepare))
    notify(STOPPING)
    return status
