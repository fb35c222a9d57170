"""Copies the parts' own figures into the metrics, once a second."""

import asyncio
from collections import Counter

from onrecord.app.recording import Served, Surroundings
from onrecord.core.archiving.auditor import Auditor
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures

EVERY_SECONDS = 1.0


class Measuring:
    """Belongs to the event loop."""

    def __init__(
        self, around: Surroundings, recording: Served, hooks: Dispatcher, auditor: Auditor
    ) -> None:
        self._metrics = around.metrics
        self._clock = around.clock
        self._recording = recording
        self._hooks = hooks
        self._auditor = auditor
        self._began = around.clock.now()
        self._failures: Counter[str] = Counter()

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            self._measure()
            await asyncio.sleep(EVERY_SECONDS)

    def _measure(self) -> None:
        metrics = self._metrics
        metrics.connections.set(self._recording.publishing.fan_out.count())
        for step, seconds in self._recording.archiving.archiver.lags().items():
            metrics.lag.labels(step).set(seconds)
        read = self._auditor.whole_at or self._began
        metrics.audited.set((self._clock.now() - read).total_seconds())
        recent = self._auditor.recent_at or self._began
        metrics.audited_recent.set((self._clock.now() - recent).total_seconds())
        self._hooks.wake()
        for figures in self._hooks.figures():
            self._measure_hook(figures)

    def _measure_hook(self, figures: HookFigures) -> None:
        metrics, hook = self._metrics, figures.hook
        metrics.hook_backlog.labels(hook).set(figures.backlog)
        metrics.hook_age.labels(hook).set(figures.age_s(self._clock.now()))
        metrics.hook_blocked.labels(hook).set(figures.blocked_streams)
        metrics.hook_running.labels(hook).set(figures.state == "running")
        metrics.hook_plaintext.labels(hook).set(figures.opening.is_whole)
        metrics.hook_sealed_only.labels(hook).set(figures.sealed_only)
        metrics.hook_left_out.labels(hook).set(figures.left_out)
        if figures.comparable:
            compared = figures.compared
            ended = self._began if compared is None else compared.ended_at
            metrics.hook_differences.labels(hook).set(compared.differences if compared else 0)
            metrics.hook_compared.labels(hook).set((self._clock.now() - ended).total_seconds())
        metrics.hook_failures.labels(hook).inc(figures.failures - self._failures[hook])
        self._failures[hook] = figures.failures
