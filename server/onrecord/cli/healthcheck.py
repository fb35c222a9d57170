"""onrecord healthcheck: one question, one bit, for a container engine."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import typer

from onrecord.cli.exits import REFUSED
from onrecord.cli.outcome import plain
from onrecord.cli.place import place_of
from onrecord.core.domain.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

LIMIT_S = 0.3
"""Seconds for the whole answer."""


def healthcheck(context: typer.Context) -> None:
    """Ask the internal socket whether the server records: 0 if it does, 1 if not.

    Waits for an answer for 300 ms at the most, and reads no settings. It does not report problems
    that stop no message; for those see `/ready`, the metrics and `onrecord doctor`.

    Example: onrecord --data /srv/onrecord healthcheck
    """
    from onrecord.app.settings.paths import DataPaths

    healthy, sentence = health(DataPaths(place_of(context).data).internal)
    print(sentence)
    raise typer.Exit(0 if healthy else REFUSED)


def health(path: Path) -> tuple[bool, str]:
    """Return whether the server records, and a line that says how it is.

    Takes over SIGALRM; in the main thread alone.
    """
    from onrecord.cli.reach.internal import ask

    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        report = ask(path, "/health", LIMIT_S, near=True)
    except Unavailable as error:
        return False, f"{error.code}: {error.detail}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    why = report.reason or ", ".join(code for code in report.checks.values() if code != "ok")
    return report.ready, plain(report.status + (f": {why}" if why else ""))


def _late(number: int, frame: FrameType | None) -> None:
    """End the question: the socket's own timeout begins anew with each byte."""
    raise TimeoutError
