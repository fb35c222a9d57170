"""Carries archived records to the hooks: one task a hook, each from its own cursor."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar, cast

from onrecord.core.domain.errors import Conflict, Fatal, NotFound, OnRecordError, Refusal
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import Facts, SystemEntry
from onrecord.core.hold import Hold
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import NOTHING_TOLD, HookSetting, HookState, Told
from onrecord.core.hooks.receipt_book import ReceiptBook
from onrecord.core.hooks.records import Owed
from onrecord.core.hooks.runner import HookRunner
from onrecord.core.hooks.shipping import Shipping
from onrecord.core.hooks.tools import HookTools
from onrecord.observability.logs import error_fields
from onrecord_archive.contract import Comparable, Unacknowledged
from onrecord_archive.events.ids import EventId

T = TypeVar("T")

PAUSES = {"hook.paused": True, "hook.resumed": False}
"""The entries that say whether a hook delivers nothing until somebody resumes it."""
STOP_S = 10.0
"""How long a hook may take to let go of its destination when the process stops."""


class Dispatcher:
    """Runs the hooks that the settings name. Everything belongs to the event loop."""

    def __init__(self, settings: Sequence[HookSetting], *, tools: HookTools, hold: Hold) -> None:
        self._settings = {setting.name: setting for setting in settings}
        self._tools = tools
        self.receipts = ReceiptBook(tools)
        self._runners: dict[str, HookRunner] = {}
        self._one_order = asyncio.Lock()
        self._figures = {
            setting.name: HookFigures(
                setting.name,
                setting.sees.opening,
                comparable=isinstance(setting.hook, Comparable),
                receipts=not isinstance(setting.hook, Unacknowledged),
                limits=setting.sees.limits,
                people=setting.sees.people,
            )
            for setting in settings
        }
        self.shipping = Shipping(settings, self._figures, hold=hold, tools=tools)

    async def run(self) -> None:
        """Deliver until cancelled, then close the hooks.

        Raises what must stop the service (an ExceptionGroup of Fatal, or of onrecord_archive's
        Corrupt). What has no receipt by then is delivered again after the next start.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.shipping.run(), name="hooks' ages")
                group.create_task(self._say_what_is_gone(), name="hooks that are gone")
                for setting in self._settings.values():
                    group.create_task(self._run(setting), name=f"hook {setting.name}")
        finally:
            for setting in self._settings.values():
                await self._close(setting)

    def wake(self) -> None:
        """Say that there is a new checkpoint."""
        for runner in self._runners.values():
            runner.wake()

    def figures(self) -> list[HookFigures]:
        """Return the numbers of every hook, by name."""
        return [self._figures[name] for name in sorted(self._figures)]

    def cursor(self, hook: str) -> int:
        """Return the first entry that a running hook has not passed. Raises NotFound."""
        self._runner(hook)
        return self._figures[hook].cursor

    def replay(self, hook: str, first: int) -> None:
        """Deliver everything from entry `first` on again. Raises NotFound."""
        self._runner(hook).rewind(max(0, first))

    async def order(self, hook: str, owed: Owed) -> None:
        """Put on the record what a hook is to do (`_take_effect`), and have it do so.

        A pause of what is paused is none. Where the process ends in between, the next start has it
        done, and so has the next order where it is not known whether the record has this one.

        Raises NotFound, and what the recorder does. Cancelling may come too late.
        """
        runner, store, threads = self._runner(hook), self._tools.store, self._tools.threads
        async with self._one_order:
            state = await threads(store.state, hook)
            if state.owed is not None:
                await self._record(hook, state.owed)
            if owed.entry.type in PAUSES and PAUSES[owed.entry.type] == runner.is_paused:
                return
            await threads(store.owe, hook, state.told, owed)
            try:
                await self._tools.recorder.record(owed.command())
            except Refusal:
                await threads(store.settled, hook)
                raise
            await self._take_effect(hook, owed)

    def retry(self, hook: str) -> None:
        """Call a hook now that is in a pause, and try its blocked streams. Raises NotFound."""
        self._runner(hook).retry()

    def require_comparable(self, hook: str) -> None:
        """Raise NotFound, or Conflict (`not_comparable`) for a hook that can't list its side."""
        self._runner(hook)
        if not self._figures[hook].comparable:
            detail = f"What {hook} has delivered can't be read back: its kind doesn't list it."
            raise Conflict("not_comparable", detail)

    def compare(self, hook: str) -> None:
        """Compare what a hook's other side has, now. Raises NotFound."""
        self._runner(hook).compare()

    async def ping(self, hook: str) -> None:
        """Return if the hook's destination would take a record now. Raises HookError, NotFound."""
        setting = self._settings.get(hook)
        if setting is None:
            raise _no_such_hook()
        await setting.hook.ping()

    def _runner(self, hook: str) -> HookRunner:
        runner = self._runners.get(hook)
        if runner is None:
            raise _no_such_hook()
        return runner

    async def _run(self, setting: HookSetting) -> None:
        """Put on the record what of its settings has changed, then deliver."""
        state = await self._settled(setting.name)
        for told, kind, facts in _changes(state.told, setting):
            await self._tell(setting.name, told, kind, facts)
        runner = HookRunner(setting, state, self._tools, self._figures[setting.name])
        self._runners[setting.name] = runner
        await runner.run()

    async def _say_what_is_gone(self) -> None:
        """Put on the record which hooks the settings do not name any more."""
        known = await self._until_it_works(partial(self._tools.threads, self._tools.store.known))
        for name in sorted(set(known) - set(self._settings)):
            state = await self._settled(name)
            if state.told != NOTHING_TOLD:
                await self._tell(name, NOTHING_TOLD, "hook.removed", {})

    async def _settled(self, hook: str) -> HookState:
        """Return a hook's state once the record has what a start before this one left owed."""
        store, threads = self._tools.store, self._tools.threads
        while True:
            state = await self._until_it_works(lambda: threads(store.state, hook))
            if state.owed is None:
                return state
            await self._settle(hook, state.owed)

    async def _tell(self, hook: str, told: Told, kind: str, facts: Facts) -> None:
        """Record a setting, however long that takes, so that the end of the process loses none.

        The store knows first that it is owed, then it is recorded, then it is owed no more.
        """
        store, threads = self._tools.store, self._tools.threads
        event = EventId(new_id(self._tools.clock))
        owed = Owed(event, SystemEntry(kind, {"hook": hook, **facts}))
        await self._until_it_works(lambda: threads(store.owe, hook, told, owed))
        await self._settle(hook, owed)

    async def _settle(self, hook: str, owed: Owed) -> None:
        """Record what is owed, however long that takes."""
        await self._until_it_works(lambda: self._record(hook, owed))

    async def _record(self, hook: str, owed: Owed) -> None:
        """Record what is owed and have it take effect; done again, it is the same record."""
        await self._tools.recorder.record(owed.command())
        await self._take_effect(hook, owed)

    async def _take_effect(self, hook: str, owed: Owed) -> None:
        """Have done what the record says now, durably; then it is owed no more."""
        store, threads, entry = self._tools.store, self._tools.threads, owed.entry
        runs = hook in self._runners
        if entry.type in PAUSES:
            on = PAUSES[entry.type]
            await threads(store.set_paused, hook, on)
            if runs:
                self._runner(hook).set_paused(on)
        elif entry.type == "hook.replayed":
            first = cast("int", entry.facts["from"])
            await threads(store.set_replay, hook, first)
            if runs:
                self.replay(hook, first)
        elif entry.type == "hook.comparison_ordered":
            await threads(store.order_comparison, hook)
            if runs:
                self.compare(hook)
        else:
            await threads(store.settled, hook)

    async def _until_it_works(self, act: Callable[[], Awaitable[T]]) -> T:
        """Return what `act` returns, waiting while database or archive do not answer."""
        failures = 0
        while True:
            try:
                return await act()
            except Fatal:
                raise
            except OnRecordError as error:
                failures += 1
                self._tools.log.warning("hook_waits", error=type(error).__name__)
                await asyncio.sleep(self._tools.pauses.after(failures, None))

    async def _close(self, setting: HookSetting) -> None:
        try:
            async with asyncio.timeout(STOP_S):
                await setting.hook.close()
        except Exception as error:  # noqa: BLE001  # a foreign hook must not keep the others open
            self._tools.log.warning("hook_did_not_close", hook=setting.name, **error_fields(error))


