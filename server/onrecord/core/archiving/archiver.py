"""The one writer thread: takes whatever has arrived, settles it, and copes when that fails.

    OPEN ----archive cannot be written, database gone----> CLOSED (refuses; reads go on)
    CLOSED --a new tail or the database again, everything journaled published--> OPEN
    any ----failed fsync, another server, a defect----> ended (the process exits with 75)

Whatever has arrived while the last batch was settled is the next batch: no timer, no fixed size.
"""

import asyncio
from collections.abc import Callable
from threading import Condition, Thread
from typing import TypeVar

from onrecord.core.archiving.batch import STEPS, NotPublished, Step
from onrecord.core.archiving.integration import Integration
from onrecord.core.archiving.recovery import Recovery
from onrecord.core.delivery.deliver import Deliver
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError, Refusal, Unavailable
from onrecord.core.domain.values import Command
from onrecord.core.failures import ConnectionLost, StandbyLost, StorageFull, StoreFailed
from onrecord.core.settled import Outcome, Settled, Unsettled, Waiting
from onrecord.observability.logs import Log, error_fields
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import Points
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.errors import ArchiveError, WriteFailed

T = TypeVar("T")

MOST_IN_A_BATCH = 2048
MOST_WAITING = 20_000
RECOVER_SECONDS = 1.0
"""How often recovery is tried: sending resumes within 10 seconds of space."""
LOOK_SECONDS = 1.0
"""How often an idle database, and a tail that is full, are noticed."""

