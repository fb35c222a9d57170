"""Compares what a hook's other side has with the archive: by order, and each day.

A window is read back at a time, between two deliveries, and then it rests: comparing neither
delays a delivery for long nor takes a processor for itself. A comparison covers what was delivered
when it began; it ends as a record of the stream `config`.

An entry that can't be read back, though another can, is set aside and read once more at the end:
no entry keeps the others from being compared.
"""

from bisect import insort
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import Command, Facts, Origin, SystemEntry, config_entry
from onrecord.core.hooks.call import call_inventory
from onrecord.core.hooks.comparison import (
    MOST_NAMED,
    Comparison,
    Difference,
    Expected,
    differences,
    listing_of,
)
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import HookSetting, HookState
from onrecord.core.hooks.progress import Progress
from onrecord.core.hooks.receipts import ReceiptsHead, times_within
from onrecord.core.hooks.tools import HookTools
from onrecord_archive.contract import Comparable, HookError, Retry
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.record import format_time

REST = 3.0
"""So many times as long as a window took it rests."""
TRIES = 3
"""So often an entry is read back alone before it is set aside; the ones right after it once."""


@dataclass(slots=True)
class _Run:
    """A comparison under way; `command` puts its end on the record, once.

    `tries`: so often an entry was read alone in vain since one could be read; `aside`: the entries
    that wait to be read again at the end; `readable`: an entry that could be read.
    """

    end: int
    position: int = 0
    tries: int = 0
    aside: list[int] = field(default_factory=list)
    readable: int | None = None
    command: Command | None = None
    count: int = 0
    doubles: int = 0
    named: list[Difference] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to read."""
        return self.position >= self.end and not self.aside

    def add(self, found: Difference) -> None:
        """Count a difference; the first ones are named."""
        self.count += 1
        insort(self.named, found, key=lambda each: each.archive_index)
        del self.named[MOST_NAMED:]


class HookComparing:
    """One hook's comparisons. Belongs to its runner's task; `start` may be called at any time."""

    def __init__(
        self, setting: HookSetting, state: HookState, tools: HookTools, figures: HookFigures
    ) -> None:
        compared = state.compared
        figures.compared = compared
        self._reach = max(state.cursor, 0 if compared is None else compared.end)
        self._width = setting.hook.batch_size
        self._hook = setting.hook
        self._kept_from = state.kept_from
        self._name = setting.name
        self._timeout_s = setting.timeout_s
        self._every = timedelta(hours=setting.compare_hours)
        self._tools = tools
        self._figures = figures
        self._run: _Run | None = None
        self._ordered = state.comparison_ordered
        self._failures = 0
        self._due = 0.0

    def start(self) -> None:
        """Begin a comparison as soon as there can be one; one under way begins again."""
        self._ordered = True
        self._run = None
        self._due = 0.0

    def wait_s(self) -> float | None:
        """Return in how many seconds the next window is to be read, None while there is none."""
        if self._run is None:
            return None
        return max(0.0, self._due - self._tools.clock.monotonic())

    async def step(self, progress: Progress, size: int) -> None:
        """Read one window back if its time has come, or put the end on the record.

        `size`: the number of entries under the newest checkpoint.
        Where the hook or the recorder cannot, that is noted and tried again later. Raises as the
        archive does.
        """
        if not isinstance(self._hook, Comparable):
            return
        run, began = self._under_way(progress, size), self._tools.clock.monotonic()
        if run is None or began < self._due:
            return
        try:
            if run.position < run.end:
                await self._go_on(run, progress, self._hook)
            elif run.aside:
                await self._read_again(run, progress, self._hook)
            if run.is_done:
                await self._end(run)
        except (HookError, Unavailable) as error:
            self._stumble(error, began)
            return
        self._failures = 0
        self._width = min(2 * self._width, self._hook.batch_size)
        self._figures.comparison_error = ""
        self._rest(began, 0.0)

    def _rest(self, began: float, least: float) -> None:
        """Do nothing for a while: longer than what was done took, and so many seconds at least."""
        now = self._tools.clock.monotonic()
        self._due = now + max(least, REST * (now - began))

    def _under_way(self, progress: Progress, size: int) -> _Run | None:
        """Return the comparison, begun if it is time.

        There is none while the hook delivers again what it had delivered, and none by itself while
        much waits to be delivered: it would say little. An archive that was put back has less than
        the hook had delivered: what it has is compared.
        """
        cursor = min(progress.cursor, size)
        self._reach = max(self._reach, cursor)
        if self._run is not None and cursor < self._run.end:
            self._run, self._ordered = None, True
        has_all = 0 < cursor >= min(self._reach, size)
        has_new = size - cursor <= self._hook.batch_size
        if self._run is None and has_all and (self._ordered or (has_new and self._is_time())):
            self._run, self._ordered = _Run(cursor), False
        self._figures.comparing = None if self._run is None else self._run.position
        return self._run

    def _is_time(self) -> bool:
        last = self._figures.compared
        if not self._every:
            return False
        return last is None or self._tools.clock.now() - last.ended_at >= self._every

    async def _go_on(self, run: _Run, progress: Progress, hook: Comparable) -> None:
        """Read the next window; an entry that can't be read alone, after TRIES, is set aside."""
        first, end = run.position, min(run.position + self._width, run.end)
        try:
            await self._read_back(run, progress, hook, first, end)
        except HookError:
            if end - first == 1:
                run.tries += 1
            if run.tries >= TRIES:
                run.aside.append(first)
                run.position = end
            raise
        run.position, run.tries = end, 0
        self._figures.comparing = end

    async def _read_again(self, run: _Run, progress: Progress, hook: Comparable) -> None:
        """Read the first entry that was set aside once more, and name it if that fails.

        It is at fault only where another can be read: else the other side is away, which is
        raised and waited for.
        """
        index = run.aside[0]
        try:
            await self._read_back(run, progress, hook, index, index + 1)
        except HookError:
            if run.readable is None:
                run.aside.append(run.aside.pop(0))
                raise
            await call_inventory(hook, run.readable, run.readable + 1, self._timeout_s)
            times = await self._tools.threads(self._times, index, index + 1)
            run.add(Difference(index, "unread", times.get(index)))
        run.aside.pop(0)

    async def _read_back(
        self, run: _Run, progress: Progress, hook: Comparable, first: int, end: int
    ) -> None:
        leaves = await self._tools.reading.leaves(first, end)
        times = await self._tools.threads(self._times, first, end)
        decoded = {index: decode_leaf(leaf) for index, leaf in enumerate(leaves, first)}
        events = {index: e.event_id for index, e in decoded.items() if isinstance(e, RecordLeaf)}
        concerned = await self._tools.reading.concerned(events, progress.sight.people)
        window = {
            index: replace(
                _expected(index, leaf, progress, concerns=index in concerned),
                received_at=times.get(index),
                owes_receipt=index >= self._kept_from,
            )
            for index, leaf in enumerate(leaves, first)
        }
        listed = await call_inventory(hook, first, end, self._timeout_s)
        for each in differences(window, listed):
            if not isinstance(each, Difference):
                run.doubles += 1
                continue
            run.add(each)
        run.readable = end - 1

    def _times(self, first: int, end: int) -> dict[int, datetime]:
        """Return when entries of a window were acknowledged last. Blocks."""
        return times_within(self._tools.store.ranges(self._name, first, end), first, end)

    async def _end(self, run: _Run) -> None:
        """Put what was found on the record, keep it, and say it."""
        now = self._tools.clock.now()
        found = Comparison(now, run.end, run.count, run.doubles, tuple(run.named))
        if run.command is None:
            event = EventId(new_id(self._tools.clock))
            facts = _facts(self._name, found, self._figures.received)
            entry = SystemEntry("hook.compared", facts)
            run.command = config_entry(event, entry, origin=Origin("settings"))
        await self._tools.recorder.record(run.command)
        await self._tools.threads(self._tools.store.compared, self._name, found)
        self._run = None
        self._figures.comparing, self._figures.compared = None, found
        if found.differences:
            self._tools.log.error(
                "hook_differs",
                hook=self._name,
                count=found.differences,
                archive_index=found.named[0].archive_index,
            )
        else:
            self._tools.log.info("hook_compared", hook=self._name, position=found.end)

    def _stumble(self, error: HookError | Unavailable, began: float) -> None:
        """Note it, and try a smaller window later: one that is too slow would never end."""
        self._failures += 1
        self._width = max(1, self._width // 2)
        if self._failures == 1:
            kind = type(error).__name__
            self._tools.log.warning("hook_not_compared", hook=self._name, error=kind)
        self._figures.comparison_error = str(error)
        asked = error.retry_after if isinstance(error, Retry) else None
        self._rest(began, self._tools.pauses.after(self._failures, asked))


def _expected(index: int, leaf: bytes, progress: Progress, *, concerns: bool) -> Expected:
    """Say what has to be there; what the firm once let the hook see may be there still."""
    decoded, sight = decode_leaf(leaf), progress.sight
    stream = decoded.stream if isinstance(decoded, RecordLeaf) else ""
    must = sight.gets(leaf, concerns=concerns) and progress.is_delivered(index, stream)
    return Expected(listing_of(index, leaf, decoded), must=must, may=sight.is_wanted(leaf))


def _facts(hook: str, found: Comparison, received: ReceiptsHead) -> Facts:
    return {
        "hook": hook,
        "end": found.end,
        "differences": found.differences,
        "doubles": found.doubles,
        "named": tuple(f"{each.archive_index} {each.found}" for each in found.named),
        "received": tuple(
            f"{each.archive_index} {format_time(each.received_at)}"
            for each in found.named
            if each.received_at is not None
        ),
        "receipts": received.count,
        "receipts_sha256": received.sha256.hex(),
    }