def _changes(told: Told, setting: HookSetting) -> Iterator[tuple[Told, str, Facts]]:
    """Yield each entry that the record lacks of a hook's settings, and what it says with it."""
    if told.destination != setting.destination:
        told = replace(told, destination=setting.destination)
        yield told, "hook.destination", _destination_of(setting)
    if told.opening != setting.sees.opening:
        told = replace(told, opening=setting.sees.opening)
        yield told, "hook.plaintext", _opening_of(setting)
    people = tuple(each.id for each in setting.sees.people)
    if (told.limits, told.people) != (setting.sees.limits, people):
        told = replace(told, limits=setting.sees.limits, people=people)
        yield told, "hook.limits", _limits_of(setting)


def _destination_of(setting: HookSetting) -> Facts:
    kind, *options = setting.destination
    return {"kind": kind, "options": tuple(options)}


def _opening_of(setting: HookSetting) -> Facts:
    """Say how much of a record it sees; `plaintext`: all of it."""
    opening = setting.sees.opening
    return {"plaintext": opening.is_whole, "sees": opening.sees, "without": opening.without}


def _limits_of(setting: HookSetting) -> Facts:
    limits, people = setting.sees.limits, tuple(each.id for each in setting.sees.people)
    words = {"classes": limits.classes, "streams": limits.streams, "types": limits.types}
    return {**words, "people": people}


def _no_such_hook() -> NotFound:
    return NotFound("no_such_hook", "There is no running hook of this name.")
