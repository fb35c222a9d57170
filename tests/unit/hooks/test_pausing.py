"""A paused hook delivers nothing until it is resumed, after a start as well; then everything."""

import asyncio
import random

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.runner import time_of
from onrecord_archive.contract import Filter, Retry
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until
from tests.unit.hooks.test_hook_comparison import Kept


async def order(stage: Stage, dispatcher: Dispatcher, *, on: bool, hook: str = "copy") -> None:
    orders = HookOrders(dispatcher, recorder=stage.notes, clock=SystemClock())
    await orders.pause(SYSTEM, Origin("token"), hook, on=on)


def test_a_paused_hook_gets_nothing_until_it_is_resumed() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            await order(stage, dispatcher, on=True)
            await until(lambda: only(dispatcher).state == "paused")
            stage.log.grow(20)
            await until(lambda: only(dispatcher).backlog >= 20)
            assert len(hook.taken) == 30
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "paused")
            dispatcher.retry("copy")
            dispatcher.replay("copy", 0)
            await until(lambda: only(dispatcher).cursor == 0)
            assert only(dispatcher).state == "paused"
            assert len(hook.taken) == 30
            await order(stage, dispatcher, on=False)
            await until(lambda: stage.is_done(dispatcher))
            await until(lambda: only(dispatcher).state == "running")
        assert hook.indexes() == [*stage.records()[:30], *stage.records()]

    play(scene)


def test_each_pause_is_on_the_record_before_it_holds_and_once() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(setting(Played())) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            stage.notes.refuses = 1
            with pytest.raises(Unavailable):
                await order(stage, dispatcher, on=True)
            assert not stage.store.state("copy").paused
            for on in (True, True, False, False):
                await order(stage, dispatcher, on=on)
            with pytest.raises(NotFound):
                await order(stage, dispatcher, on=True, hook="other")
        assert stage.notes.facts() == [{"hook": "copy"}, {"hook": "copy"}]

    play(scene)


def test_a_pause_ends_the_wait_of_a_hook_that_fails_and_is_no_failure() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: Retry(retry_after=3600)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "retrying")
            await order(stage, dispatcher, on=True)
            await until(lambda: only(dispatcher).state == "paused")
            assert only(dispatcher).last_error == ""
            hook.behaviour = lambda batch: None
            await order(stage, dispatcher, on=False)
            await until(lambda: stage.is_done(dispatcher))

    play(scene)


def test_a_paused_hook_is_not_compared() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            await order(stage, dispatcher, on=True)
            await until(lambda: only(dispatcher).state == "paused")
            dispatcher.compare("copy")
            await asyncio.sleep(0.05)
            assert hook.windows == []
            await order(stage, dispatcher, on=False)
            await until(lambda: only(dispatcher).compared)

    play(scene)


def test_the_age_of_what_waits_in_a_pause_is_told() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            await order(stage, dispatcher, on=True)
            await until(lambda: only(dispatcher).state == "paused")
            assert only(dispatcher).oldest_at is None
            size = stage.log.size
            stage.log.grow(20)
            first = next(entry for entry in stage.log.deliveries(size) if entry.kind == "record")
            await until(lambda: only(dispatcher).oldest_at == time_of(first))
            dispatcher.replay("copy", 3)
            earlier = next(entry for entry in stage.log.deliveries(3) if entry.kind == "record")
            await until(lambda: only(dispatcher).oldest_at == time_of(earlier))
            assert len(hook.taken) == 30
            await order(stage, dispatcher, on=False)
            await until(lambda: only(dispatcher).oldest_at is None)

    play(scene)


def test_a_pause_holds_no_cursor_back_over_what_is_left_out() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        limits = Filter(types=("nothing.*",))
        async with stage.running(setting(hook, limits=limits)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            await order(stage, dispatcher, on=True)
            stage.log.grow(20)
            await until(lambda: stage.is_done(dispatcher) and only(dispatcher).left_out == 50)
            await until(lambda: only(dispatcher).state == "paused")

    play(scene)


@pytest.mark.parametrize("seed", range(6))
def test_pauses_at_any_time_leave_nothing_out_and_turn_no_order(seed: int) -> None:
    async def scene(stage: Stage) -> None:
        chance = random.Random(seed)
        hook = Played(batch_size=chance.randrange(1, 6))
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state != "starting")
            for _ in range(12):
                await order(stage, dispatcher, on=chance.random() < 0.5)
                stage.log.grow(chance.randrange(4))
                await asyncio.sleep(chance.choice((0, 0.002, 0.01)))
            await order(stage, dispatcher, on=False)
            await until(lambda: stage.is_done(dispatcher))
        assert hook.indexes() == stage.records()

    play(scene)
