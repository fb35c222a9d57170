"""Exit codes, and what a failed command says: code, sentence, what to do.

  0  done
  1  refused: the request is wrong, not allowed, or there is no such thing
  2  the command line is wrong
  3  checked, and something was found (doctor; `verify` has the verifier's own 0, 1, 2)
 69  cannot be done or started now: nothing is wrong with the request, try again
 75  what is on disk could not be made durable, or another server records now: start again,
     recovery is automatic
 78  refused to start: an operator must act first
130  interrupted
"""

import json
import sys
from typing import Any, NoReturn

import typer

from onrecord.cli.app import Group
from onrecord.cli.notify import tell_status
from onrecord.cli.outcome import plain
from onrecord.core.archiving.finding import KEEP
from onrecord.core.domain.errors import Fatal, OnRecordError, Refusal, RefuseToStart, Unavailable
from onrecord_archive.format.errors import (
    ArchiveError,
    Behind,
    Corrupt,
    NotVerified,
    Superseded,
    SyncFailed,
    WriteFailed,
)

REFUSED = 1
FOUND = 3
UNAVAILABLE = 69
"""EX_UNAVAILABLE of BSD's sysexits.h, as are the next two."""
RESTART = 75
OPERATOR = 78

TRY_AGAIN = "Try again; `onrecord doctor` says what is missing."
_ADVICE = {
    "storage_full": "Free space on that volume. Nothing is lost, and the next start goes on.",
    "database_standby_lost": "Start PostgreSQL's synchronous standby, or name another one in"
    " synchronous_standby_names. Nothing is lost, and the next start goes on.",
    "another_server_records": "Only one server may record: leave that one running, or stop it and"
    " then start this one.",
    "server_not_running": "Start it: onrecord serve. Or name another one with --server.",
}

_ARCHIVE: dict[type[ArchiveError], tuple[int, str, str]] = {
    NotVerified: (FOUND, "", "Keep the archive as it is and compare it with a copy."),
    Behind: (
        OPERATOR,
        "archive_behind_journal",
        "An older copy of the archive is in its place. Restore the newest: a replica or a backup.",
    ),
    Corrupt: (
        OPERATOR,
        "archive_corrupt",
        KEEP,
    ),
    WriteFailed: (UNAVAILABLE, "archive_unavailable", "Free space on the archive's volume."),
    SyncFailed: (RESTART, "sync_failed", "Look at the disk, then start again."),
    Superseded: (RESTART, "superseded", "See which other server records into this archive."),
}


class Commands(Group):
    """The command group: turns the project's errors into exit codes, and lets no other pass."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # typer's own signature
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (OnRecordError, ArchiveError) as error:
            fail(error)
        except PermissionError as error:
            from onrecord.app.settings.paths import closed_file

            fail(closed_file(error))


def fail(error: OnRecordError | ArchiveError) -> NoReturn:
    """Say what went wrong on stderr and leave with its exit code."""
    status, code, advice = explain(error)
    tell_status(f"{code}: {error} {advice}")
    if "--json" in sys.argv[1:]:
        print(json.dumps({"error": code, "detail": str(error), "do": advice}), file=sys.stderr)
    else:
        told = f"{code}: {error}"  # names of people stand in some
        print("\n".join(map(plain, told.split("\n"))), file=sys.stderr)
        if advice:
            print(f"What to do: {advice}", file=sys.stderr)
    raise typer.Exit(status)


def explain(error: OnRecordError | ArchiveError) -> tuple[int, str, str]:
    """Return exit code, stable code and advice."""
    from onrecord.core.settled import Unsettled

    if isinstance(error, RefuseToStart):
        return error.exit_code, error.code, error.diagnostics
    if isinstance(error, Unavailable):
        return UNAVAILABLE, error.code, _ADVICE.get(error.code, TRY_AGAIN)
    if isinstance(error, Refusal):
        return REFUSED, error.code, ""
    if isinstance(error, Unsettled):
        return UNAVAILABLE, "pending", TRY_AGAIN
    if isinstance(error, Fatal):
        return error.exit_code, error.code, error.diagnostics
    for kind, (status, code, advice) in _ARCHIVE.items():
        if isinstance(error, kind):
            return status, code or getattr(error, "code", ""), advice
    return REFUSED, type(error).__name__.lower(), ""
