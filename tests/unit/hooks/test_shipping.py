"""Nothing can be said while a hook is further behind than the firm allows, where it says so."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.ports import HookSetting, LogHead
from onrecord.core.hooks.runner import time_of
from onrecord.core.hooks.shipping import BEHIND, Wait
from onrecord.core.hooks.sight import SEALED
from onrecord_archive.contract import Attempt, Delivery, Receipt, Rejected, Retry
from onrecord_archive.events.ids import StreamId
from onrecord_archive.format.errors import Unreadable
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until

SAID = StreamId("5f" * 16)
"""A conversation."""
NOW = datetime.fromisoformat("2026-12-01T09:00:00+00:00")


def one(hook: Played, most: int = 3600) -> HookSetting:
    return setting(hook, max_unshipped_age_s=most)


def test_what_waits_too_long_holds_back_what_is_said_and_nothing_else() -> None:
    """The sample log's records are years old: each one that waits is too old."""

    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: Retry("it is away")
        async with stage.running(one(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "retrying")
            assert stage.hold.of(SAID) is stage.hold.of(StreamId("broadcast")) is BEHIND
            office = (
                "identity",
                "policy",
                "config",
                "disposal",
                "reports",
                "access:7",
                "personal:p",
            )
            assert all(stage.hold.of(StreamId(stream)) is None for stream in office)
            assert dispatcher.shipping.is_behind("copy")
            hook.behaviour = lambda batch: None
            await until(lambda: stage.is_done(dispatcher))
            await until(lambda: stage.hold.of(SAID) is None)
            assert not dispatcher.shipping.is_behind("copy")

    said = [line["event"] for line in play(scene).events() if line["event"].startswith("sending")]
    assert said == ["sending_held", "sending_resumed"]


def test_a_hook_without_the_setting_holds_nothing_back() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: Retry("it is away")
        async with stage.running(setting(hook)) as dispatcher:
            assert stage.hold.refusal is None
            await until(lambda: only(dispatcher).age_s(SystemClock().now()) > 3600)
            assert stage.hold.refusal is None

    play(scene)


def test_a_pause_holds_back_and_can_be_ended() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(one(Played())) as dispatcher:
            await until(lambda: stage.hold.refusal is None)
            orders = HookOrders(dispatcher, recorder=stage.notes, clock=SystemClock())
            await orders.pause(SYSTEM, Origin("token"), "copy", on=True)
            stage.log.grow(1)
            await until(lambda: stage.hold.refusal)
            await orders.pause(SYSTEM, Origin("token"), "copy", on=False)
            await until(lambda: stage.hold.refusal is None)

    play(scene)


def test_a_refused_record_that_waits_too_long_holds_back() -> None:
    async def scene(stage: Stage) -> None:
        poison, hook = stage.records()[7], Played(batch_size=1)
        hook.behaviour = lambda batch: (
            Rejected(archive_index=poison) if batch[0].archive_index == poison else None
        )
        async with stage.running(one(hook, most=1)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            await until(lambda: dispatcher.shipping.is_behind("copy"))
            await until(lambda: stage.hold.refusal)
            hook.behaviour = lambda batch: None
            await until(lambda: stage.is_done(dispatcher))
            await until(lambda: stage.hold.refusal is None)

    play(scene)


class Stuck(Played):
    """A hook that is busy with something else than a delivery, or does not get so far."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = asyncio.Event()

    async def attack(self) -> list[Attempt]:
        if not self.is_free.is_set():
            raise Retry("it is away", retry_after=3600)
        return [Attempt("delete", refused=True)]


def test_what_waits_behind_an_attack_that_cannot_be_made_is_seen() -> None:
    """Nothing waited when the hook looked last."""
    stage, hook = Stage(), Stuck()

    async def scene() -> None:
        async with stage.running(one(hook, most=1)) as dispatcher:
            await until(lambda: only(dispatcher).state == "retrying")
            await until(lambda: stage.hold.refusal is None)
            stage.log.grow(1)
            await until(lambda: stage.hold.refusal)
            hook.is_free.set()
            dispatcher.retry("copy")
            await until(lambda: stage.is_done(dispatcher))
            await until(lambda: stage.hold.refusal is None)

    asyncio.run(scene())


def test_a_log_that_cannot_be_read_holds_back_in_the_end() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(one(Played(), most=1)):
            await until(lambda: stage.hold.refusal is None)
            stage.source.problem = Unreadable("the disk does not answer")
            await until(lambda: stage.hold.refusal)
            stage.source.problem = None
            await until(lambda: stage.hold.refusal is None)

    play(scene)


def test_a_pause_amid_a_delivery_holds_nothing_once_it_has_arrived() -> None:
    async def scene(stage: Stage) -> None:
        hook, arrives = Played(batch_size=64), asyncio.Event()
        taking = hook.deliver

        async def slow(batch: Sequence[Delivery]) -> Sequence[Receipt]:
            await arrives.wait()
            return await taking(batch)

        hook.deliver = slow  # type: ignore[method-assign]
        async with stage.running(one(hook)) as dispatcher:
            await until(lambda: only(dispatcher).oldest_at)
            orders = HookOrders(dispatcher, recorder=stage.notes, clock=SystemClock())
            await orders.pause(SYSTEM, Origin("token"), "copy", on=True)
            arrives.set()
            await until(lambda: only(dispatcher).state == "paused" and stage.is_done(dispatcher))
            await until(lambda: stage.hold.refusal is None)
            assert only(dispatcher).oldest_at is None

    play(scene)


def test_a_refusal_makes_no_record_younger() -> None:
    async def scene(stage: Stage) -> None:
        poison, hook = stage.records()[0], Played(batch_size=1)
        hook.behaviour = lambda batch: (
            Rejected(archive_index=poison) if batch[0].archive_index == poison else None
        )
        async with stage.running(one(hook)) as dispatcher:
            await until(lambda: only(dispatcher).blocked_streams)
            refused = stage.log.deliveries()[poison]
            await until(lambda: only(dispatcher).blocked_at == time_of(refused))
            assert stage.hold.refusal is BEHIND

    play(scene)


NOBODY = HookFigures("copy", opening=SEALED, looked=True)


def test_nothing_is_said_before_it_is_known_what_waits() -> None:
    wait = Wait(60)
    unknown = HookFigures("copy", opening=SEALED)
    assert wait.is_too_long(unknown, LogHead(0, b""), age_s=0, now_s=0)
    assert not wait.is_too_long(NOBODY, LogHead(0, b""), age_s=0, now_s=0)


def test_a_clock_that_is_put_back_makes_no_wait_shorter() -> None:
    wait, waiting = Wait(60), replace(NOBODY, oldest_at=NOW)
    assert [
        wait.is_too_long(waiting, LogHead(9, b""), age_s=0, now_s=now) for now in (0, 59, 61)
    ] == [False, False, True]
    later = replace(NOBODY, oldest_at=NOW + timedelta(seconds=1))
    assert not wait.is_too_long(later, LogHead(9, b""), age_s=0, now_s=61)


def test_entries_without_a_time_wait_as_well() -> None:
    wait = Wait(60)
    at = [wait.is_too_long(NOBODY, LogHead(3, b""), age_s=0, now_s=now) for now in (0, 59, 61)]
    assert at == [False, False, True]
    moved = replace(NOBODY, cursor=2)
    assert not wait.is_too_long(moved, LogHead(3, b""), age_s=0, now_s=61)


def histories() -> Iterator[tuple[bool, HookFigures]]:
    """Yield what a hook is at, and whether that holds back, at NOW and 60 seconds allowed."""
    chance = random.Random(7)
    for _ in range(300):
        figures = HookFigures("copy", opening=SEALED, looked=chance.random() < 0.9)
        ages = [chance.choice([None, 5, 30, 59, 61, 5000]) for _ in range(2)]
        times = [None if age is None else NOW - timedelta(seconds=age) for age in ages]
        figures.oldest_at, figures.blocked_at = times
        oldest = max((age for age in ages if age is not None), default=0)
        yield not figures.looked or oldest > 60, figures


@pytest.mark.parametrize("control", [False, True])
def test_the_oldest_record_decides(control: bool) -> None:
    """The control forgets what was refused, and must be found."""
    found = 0
    for late, figures in histories():
        if control:
            figures.blocked_at = None
        age = figures.age_s(NOW)
        found += Wait(60).is_too_long(figures, LogHead(0, b""), age_s=age, now_s=0) != late
    assert (found > 0) == control
