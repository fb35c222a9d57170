"""Pauses double up to a limit, carry full jitter, and honour what the destination asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from onrecord.core.hooks.pauses import Pauses
from onrecord_archive.contract import Delivery, Rejected, Retry
from tests.unit.hooks.stage import Played, Stage, play, setting, until

PAUSES = Pauses()


def jittered(random: Callable[[], float]) -> Pauses:
    return replace(PAUSES, random=random)


def test_the_back_off_doubles_up_to_its_limit() -> None:
    longest = [jittered(lambda: 0.999999).after(n, None) for n in (1, 2, 3, 8, 500)]
    assert longest == pytest.approx([0.5, 1.0, 2.0, 60.0, 60.0], rel=1e-3)


def test_the_jitter_is_full() -> None:
    assert jittered(lambda: 0.0).after(5, None) == PAUSES.least
    assert jittered(lambda: 0.5).after(5, None) == pytest.approx(4.0)


def test_what_was_asked_for_is_the_least_and_has_a_limit() -> None:
    assert jittered(lambda: 0.0).after(1, 30.0) == 30.0
    assert jittered(lambda: 0.0).after(1, 1e9) == PAUSES.longest_asked


def test_a_rejected_entry_is_tried_ever_more_rarely_but_always_again() -> None:
    pauses = [jittered(lambda: 1.0).after_rejection(n) for n in (1, 2, 3, 100)]
    assert pauses == [30.0, 60.0, 120.0, 900.0]
    assert jittered(lambda: 0.0).after_rejection(1) == 15.0


@dataclass(frozen=True)
class Noted(Pauses):
    """The pauses as they are, noted; nobody waits as long."""

    waits: list[float] = field(default_factory=list)

    def after(self, failures: int, retry_after: float | None) -> float:
        self.waits.append(Pauses.after(self, failures, retry_after))
        return 0.001


def test_each_pause_of_a_hook_that_is_down_is_drawn_anew() -> None:
    async def scene(stage: Stage) -> None:
        hook, pauses, drawn = Played(), Noted(), [0.75, 0.125, 0.5, 0.875]
        left = iter(drawn)
        stage.pauses, stage.random = pauses, lambda: next(left, 0.0)
        hook.behaviour = lambda batch: Retry("connection refused")
        async with stage.running(setting(hook)):
            await until(lambda: len(pauses.waits) >= len(drawn))
        expected = [0.5 * 2**n * chance for n, chance in enumerate(drawn)]
        assert pauses.waits[: len(drawn)] == expected

    play(scene)


def test_each_pause_after_a_refusal_is_drawn_anew() -> None:
    async def scene(stage: Stage) -> None:
        hook, draws, refusals = Played(), list[float](), list[int]()

        def draw() -> float:
            draws.append(0.5)
            return draws[-1]

        def refuse(batch: Sequence[Delivery]) -> Rejected:
            refusals.append(batch[0].archive_index)
            return Rejected("too long", archive_index=batch[0].archive_index)

        hook.behaviour, stage.random = refuse, draw
        async with stage.running(setting(hook)):
            await until(lambda: refusals.count(refusals[0]) > 2 if refusals else False)
        assert len(refusals) - 1 <= len(draws) <= len(refusals)

    play(scene)
