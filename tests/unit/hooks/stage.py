"""A dispatcher on a sample log, with hooks that can be told how to behave."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, Literal

from onrecord.core.domain.clock import SystemClock
from onrecord.core.hold import Hold
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.pauses import Pauses
from onrecord.core.hooks.ports import HookSetting, LogHead
from onrecord.core.hooks.reading import Reading
from onrecord.core.hooks.sight import Allowed
from onrecord.core.hooks.source import ArchiveSource
from onrecord.core.hooks.tools import HookTools
from onrecord.core.threads import Threads
from onrecord.observability.logs import make_log
from onrecord_archive.contract import Delivery, Hook, HookError, Receipt, delivery_of
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.seal import Plain
from onrecord_archive.testing.log import SampleLog
from tests.fakes.hook_store import MemoryHookStore
from tests.fakes.recorder import MemoryRecorder
from tests.rig.patience import SECONDS as PATIENCE

QUICK = Pauses(
    first=0.002,
    longest=0.01,
    least=0.001,
    longest_asked=5.0,
    operator=0.01,
    blocked_first=0.02,
    blocked_longest=0.05,
    idle=0.01,
)

Behaviour = Callable[[Sequence[Delivery]], Sequence[Receipt] | HookError | Exception | None]
"""What a call of `deliver` does instead of taking everything; None: take everything."""


class SampleSource(ArchiveSource):
    """The entries of a sample log; signs a checkpoint whenever it has grown."""

    def __init__(self, log: SampleLog) -> None:
        self.log = log
        self.problem: Exception | None = None
        self._head: LogHead | None = None

    def head(self) -> LogHead | None:
        if self.problem is not None:
            raise self.problem
        size = self.log.size
        if self._head is None or self._head.size != size:
            self._head = LogHead(size, self.log.checkpoint(size))
        return self._head

    def entries(self, first: int, end: int, checkpoint: bytes) -> list[Delivery]:
        assert 0 <= first < end
        entries = self.log.entries[first:end]
        return [delivery_of(first + n, *entry, checkpoint) for n, entry in enumerate(entries)]

    def leaves(self, first: int, end: int) -> list[bytes]:
        return [leaf for leaf, _ in self.log.entries[first:end]]


class SampleBodies:
    """Fulfils BodySource; `gone` bodies are no longer there, `members` were there at a record."""

    def __init__(self, log: SampleLog) -> None:
        self._log = log
        self.gone: set[int] = set()
        self.members: dict[int, set[str]] = {}

    def bodies(self, events: Collection[EventId]) -> dict[EventId, Plain]:
        return {
            EventId(self._log.event_id(index)): plain
            for index, plain in self._log.plains.items()
            if index not in self.gone and self._log.event_id(index) in events
        }

    def concerning(self, events: Collection[EventId], people: Collection[PersonId]) -> set[EventId]:
        """As the members say; without a word of one, a record concerns its author alone."""
        return {
            event
            for index, plain in self._log.plains.items()
            if (event := EventId(self._log.event_id(index))) in events
            and {json.loads(plain.shown)["actor"]["id"], *self.members.get(index, ())} & set(people)
        }


class Played:
    """A hook that notes what it gets and behaves as told."""

    def __init__(
        self, *, wants: Literal["records", "log"] = "records", batch_size: int = 8
    ) -> None:
        self.wants: Literal["records", "log"] = wants
        self.batch_size = batch_size
        self.calls: list[Sequence[Delivery]] = []
        self.call_times: list[float] = []
        self.taken: list[Delivery] = []
        self.behaviour: Behaviour = lambda batch: None
        self.closed = 0
        self._running = 0

    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        assert self._running == 0, "two calls at the same time"
        assert batch
        assert len(batch) <= self.batch_size
        self.calls.append(batch)
        self.call_times.append(asyncio.get_running_loop().time())
        self._running += 1
        try:
            await asyncio.sleep(0)
            result = self.behaviour(batch)
        finally:
            self._running -= 1
        if isinstance(result, Exception):
            self._take(batch, getattr(result, "receipts", ()))
            raise result
        receipts = [Receipt(e.archive_index) for e in batch] if result is None else result
        self._take(batch, receipts)
        return receipts

    def _take(self, batch: Sequence[Delivery], receipts: Sequence[Receipt]) -> None:
        indexes = {receipt.archive_index for receipt in receipts}
        self.taken += [entry for entry in batch if entry.archive_index in indexes]

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        self.closed += 1

    def indexes(self) -> list[int]:
        """The archive_index of each entry taken, in order."""
        return [entry.archive_index for entry in self.taken]


class Stage:
    """Everything around a dispatcher; it can be started several times."""

    def __init__(self, *, log: SampleLog | None = None, pauses: Pauses = QUICK) -> None:
        self.log = log or SampleLog()
        self.source = SampleSource(self.log)
        self.bodies = SampleBodies(self.log)
        self.store = MemoryHookStore()
        self.notes = MemoryRecorder()
        self.lines = io.StringIO()
        self.pauses = pauses
        self.hold = Hold(lambda: None)
        self.random: Callable[[], float] = lambda: 0.5

    @asynccontextmanager
    async def running(self, *settings: HookSetting) -> AsyncIterator[Dispatcher]:
        """Run a dispatcher until the block ends, or until it fails."""
        threads = Threads(threads=1, name="hooks")
        tools = HookTools(
            reading=Reading(self.source, self.bodies, threads),
            store=self.store,
            recorder=self.notes,
            threads=threads,
            clock=SystemClock(),
            log=make_log(self.lines, level="debug"),
            pauses=replace(self.pauses, random=self.random),
        )
        dispatcher = Dispatcher(settings, tools=tools, hold=self.hold)
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(dispatcher.run())
                with suppress(asyncio.CancelledError):
                    yield dispatcher
                task.cancel()
        finally:
            threads.close()

    def is_done(self, dispatcher: Dispatcher) -> bool:
        """Whether the one hook is owed nothing."""
        state = self.store.state(only(dispatcher).hook)
        return state.cursor == self.log.size and not state.blocked

    def records(self, first: int = 0) -> list[int]:
        """The archive_index of each record from an index on."""
        return [index for index in self.log.plains if index >= first]

    def events(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.lines.getvalue().splitlines()]


def play(scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> Stage:
    """Act on a stage with 30 records, and return it."""
    stage = Stage()
    stage.log.grow(30)
    asyncio.run(scene(stage))
    return stage


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds; fail when it does not come."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # what is tested tells nobody
            await asyncio.sleep(0.002)


def setting(hook: Hook, *, name: str = "copy", **options: Any) -> HookSetting:
    seen = {each: options.pop(each) for each in ("opening", "limits", "people") if each in options}
    return HookSetting(name, hook, Allowed(**seen), **options)


def only(dispatcher: Dispatcher) -> HookFigures:
    (figures,) = dispatcher.figures()
    return figures