ARCHIVE_DOWN = Unavailable(
    "archive_unavailable",
    "Recording is unavailable, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
DATABASE_DOWN = Unavailable(
    "database_unavailable",
    "The database cannot be reached, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
STANDBY_DOWN = Unavailable(
    "database_standby_lost",
    "The database's standby does not answer, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
STORAGE_FULL = Unavailable(
    "storage_full",
    "The database's disk is full, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
BUSY = Unavailable("overloaded", "The service is busy. Your text is kept.", retry_after=1.0)
STOPPED = Unavailable("stopping", "The service is being restarted.", retry_after=2.0)


def reason(failure: Exception) -> Refusal:
    """Return what people and operators are told while recording is closed for a failure."""
    cause = failure.__cause__ if isinstance(failure, NotPublished) else failure
    if isinstance(cause, StorageFull):
        return STORAGE_FULL
    if isinstance(cause, StandbyLost):
        return STANDBY_DOWN
    return DATABASE_DOWN if isinstance(cause, Unavailable) else ARCHIVE_DOWN


class Archiver:
    """Owns the writer thread. `submit` may be called from any thread."""

    def __init__(
        self,
        *,
        recovery: Recovery,
        clock: Clock,
        log: Log,
        metrics: Metrics,
        points: Points,
        loop: asyncio.AbstractEventLoop,
        listener: Deliver,
    ) -> None:
        self._committer = recovery.committer
        self._recovery = recovery
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._loop = loop
        self._listener = listener
        self._waiting: list[Waiting] = []
        self._news = Condition()
        self._stopping = False
        self._refusal: Refusal | None = None
        self._in_doubt: set[EventId] = set()
        self._looked_at = clock.monotonic()
        self._integration = Integration(
            recovery.archive, lambda: recovery.committer.position, self._notice, points
        )
        self._thread = Thread(target=self._run, name="archiver")
        metrics.recording.set_function(lambda: float(self.closed() is None))

    def start(self) -> None:
        """Start the thread. Recovery was done before (Recovery.start)."""
        self._integration.start()
        self._thread.start()

    def stop(self) -> None:
        """Settle what waits, sign a last checkpoint and end the thread. Blocks."""
        with self._news:
            self._stopping = True
            self._news.notify()
        self._thread.join()

    def submit(self, command: Command, answered: Callable[[Outcome], None]) -> None:
        """Queue a command; `answered` is called once, in the event loop's thread."""
        with self._news:
            self._waiting.append(Waiting(command, answered, self._clock.monotonic()))
            if len(self._waiting) == 1:
                self._news.notify()

    def lags(self) -> dict[Step, float]:
        """Return for how many seconds the oldest command has waited for each step; 0: none does."""
        now, lags = self._clock.monotonic(), dict[Step, float].fromkeys(STEPS, 0.0)
        for waiting in self._waiting[:1]:
            lags["journal"] = now - waiting.came_at
        owed = self._committer.owed
        if owed is not None:
            lags[owed.step] = now - owed.came_at
        return lags

    def closed(self) -> Refusal | None:
        """Return why nothing is recorded, None while recording is on. Any thread may ask.

        Readiness, the metric and each new page ask here. Its codes: core/domain/conditions.py.
        """
        return self._refusal or (STOPPED if self._stopping else None)

    def unavailable(self) -> Refusal | None:
        """Return why this moment's command is refused, None when all is well."""
        return self.closed() or (BUSY if len(self._waiting) > MOST_WAITING else None)

    def in_doubt(self, event: EventId) -> bool:
        """Return whether this may be journaled although nobody can see it yet."""
        return event in self._in_doubt

    def _run(self) -> None:
        try:
            while (batch := self._next()) is not None:
                self._look()
                if self._refusal is not None:
                    self._answer_all(batch, self._refusal)
                    self._try_to_recover()
                elif batch:
                    self._settle(batch)
            self._integration.stop()
            self._recovery.archive.integrate(self._committer.position)
        except (ArchiveError, OnRecordError) as error:
            self._tell(self._listener.failed, self._recovery.cause(error))
        except Exception as error:  # noqa: BLE001  # a defect: without this thread all would wait
            self._log.error("writer_thread_failed", **error_fields(error))
            failure = Fatal("the writer thread met with a defect")
            failure.__cause__ = error
            self._tell(self._listener.failed, failure)
        finally:
            self._integration.stop()

    def _notice(self) -> None:
        with self._news:
            self._news.notify()

    def _next(self) -> list[Waiting] | None:
        """Wait for a batch, at most until it is time to look. None: stopped and all done."""
        with self._news:
            if not self._waiting and not self._stopping:
                self._news.wait(LOOK_SECONDS)
            if not self._waiting and self._stopping:
                return None
            batch, self._waiting = (
                self._waiting[:MOST_IN_A_BATCH],
                self._waiting[MOST_IN_A_BATCH:],
            )
            return batch

    def _settle(self, batch: list[Waiting]) -> None:
        try:
            settled = self._committer.commit(batch)
        except ConnectionLost as lost:
            self._in_doubt.update([waiting.command.event_id for waiting in batch])
            self._close(reason(lost))
            self._answer_all(batch, Unsettled())
            return
        except Unavailable as refusal:
            if isinstance(refusal, StorageFull):
                self._close(refusal := STORAGE_FULL)
            self._answer_all(batch, refusal)
            return
        self._metrics.archive_position.set(settled.position)
        if settled.failure is not None:
            if isinstance(settled.failure, ConnectionLost):
                self._in_doubt.update([waiting.command.event_id for waiting in batch])
            self._close(reason(settled.failure))
        self._tell(self._listener.settled, settled)

    def _close(self, refusal: Refusal) -> None:
        self._log.warning("recording_stopped", code=refusal.code)
        self._refusal = refusal
        self._tell(self._listener.recording, refusal)

    def _try_to_recover(self) -> None:
        before = self._refusal
        try:
            position = self._recovery.resume(archive_first=before is ARCHIVE_DOWN)
        except (WriteFailed, Unavailable) as failure:
            if isinstance(failure, WriteFailed | StoreFailed) and reason(failure) is not before:
                self._close(reason(failure))
            with self._news:
                self._news.wait_for(lambda: self._stopping, RECOVER_SECONDS)
            return
        self._integration.forget()
        self._log.info("recording_resumed", archive_index=position)
        self._refusal = None
        self._in_doubt.clear()
        self._tell(self._listener.recovered, position)
        self._tell(self._listener.recording, None)

    def _look(self) -> None:
        """Close when the archive's other thread, or the database, fails; follow a full tail."""
        if self._refusal is not None:
            return
        now = self._clock.monotonic()
        try:
            self._integration.check()
            if now - self._looked_at >= LOOK_SECONDS:
                self._looked_at = now
                self._recovery.look()
                if self._recovery.archive.full:
                    self._recovery.begin_tail()
        except (WriteFailed, Unavailable) as failure:
            self._close(reason(failure))

    def _answer_all(self, batch: list[Waiting], outcome: Outcome) -> None:
        if batch:
            answers = [(waiting, outcome) for waiting in batch]
            self._tell(self._listener.settled, Settled(answers, [], self._committer.position))

    def _tell(self, call: Callable[[T], None], value: T) -> None:
        self._loop.call_soon_threadsafe(call, value)
