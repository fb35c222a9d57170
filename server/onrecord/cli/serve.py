"""onrecord serve: the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from onrecord.app.root import Root
    from onrecord.app.settings.model import Settings


def serve(context: typer.Context) -> None:
    """Run the server until SIGTERM or Ctrl-C, then drain.

    It listens for chat, console and files over TLS, and for health and metrics on a UNIX socket.
    Readiness is told to a service manager (sd_notify). Leaves with 0 when it was stopped, 69 when
    it cannot start now (a disk has no room, another server records with this database: nothing was
    begun, try again), 75 when something could not be made durable or another server has taken over
    (start it again: recovery is automatic), and 78 when an operator must act first.

    Example: onrecord --data /srv/onrecord serve
    """
    raise typer.Exit(run_server(place_of(context).installed()))


def run_server(
    settings: Settings,
    *,
    prepare: Callable[[Root], Awaitable[None]] | None = None,
    ready: Callable[[], None] | None = None,
) -> int:
    """Serve as the data directory's owner; return the exit code. Raises as compose.serve does."""
    import uvloop

    from onrecord.app.ending import named
    from onrecord.app.serve import serve as serving
    from onrecord.app.settings.lock import owning
    from onrecord.cli.exits import explain
    from onrecord.cli.notify import READY, STOPPING, notify, tell_status
    from onrecord.core.archiving.finding import KEEP

    def on_ready() -> None:
        if ready is not None:
            ready()
        notify(READY)

    def on_end(code: str, error: Exception) -> None:
        one = named(error)
        tell_status(f"{code}: {one} {explain(one)[2] or KEEP}")

    with owning(settings.paths.lock):
        try:
            status = uvloop.run(serving(settings, on_ready, ended=on_end, prepare=prepare))
        except Exception as error:
            raise named(error) from error
    notify(STOPPING)
    return status
