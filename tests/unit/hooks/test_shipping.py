"""Nothing can be said while a hook is further behind than the firm allows, where it says so."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.ports import HookSetting
from onrecord.core.hooks.shipping import BEHIND, Shipping
from onrecord.domain.clock import SystemClock
from onrecord.domain.values import SYSTEM, Origin
from onrecord.observability.logs import make_log
from onrecord_archive.contract import Rejected, Retry
from onrecord_archive.events.ids import StreamId
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


def test_nothing_is_said_before_it_is_known_what_waits() -> None:
    stage, hook = Stage(), Played()
    figures = {"copy": HookFigures("copy", plaintext=False)}
    shipping = Shipping(
        [one(hook)],
        figures,
        hold=stage.hold,
        clock=SystemClock(),
        log=make_log(stage.lines, level="debug"),
    )
    assert stage.hold.of(SAID) is BEHIND
    figures["copy"].looked = True
    assert not shipping.is_behind("copy")


class Moment:
    """A clock that stands where it is put."""

    now_ = NOW

    def now(self) -> datetime:
        return self.now_

    def monotonic(self) -> float:
        return 0.0


def histories() -> Iterator[tuple[bool, list[HookFigures]]]:
    """Yield what two hooks are at, and whether that holds back."""
    chance = random.Random(7)
    for _ in range(300):
        hooks = [HookFigures(name, plaintext=False) for name in ("one", "two")]
        late = False
        for figures in hooks:
            figures.looked = chance.random() < 0.9
            ages = [chance.choice([None, 5, 30, 59, 61, 5000]) for _ in range(2)]
            times = [None if age is None else NOW - timedelta(seconds=age) for age in ages]
            figures.oldest_at, figures.blocked_at = times
            oldest = max((age for age in ages if age is not None), default=0)
            late = late or not figures.looked or oldest > 60
        yield late, hooks


@pytest.mark.parametrize("control", [False, True])
def test_the_oldest_record_of_any_hook_decides(control: bool) -> None:
    """The control forgets what was refused, and must be found."""
    found = 0
    for late, hooks in histories():
        stage = Stage()
        if control:
            for figures in hooks:
                figures.blocked_at = None
        Shipping(
            [setting(Played(), name=each.hook, max_unshipped_age_s=60) for each in hooks],
            {each.hook: each for each in hooks},
            hold=stage.hold,
            clock=Moment(),
            log=make_log(stage.lines, level="debug"),
        )
        found += (stage.hold.refusal is not None) != late
    assert (found > 0) == control
