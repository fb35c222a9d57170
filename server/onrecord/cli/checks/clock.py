"""Is the clock right? Order never depends on it; the times that people see do."""

import ctypes
import sys

from onrecord.cli.checks.finding import Finding, ok, warning

_TIMEX_BYTES = 512
"""More than struct timex has on any Linux (208 bytes on 64 bits)."""
_TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronized."""


def check_clock() -> Finding:
    """Ask the kernel whether somebody keeps the clock synchronised (adjtimex(2), read only)."""
    if sys.platform != "linux":
        return ok("clock", "Not asked on this system.")
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state in (-1, _TIME_ERROR):
        advice = "Run chrony or systemd-timesyncd: records carry the server's time."
        return warning("clock", "The clock is not synchronised.", advice)
    return ok("clock", "The kernel says that the clock is synchronised.")
