"""A process that ends anywhere while hooks come, change and go: record and store agree then."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Fatal, NotFound
from onrecord.core.domain.values import SYSTEM, Answer, Command, Origin
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.ports import NOTHING_TOLD, Told
from onrecord.core.hooks.records import Owed
from onrecord.core.hooks.sight import Opening
from onrecord.core.settled import Unsettled
from onrecord_archive.contract import Filter
from tests.fakes.hook_store import MemoryHookStore
from tests.fakes.recorder import MemoryRecorder
from tests.unit.hooks.stage import Played, Stage, only, setting, until
from tests.unit.hooks.test_hook_comparison import Kept

GONE = NOTHING_TOLD
THERE = Told(("directory", "path=/srv/a"), Opening("plaintext"))
ELSEWHERE = Told(("directory", "path=/srv/b"), Opening("headers"), Filter(classes=("chat",)))
NEVER = 10**6
ORDERED = 26
"""More moments than three orders have."""
MOMENTS = 24
"""At most so many in a start until all is on the record: before and after each call."""

Start = tuple[Told, int]
"""The settings of a start, and at which moment it ends."""


Act = Callable[[HookOrders], Awaitable[None]]


class Ended(Fatal):
    """Stands for the end of the process: nothing of it goes on."""


class Life:
    """Ends at a moment: each call of the store and of the recorder has one before and one after."""

    left = NEVER

    def moment(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Ended


class MortalStore:
    """A store, at each call of which the process may end."""

    def __init__(self, store: MemoryHookStore, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def act(*given: object) -> Any:
            self._life.moment()
            done = getattr(self._store, name)(*given)
            self._life.moment()
            return done

        return act


class MortalNotes(MemoryRecorder):
    """A recorder, before and after which the process may end."""

    def __init__(self, life: Life) -> None:
        super().__init__()
        self._life = life

    async def record(self, command: Command) -> Answer:
        self._life.moment()
        answer = await super().record(command)
        self._life.moment()
        return answer


class House:
    """A stage whose process ends when it is told to."""

    def __init__(self, store: MemoryHookStore | None = None) -> None:
        self.life = Life()
        self.stage = Stage()
        self.stage.log.grow(3)
        self.kept = store or MemoryHookStore()
        self.stage.store = cast("MemoryHookStore", MortalStore(self.kept, self.life))
        self.notes = self.stage.notes = MortalNotes(self.life)

    async def start(self, settings: Told, end: int) -> None:
        """Start with settings and wait until they are on the record, or until the process ends."""
        self.life.left = end
        hooks = [] if settings == GONE else [hook_of(settings)]
        try:
            async with self.stage.running(*hooks) as dispatcher:
                await until(lambda: self.is_settled(dispatcher))
        except* Ended:
            assert end < NEVER
        self.life.left = NEVER

    def is_settled(self, dispatcher: Dispatcher) -> bool:
        """Whether the hook runs, or is nothing that the record is to say is gone."""
        if not dispatcher.figures():
            return not self.kept.known()
        try:
            return dispatcher.cursor("copy") >= 0
        except NotFound:
            return False

    def told(self) -> Told:
        """Return what the record says last, each entry of which says something new."""
        told = NOTHING_TOLD
        for kind, facts in zip(self.notes.types(), self.notes.facts(), strict=True):
            assert facts["hook"] == "copy"
            before, told = told, said(told, kind, facts)
            assert told != before, self.notes.types()
        return told


def hook_of(told: Told) -> Any:
    return setting(Played(), destination=told.destination, opening=told.opening, limits=told.limits)


def said(told: Told, kind: str, facts: dict[str, Any]) -> Told:
    """Return what the record says after one more entry."""
    if kind == "hook.destination":
        return replace(told, destination=(facts["kind"], *facts["options"]))
    if kind == "hook.plaintext":
        return replace(told, opening=Opening(facts["sees"], facts["without"]))
    if kind == "hook.limits":
        words = (facts["classes"], facts["streams"], facts["types"])
        return replace(told, limits=Filter(*words), people=facts["people"])
    assert kind == "hook.removed"
    return GONE


async def live(house: House, starts: Sequence[Start]) -> None:
    for settings, end in starts:
        await house.start(settings, end)
    last = starts[-1][0]
    assert house.told() == last
    assert house.kept.state("copy").told == last


starts = st.tuples(st.sampled_from((GONE, THERE, ELSEWHERE)), st.integers(0, MOMENTS))


@pytest.mark.parametrize("end", range(MOMENTS))
def test_a_hook_whose_removal_was_interrupted_is_removed_and_added_again(end: int) -> None:
    house = House()
    asyncio.run(live(house, [(THERE, NEVER), (GONE, end), (THERE, NEVER)]))
    added = ["hook.destination", "hook.plaintext"]
    assert house.notes.types() in (added, [*added, "hook.removed", *added])


async def pause(orders: HookOrders, on: bool = True) -> None:
    await orders.pause(SYSTEM, Origin("token"), "copy", on=on)


async def replay(orders: HookOrders) -> None:
    await orders.replay(SYSTEM, Origin("token"), "copy", 0)


async def compare(orders: HookOrders) -> None:
    await orders.compare(SYSTEM, Origin("token"), "copy")


async def order(house: House, hook: Played, end: int, *acts: Act) -> None:
    """Give orders to a hook that has everything, until the process ends; start once more."""
    stage = house.stage
    try:
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            await until(lambda: only(dispatcher).state == "running")
            house.life.left = end
            orders = HookOrders(dispatcher, recorder=house.notes, clock=SystemClock())
            for act in acts:
                await act(orders)
            house.life.left = 0
            raise Ended
    except* Ended:
        house.life.left = NEVER


@pytest.mark.parametrize("end", range(ORDERED))
def test_a_hook_is_paused_where_the_record_says_so_wherever_it_ended(end: int) -> None:
    async def scene() -> None:
        house = House()
        await order(house, Played(), end, pause, partial(pause, on=False), pause)
        async with house.stage.running(setting(Played())) as dispatcher:
            await until(lambda: only(dispatcher).state != "starting")
            said = house.notes.types()
            assert said == ["hook.paused", "hook.resumed", "hook.paused"][: len(said)]
            is_paused = said[-1:] == ["hook.paused"]
            assert (only(dispatcher).state == "paused") == is_paused
            assert house.kept.state("copy").paused == is_paused

    asyncio.run(scene())


@pytest.mark.parametrize("end", range(ORDERED))
def test_what_the_record_says_is_delivered_again_is_wherever_it_ended(end: int) -> None:
    async def scene() -> None:
        house, hook = House(), Played()
        await order(house, hook, end, pause, replay)
        async with house.stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state != "starting")
            if only(dispatcher).state == "paused":
                orders = HookOrders(dispatcher, recorder=house.notes, clock=SystemClock())
                await pause(orders, on=False)
            times = 1 + house.notes.types().count("hook.replayed")
            records = house.stage.records()
            await until(lambda: len(hook.taken) >= times * len(records))
            assert hook.indexes() == times * records

    asyncio.run(scene())


@pytest.mark.parametrize("end", range(ORDERED))
def test_what_the_record_says_is_compared_is_wherever_it_ended(end: int) -> None:
    async def scene() -> None:
        house, hook = House(), Kept()
        await order(house, hook, end, compare)
        async with house.stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).state != "starting")
            if "hook.comparison_ordered" in house.notes.types():
                await until(lambda: house.kept.state("copy").compared)
            state = house.kept.state("copy")
            assert not state.comparison_ordered
            assert (state.compared is not None) == bool(house.notes.types())

    asyncio.run(scene())


class Unsure(MemoryRecorder):
    """Records, and does not answer the first time."""

    async def record(self, command: Command) -> Answer:
        is_new = command not in self.commands
        answer = await super().record(command)
        if is_new:
            raise Unsettled
        return answer


@pytest.mark.parametrize("act", [pause, replay])
def test_an_order_without_an_answer_is_finished_by_the_next(act: Act) -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            orders = HookOrders(dispatcher, recorder=stage.notes, clock=SystemClock())
            with pytest.raises(Unsettled):
                await act(orders)
            assert not stage.store.state("copy").paused
            if act is pause:
                await pause(orders)
            else:
                with pytest.raises(Unsettled):
                    await pause(orders)
                await until(lambda: hook.indexes() == 2 * stage.records())
            await pause(orders)
            await until(lambda: only(dispatcher).state == "paused")
            assert stage.store.state("copy").paused
            assert stage.store.state("copy").owed is None
        assert stage.notes.types() == (["hook.replayed"] if act is replay else []) + ["hook.paused"]

    stage = Stage()
    stage.log.grow(3)
    stage.notes = Unsure()
    asyncio.run(scene(stage))


class Forgetful(MemoryHookStore):
    """The defect: what is owed is not kept with what is told."""

    def owe(self, hook: str, told: Told, owed: Owed) -> None:
        super().owe(hook, told, owed)
        self.settled(hook)


def test_control_a_store_that_forgets_what_is_owed_is_noticed() -> None:
    def differs(end: int) -> bool:
        house = House(Forgetful())
        try:
            asyncio.run(live(house, [(THERE, NEVER), (GONE, end), (THERE, NEVER)]))
        except AssertionError:
            return True
        return False

    assert any(differs(end) for end in range(MOMENTS))


@given(starts=st.lists(starts, max_size=6), last=st.sampled_from((GONE, THERE, ELSEWHERE)))
@runs(max_examples=60)
def test_wherever_it_ended_the_record_says_once_what_the_store_says(
    starts: list[Start], last: Told
) -> None:
    asyncio.run(live(House(), [*starts, (last, NEVER)]))
