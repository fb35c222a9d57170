"""Counts the complaints that are open and overdue, for operators."""

from onrecord.core.domain.clock import Clock
from onrecord.core.ports import Bridge
from onrecord.core.turns import in_turns
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.observability.logs import Log, warns
from onrecord.observability.metrics import Metrics

EVERY_S = 30.0
"""How late an operator may learn that a complaint is overdue."""


class ComplaintClock:
    """The background task: counts the open and overdue ones, and says when more are overdue."""

    def __init__(
        self, store: ComplaintStore, read: Bridge, *, clock: Clock, log: Log, metrics: Metrics
    ) -> None:
        self._store = store
        self._read = read
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._told = 0

    async def run(self) -> None:
        """Count until cancelled. Cancelling is safe."""
        failed = warns(self._log, "complaints_not_counted")
        await in_turns(self.count, every_s=EVERY_S, failed=failed)

    async def count(self) -> None:
        """Count once. Raises OnRecordError."""
        figures = await self._read(self._store.figures, self._clock.now())
        self._metrics.complaints_open.set(figures.open)
        self._metrics.complaints_overdue.set(figures.overdue)
        if figures.overdue > self._told:
            self._log.warning("complaints_overdue", count=figures.overdue)
        self._told = figures.overdue
