"""How fast a hook passes entries: over the last minutes, and unknown where nothing tells it."""

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.hooks.pace import SPAN_S, WINDOW_S, Pace
from onrecord_archive.contract import Filter, Misconfigured
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until


def passed(pace: Pace, entries: int, *, first: int, end: int) -> None:
    """Note so many entries at each second from `first` to before `end`."""
    for second in range(first, end):
        pace.note(entries, second)


def test_an_even_pace_is_told_as_it_is() -> None:
    pace = Pace()
    passed(pace, 10, first=0, end=121)
    assert pace.per_minute(120) == 600.0


def test_a_pace_is_unknown_until_two_passes_tell_it() -> None:
    pace = Pace()
    assert pace.per_minute(0) == 0.0
    pace.note(5_000, 7)
    assert pace.per_minute(8) == 0.0
    pace.note(100, 17)
    assert pace.per_minute(17) == 600.0


def test_a_hook_that_has_stopped_slows_down_and_is_then_forgotten() -> None:
    pace = Pace()
    passed(pace, 10, first=0, end=61)
    assert pace.per_minute(60) == 600.0
    assert pace.per_minute(120) == 300.0
    assert pace.per_minute(61 + WINDOW_S) == 0.0


def test_the_last_minutes_alone_count() -> None:
    pace = Pace()
    passed(pace, 1, first=0, end=1_000)
    passed(pace, 50, first=1_000, end=2_000)
    assert pace.per_minute(2_000) == pytest.approx(3_000, rel=SPAN_S / WINDOW_S)


def test_what_is_delivered_again_has_a_pace_of_its_own() -> None:
    pace = Pace()
    passed(pace, 1, first=0, end=200)
    pace.restart()
    assert pace.per_minute(200) == 0.0
    passed(pace, 100, first=200, end=203)
    assert pace.per_minute(202) == 6_000.0


def test_a_hook_is_as_fast_as_its_cursor_moves_whether_or_not_it_gets_the_entries() -> None:
    async def scene(stage: Stage) -> None:
        hook, nothing = Played(batch_size=4), Filter(types=("none.such",))
        async with stage.running(setting(hook, limits=nothing)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            assert hook.taken == []
            assert only(dispatcher).pace.per_minute(SystemClock().monotonic()) > 0

    play(scene)


def test_what_is_delivered_again_is_measured_anew() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played(batch_size=4)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            assert only(dispatcher).pace.per_minute(SystemClock().monotonic()) > 0
            hook.behaviour = lambda batch: Misconfigured("away")
            dispatcher.replay("copy", 0)
            await until(lambda: only(dispatcher).cursor < stage.log.size)
            assert only(dispatcher).pace.per_minute(SystemClock().monotonic()) == 0.0

    play(scene)
