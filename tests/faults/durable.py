"""Whether each acknowledged command was durable first, by what the writer thread really called."""

import time

from tests.faults.load import Writer
from tests.faults.strace import Call
from tests.rig.promises import promised

SYNCS = ("fsync", "fdatasync")
CLOCKS_SECONDS = 0.005
"""How far strace's clock and the clients' may be apart: both are this machine's."""


def to_wall() -> float:
    """Return what is added to monotonic seconds to make them those of the wall clock."""
    while True:
        before, wall, after = time.monotonic(), time.time(), time.monotonic()
        if after - before < CLOCKS_SECONDS / 2:  # else the process stood still between two looks
            return wall - before


@promised()
def assert_durable_first(calls: list[Call], writers: list[Writer], begin: float, end: float) -> int:
    """Require the journal's fsync, and then the tail's, between each command and its ack.

    Another thread may sync the journal at the same time: the one that ended first counts.
    Judged are the commands that were sent and acknowledged between *begin* and *end* (monotonic
    seconds), while *calls* were traced. Returns how many.
    """
    offset = to_wall()
    journal = [call for call in calls if call.name in SYNCS and call.path.endswith(".db-wal")]
    journal = [call for call in journal if "/db/" in call.path]
    tails = [call for call in calls if call.name in SYNCS and "/archive/tmp/tails_" in call.path]
    judged = 0
    for writer in writers:
        sent = {one.id: one.at for one in writer.operations if one.kind == "invoke"}
        for one in writer.operations:
            if one.kind == "ok" and begin <= sent[one.id] and one.at <= end:
                began, acked = sent[one.id] + offset, one.at + offset + CLOCKS_SECONDS
                first = _soonest(journal, began - CLOCKS_SECONDS)
                then = _soonest(tails, first.ended) if first is not None else None
                assert then is not None, f"acknowledged and never synced: {one.id}"
                assert then.ended <= acked, (
                    f"acknowledged {then.ended - acked:.3f} s before it was in the archive"
                )
                judged += 1
    return judged


def _soonest(calls: list[Call], moment: float) -> Call | None:
    """Return which of the calls that began after a moment ended first."""
    later = (call for call in calls if call.began >= moment)
    return min(later, key=lambda call: call.ended, default=None)
