"""One server records at a time: waiting for the turn, taking it, holding it, letting it go.

The holder of the archiver's row moves a counter in it, its beat (beat.py). A challenger reads the
row again and again and judges by its own monotonic clock alone:

    nobody holds it, or it was this directory's own process    take it now
    the beat moved                                             refuse: another server records
    it did not move for GONE_SECONDS                           take it

It is taken only where it is still as it was seen. An advisory lock would not do: a stopped process
keeps it, and a lost connection drops it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from onrecord.core.beat import Beat, cause
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.servers import Server, Tenure, another_server
from onrecord.core.store.journal import JournalStore
from onrecord_archive.format.errors import ArchiveError

GONE_SECONDS = 8.0
"""For so long the counter must not have moved."""
LOOK_SECONDS = 0.5
"""How often a challenger reads the row."""
BUSY_SECONDS = 25.0
"""How long transactions of the server before may hold the row: its batch's, and then its beat's,
which waited behind that. `take_over` ends what it left open."""


class Challenge:
    """Judges what one challenger saw. No I/O."""

    def __init__(self, here: Server, *, alone: bool) -> None:
        """*alone*: the data directory's lock, which is held, keeps every other server out."""
        self._here = here
        self._alone = alone
        self._first: Tenure | None = None
        self._since = 0.0

    def judge(self, seen: Tenure, now: float) -> bool:
        """Return whether the epoch may be taken where the row is still as *seen*; else look again.

        *now*: this process's monotonic clock, read after the row. Raises Unavailable
        (`another_server_records`).
        """
        if seen.server is None or self._alone or seen.server.lock == self._here.lock:
            return True
        if self._first is None:
            self._first, self._since = seen, now
            return False
        if (seen.epoch, seen.beat) != (self._first.epoch, self._first.beat):
            raise another_server(seen)
        return now - self._since >= GONE_SECONDS


def await_turn(store: JournalStore, server: Server, clock: Clock) -> Tenure:
    """Return the row as it was seen once no other server records: at most 8 s later. Blocks.

    Raises Unavailable (`another_server_records`) and what the database raises.
    """
    challenge = Challenge(server, alone=store.alone)
    while True:
        seen = store.tenure()
        if challenge.judge(seen, clock.monotonic()):
            return seen
        time.sleep(LOOK_SECONDS)


@contextmanager
def holding(
    store: JournalStore,
    server: Server,
    seen: Tenure,
    clock: Clock,
    *,
    above: int,
    failed: Callable[[Exception], None],
) -> Iterator[int]:
    """Be the one server that records while the block runs; gives the epoch, above *above*.

    *failed* is called in another thread when another server has taken over. Blocks. Raises
    Unavailable (`another_server_records`: the row is not as *seen* any more) and what the database
    raises; Fenced in the place of an ArchiveError of the block that the other server caused.
    """
    epoch = _take(store, server, seen, clock, above)
    beat = None if store.alone else Beat(store.beat, failed)
    try:
        if beat is not None:
            beat.start()
        yield epoch
    except ArchiveError as error:
        found = cause(store.beat, error)
        if found is error:
            raise
        raise found from error
    finally:
        if beat is not None:
            beat.stop()
            with suppress(Unavailable):  # whoever comes next waits for a while
                store.let_go()


def _take(store: JournalStore, server: Server, seen: Tenure, clock: Clock, above: int) -> int:
    """Take the epoch; wait for a transaction that the server before has left open."""
    until = clock.monotonic() + BUSY_SECONDS
    while True:
        try:
            taken = store.take_over(seen, server, clock.now(), above)
        except Unavailable as error:
            if error.code != "database_busy" or clock.monotonic() > until:
                raise
        else:
            if taken is None:
                raise another_server(store.tenure())
            return taken
