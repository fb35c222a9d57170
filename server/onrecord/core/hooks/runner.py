"""Runs one hook from its own durable cursor: in order, at least once, whatever happens.

    1  look      the newest checkpoint; one is kept until everything under it is delivered
    2  take      entries from the cursor on that it gets, but for blocked streams and receipts had
    3  attack    the other side, once after a start, where the hook can (attacking.py)
    4  compare   a window of what the other side has, where a comparison is due (comparing.py)
    5  blocked   a parked stream whose time has come is tried again, in its own order
    6  open      as much of each as the firm lets it see, where the live store still has it
    7  deliver   one call of the hook
    8  settle    receipts are kept and move the cursor; a rejection parks its stream; else it waits

All pauses are here; nothing here can delay a message or another hook (but for shipping.py).
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.hooks.attacking import HookAttack
from onrecord.core.hooks.call import NOTHING, Outcome, call_hook
from onrecord.core.hooks.comparing import HookComparing
from onrecord.core.hooks.figures import HookFigures, State
from onrecord.core.hooks.ports import Blocked, HookSetting, HookState, LogHead, Received
from onrecord.core.hooks.progress import Progress
from onrecord.core.hooks.receipts import Given, ReceiptsHead
from onrecord.core.hooks.sight import SEALED, Sight
from onrecord.core.hooks.tools import HookTools
from onrecord_archive.contract import (
    Delivery,
    Misconfigured,
    Rejected,
    ReplayFrom,
    Retry,
    Unacknowledged,
)
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.errors import Unreadable
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.record import parse_time

CATCH_UP = 1024
"""Entries below the cursor that are looked through at once for a blocked stream."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """How long to wait, and what ends the wait early."""

    seconds: float
    until: asyncio.Event


class HookRunner:
    """One hook's task. Everything but `run` may be called at any time, in the event loop."""

    def __init__(
        self, setting: HookSetting, state: HookState, tools: HookTools, figures: HookFigures
    ) -> None:
        self.figures = figures
        self._name = setting.name
        self._hook = setting.hook
        self._opening = setting.sees.opening
        self._timeout_s = setting.timeout_s
        self._tools = tools
        sight = Sight(setting.hook.wants, setting.sees.limits, setting.sees.people)
        self._progress = Progress(state, sight)
        self.comparing = HookComparing(setting, state, tools, figures)
        self.attack = HookAttack(setting, tools, figures)
        self._paused = state.paused
        self._answers = not isinstance(setting.hook, Unacknowledged)
        self._unsure = False
        figures.received = state.received
        self._target: LogHead | None = None
        self._failures = 0
        self._rejections: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._rewind_to = state.replay_from
        self._news = asyncio.Event()
        self._command = asyncio.Event()

    @property
    def is_paused(self) -> bool:
        """Whether it delivers nothing until somebody resumes it."""
        return self._paused

    def wake(self) -> None:
        """Look for a new checkpoint now, unless the hook is in a pause."""
        self._news.set()

    def rewind(self, cursor: int) -> None:
        """Deliver everything from an earlier entry on again."""
        self._ask_again_from(cursor)
        self.retry()

    def _ask_again_from(self, cursor: int) -> None:
        self._rewind_to = cursor if self._rewind_to is None else min(cursor, self._rewind_to)

    def set_paused(self, on: bool) -> None:
        """Deliver nothing after the call under way, or go on."""
        self._paused = on
        self.retry()

    def compare(self) -> None:
        """Compare the other side now, unless the hook is in a pause: then after it."""
        self.comparing.start()
        self._news.set()

    def retry(self) -> None:
        """End the pause, and try blocked streams now."""
        self._due.clear()
        self._news.set()
        self._command.set()

    async def run(self) -> None:
        """Deliver until cancelled; what has no receipt is delivered again after a start.

        Raises what must stop the service: Fatal, or onrecord_archive's Corrupt.
        """
        while True:
            self._command.clear()  # what was ordered before a step is seen by it, and ends no pause
            try:
                pause = await self._step()
            except (Unreadable, OnRecordError) as error:
                if isinstance(error, Fatal):
                    raise
                pause = self._stumble(error)
            if pause is not None:
                await _wait(pause)

    async def _step(self) -> _Pause | None:
        """Steps 1 to 8 once; None: go on at once."""
        await self._be_sure()
        await self._rewind()
        head = await self._look()
        if self._paused and self.figures.oldest_at is not None:
            return self._rest()
        window, owed = await self._take(head)
        if self._paused:
            return self._rest() if owed or not window else await self._settle(NOTHING, window)
        error = await self.attack.step()
        if error is not None:
            return self._judge(Outcome(frozenset(), error))
        if head is not None and not self._failures:
            await self.comparing.step(self._progress, head.size)
        pause = await self._try_blocked(head)
        if pause is not None:
            return pause
        if not window:
            return self._rest()
        return await self._settle(await self._deliver(owed), window)

    def _rest(self) -> _Pause:
        """Return the pause of a hook that has nothing to do."""
        self._failures = 0
        idle, due = self._tools.pauses.idle, self.comparing.wait_s()
        if self._paused:
            self._enter("paused")
            return _Pause(idle, self._command)
        self._enter("running")
        return _Pause(idle if due is None else min(idle, due), self._news)

    async def _take(self, head: LogHead | None) -> tuple[list[Delivery], list[Delivery]]:
        """Return entries from the cursor on, and those of them that the next call is to carry."""
        progress, most = self._progress, self._hook.batch_size
        window: list[Delivery] = []
        if head is not None and progress.cursor < head.size:
            window = await self._window(progress.cursor, head.size, 2 * most, head)
        owed = progress.owed(window)
        self._note_oldest(owed)
        self.figures.looked = True
        return window, owed[:most]

    def _note_oldest(self, owed: Sequence[Delivery]) -> None:
        times = (time_of(entry) for entry in owed)
        self.figures.oldest_at = next((at for at in times if at is not None), None)

    async def _look(self) -> LogHead | None:
        """Return the checkpoint to deliver up to; it changes once everything under it is done."""
        newest = await self._tools.reading.head()
        cursor = self._progress.cursor
        if self._target is None or cursor >= self._target.size:
            self._target = newest
        figures, blocked = self.figures, self._progress.blocked.values()
        figures.cursor = cursor
        figures.backlog = max(0, newest.size - cursor) if newest is not None else 0
        figures.blocked_streams = len(blocked)
        figures.blocked_at = min((each.since for each in blocked), default=None)
        return self._target

    async def _window(self, first: int, end: int, most: int, head: LogHead) -> list[Delivery]:
        stop = min(end, first + most)
        entries = await self._tools.reading.entries(first, stop, head.checkpoint)
        events = {each.archive_index: each.event_id for each in entries if each.event_id}
        self._progress.told(
            await self._tools.reading.concerned(events, self._progress.sight.people)
        )
        return entries

    async def _deliver(self, owed: Sequence[Delivery]) -> Outcome:
        if not owed:
            return NOTHING
        batch = await self._open(owed)
        outcome = await call_hook(self._hook, batch, self._timeout_s)
        self.figures.delivered += len(outcome.receipts)
        if self._opening != SEALED:
            self.figures.sealed_only += sum(
                entry.kind == "record"
                and entry.plaintext is None
                and entry.reduced is None
                and entry.archive_index in outcome.receipts
                for entry in batch
            )
        return outcome

    async def _open(self, owed: Sequence[Delivery]) -> Sequence[Delivery]:
        """Add what the hook may see of the bodies that the live store has. Raises Fatal."""
        if self._opening == SEALED:
            return owed
        events = [EventId(entry.event_id) for entry in owed if entry.kind == "record"]
        bodies = await self._tools.reading.opened(events)
        return await self._tools.threads(self._opening.of, owed, bodies)

    async def _settle(self, outcome: Outcome, window: Sequence[Delivery]) -> _Pause | None:
        """Step 8 for entries at the cursor."""
        progress, error = self._progress, outcome.error
        before = progress.cursor
        progress.receive(outcome.receipts)
        to_keep = outcome
        if isinstance(error, Rejected):
            await self._block(self._rejection(error, window), outcome)
            to_keep = NOTHING
        moved = progress.advance(window)
        self._note_oldest(progress.owed(window))
        self.figures.left_out = progress.left_out
        if moved:
            self.figures.pace.note(progress.cursor - before, self._tools.clock.monotonic())
        if moved or to_keep.given:
            await self._write(to_keep, self._tools.store.advance, progress.cursor)
        return self._judge(outcome)

    async def _write(
        self, outcome: Outcome, act: Callable[..., ReceiptsHead], *place: object
    ) -> None:
        """Move the cursor or a blocked stream, and keep a call's receipts in one transaction.

        Until that is known to be done, the hook is where the store says.
        """
        received = None
        if outcome.given and self._answers:
            given = Given(self._tools.clock.now(), outcome.given)
            received = Received(given, self.figures.received)
        self._unsure = True
        head = await self._tools.threads(act, self._name, *place, received)
        self._unsure = False
        self.figures.received = head

    async def _be_sure(self) -> None:
        """Go on from what is durable, after a write of which it is not known whether it came."""
        if not self._unsure:
            return
        state = await self._tools.threads(self._tools.store.state, self._name)
        self._progress.go_on_from(state)
        self.figures.received = state.received
        self._unsure = False

    def _rejection(self, error: Rejected, window: Sequence[Delivery]) -> Blocked:
        """Return the block of a stream from its first entry without a receipt on."""
        owed = self._progress.owed(window)
        (stream,) = {e.stream for e in owed if e.archive_index == error.archive_index}
        first = next(e for e in owed if e.stream == stream)
        return Blocked(stream, first.archive_index, self._since(first), str(error))

    def _since(self, entry: Delivery) -> datetime:
        """Return since when a blocked entry waits: since it was recorded."""
        now = self._tools.clock.now()
        return min(now, time_of(entry) or now)

    async def _block(self, blocked: Blocked, outcome: Outcome) -> None:
        """Park a stream (or move its place), durably, and say so."""
        stream = blocked.stream
        attempts = self._rejections[stream] = self._rejections.get(stream, 0) + 1
        pause = self._tools.pauses.after_rejection(attempts)
        self._due[stream] = self._tools.clock.monotonic() + pause
        await self._move_block(blocked, outcome)
        self._tools.log.error(
            "hook_rejected_entry",
            hook=self._name,
            archive_index=blocked.archive_index,
            attempt=attempts,
        )

    async def _move_block(self, blocked: Blocked, outcome: Outcome) -> None:
        self._progress.blocked[blocked.stream] = blocked
        await self._write(outcome, self._tools.store.block, blocked)

    async def _try_blocked(self, head: LogHead | None) -> _Pause | None:
        """Step 5: one call for the first blocked stream that is due."""
        now, progress = self._tools.clock.monotonic(), self._progress
        due = [each for each in progress.blocked.values() if self._due.get(each.stream, 0.0) <= now]
        if not due or head is None:
            return None
        blocked = due[0]
        first, end = blocked.archive_index, min(progress.cursor, head.size)
        if first >= end:
            await self._unblock(blocked, NOTHING)
            return None
        window = await self._window(first, end, CATCH_UP, head)
        owed = progress.owed_of(blocked, window)
        batch = owed[: self._hook.batch_size]
        outcome = await self._deliver(batch)
        left = [entry for entry in owed if entry.archive_index not in outcome.receipts]
        reached = left[0].archive_index if left else window[-1].archive_index + 1
        since = self._since(left[0]) if left else blocked.since
        moved = replace(blocked, archive_index=reached, since=since)
        if isinstance(outcome.error, Rejected):
            await self._block(replace(moved, detail=str(outcome.error)), outcome)
        elif reached >= progress.cursor:
            await self._unblock(blocked, outcome)
        elif reached > first or outcome.given:
            await self._move_block(moved, outcome)
        return self._judge(outcome)

    async def _unblock(self, blocked: Blocked, outcome: Outcome) -> None:
        stream = blocked.stream
        await self._write(outcome, self._tools.store.unblock, stream)
        del self._progress.blocked[stream]
        self._due.pop(stream, None)
        self._rejections.pop(stream, None)
        self._tools.log.info("hook_unblocked", hook=self._name, archive_index=blocked.archive_index)

    async def _rewind(self) -> None:
        if self._rewind_to is None:
            return
        wanted = self._rewind_to
        cursor = min(wanted, self._progress.cursor)
        await self._tools.threads(self._tools.store.rewind, self._name, cursor)
        self._progress.rewind(cursor)
        self.figures.pace.restart()
        self.figures.cursor, self.figures.oldest_at = cursor, None
        if self._rewind_to == wanted:  # else an earlier entry was asked for meanwhile
            self._rewind_to = None
        self.figures.replays += 1
        self._tools.log.info("hook_replay", hook=self._name, archive_index=cursor)

    def _judge(self, outcome: Outcome) -> _Pause | None:
        """Return the pause that an outcome asks for."""
        error, pauses = outcome.error, self._tools.pauses
        if outcome.receipts:
            self._failures = 0
        if error is None:
            if outcome.receipts:
                self._enter("running")
            return None
        self.figures.failures += 1
        self.figures.last_error = str(error)
        if isinstance(error, Rejected):
            return None
        self._failures += 1
        if isinstance(error, ReplayFrom):
            self._ask_again_from(error.archive_index)
            if self._failures == 1:
                return None
        if isinstance(error, Misconfigured):
            self._enter("misconfigured", error)
            return _Pause(pauses.operator, self._command)
        self._enter("retrying", error)
        asked = error.retry_after if isinstance(error, Retry) else None
        return _Pause(pauses.after(self._failures, asked), self._command)

    def _stumble(self, error: Exception) -> _Pause:
        """Archive or database do not answer: wait, and go on where the hook is."""
        self._failures += 1
        self._enter("unreadable", error)
        seconds = self._tools.pauses.after(self._failures, None)
        return _Pause(seconds, self._command)

    def _enter(self, state: State, error: Exception | None = None) -> None:
        """Note the state; say it once when it changes."""
        if state == self.figures.state:
            return
        self.figures.state = state
        if error is None:
            self.figures.last_error = ""
            backlog = self.figures.backlog
            if state == "paused":
                self._tools.log.info("hook_paused", hook=self._name, backlog=backlog)
            else:
                self._tools.log.info("hook_running", hook=self._name, backlog=backlog)
            return
        kind = type(error).__name__
        self._tools.log.warning("hook_failing", hook=self._name, state=state, error=kind)


def time_of(entry: Delivery) -> datetime | None:
    """Return when a record was made, None for key and tail leaves."""
    leaf = decode_leaf(entry.leaf)
    return parse_time(leaf.at) if isinstance(leaf, RecordLeaf) else None


async def _wait(pause: _Pause) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(pause.seconds):
            await pause.until.wait()
    pause.until.clear()
