"""May the server have as many connections as its settings say, and files beside them?"""

import resource
from pathlib import Path

from onrecord.app.descriptors import LEAST, RESERVED, allowed
from onrecord.app.settings.model import Settings
from onrecord.cli.checks.finding import Finding, failed, ok, warning

RAISE = "Raise it: LimitNOFILE in the unit, ulimit -Hn in a shell. Then restart the server."


def check_descriptors(settings: Settings) -> Finding:
    """Look at the limit of the running server; where none runs, at that of this command."""
    limit = allowed(_hard_limit(settings.paths.lock))
    room, wanted = limit - RESERVED, settings.limits.connections
    if room < LEAST:
        detail = f"{limit} open files are allowed, of which recording needs {RESERVED}."
        return failed("open files", detail, RAISE)
    detail = f"{limit} open files are allowed: {min(room, wanted)} connections."
    if room < wanted:
        return warning("open files", f"{detail} limits.connections says {wanted}.", RAISE)
    return ok("open files", detail)


def _hard_limit(lock: Path) -> int:
    """Return the hard limit of who holds the lock, else one's own."""
    try:
        pid = int(lock.read_text(encoding="ascii"))
        return resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    except (OSError, ValueError):
        return resource.getrlimit(resource.RLIMIT_NOFILE)[1]
