"""A hook attacks its other side first; where something succeeds, nothing is delivered there."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.hooks.orders import HookOrders
from onrecord_archive.contract import Attempt, Misconfigured, Rejected, ReplayFrom, Retry
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until

REFUSED = (Attempt("delete", refused=True, answer="AccessDenied"), Attempt("shorten", refused=True))
ALLOWED = (REFUSED[0], Attempt("shorten", refused=False))


class Attacker(Played):
    """A hook that tells what it is told to tell."""

    def __init__(self, *answers: object) -> None:
        super().__init__()
        self.answers = list(answers)
        self.attacks = 0
        self.taken_before = 0

    async def attack(self) -> Sequence[Attempt]:
        self.attacks += 1
        self.taken_before = max(self.taken_before, len(self.taken))
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]


def test_the_other_side_is_attacked_once_a_start_before_anything_is_delivered() -> None:
    async def scene(stage: Stage) -> None:
        for start in (1, 2):
            hook = Attacker(REFUSED)
            async with stage.running(setting(hook)) as dispatcher:
                await until(lambda: stage.is_done(dispatcher))
                await until(lambda: only(dispatcher).state == "running")
                stage.log.grow(5)
                await until(lambda: stage.is_done(dispatcher))
            assert (hook.attacks, hook.taken_before) == (1, 0)
            assert len(stage.notes.facts()) == start

    stage = play(scene)
    assert stage.notes.facts()[0] == {
        "hook": "copy",
        "refused": ("delete", "shorten"),
        "succeeded": (),
        "answers": ("delete: AccessDenied",),
    }


def test_nothing_is_delivered_while_something_succeeds() -> None:
    async def scene(stage: Stage) -> None:
        hook = Attacker(ALLOWED)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: hook.attacks > 3)
            figures = only(dispatcher)
            assert (figures.state, figures.unprotected) == ("misconfigured", True)
            assert figures.last_error == "the other side allowed: shorten"
            assert hook.calls == []
            hook.answers = [REFUSED]
            await until(lambda: stage.is_done(dispatcher))
            assert not only(dispatcher).unprotected
        refused, allowed = [facts["succeeded"] for facts in stage.notes.facts()], ("shorten",)
        assert refused == [allowed, ()]

    stage = play(scene)
    said = [line["event"] for line in stage.events() if "protected" in line["event"]]
    assert said == ["hook_unprotected", "hook_protected"]


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (Retry("it is away"), "retrying", "it is away"),
        (Misconfigured("no such bucket"), "misconfigured", "no such bucket"),
        (Rejected(archive_index=0), "misconfigured", "attacking, it raised Rejected"),
        (ReplayFrom(0), "misconfigured", "attacking, it raised ReplayFrom"),
        (ZeroDivisionError(), "misconfigured", "it raised ZeroDivisionError"),
        ((), "misconfigured", "it did not tell what it tried"),
        ((1,), "misconfigured", "it did not tell what it tried"),
    ],
)
def test_an_attack_that_cannot_be_made_delivers_nothing(
    answer: object, state: str, error: str
) -> None:
    async def scene(stage: Stage) -> None:
        hook = Attacker(answer)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).last_error == error and hook.attacks > 1)
            assert only(dispatcher).state == state
            assert not hook.calls
            assert not stage.notes.commands
            hook.answers = [REFUSED]
            await until(lambda: stage.is_done(dispatcher))

    play(scene)


def test_a_result_that_cannot_be_recorded_delivers_nothing() -> None:
    async def scene(stage: Stage) -> None:
        stage.notes.refuses = 3
        hook = Attacker(REFUSED)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
        assert (hook.attacks, hook.taken_before) == (4, 0)
        assert len(stage.notes.facts()) == 1

    play(scene)


def test_a_paused_hook_attacks_nothing_until_it_is_resumed() -> None:
    async def scene(stage: Stage) -> None:
        stage.store.state("copy")
        stage.store.set_paused("copy", on=True)
        hook = Attacker(REFUSED)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "paused")
            assert hook.attacks == 0
            orders = HookOrders(dispatcher, recorder=stage.notes, clock=SystemClock())
            await orders.pause(SYSTEM, Origin("token"), "copy", on=False)
            await until(lambda: stage.is_done(dispatcher))
            assert hook.attacks == 1

    play(scene)


def test_an_answer_of_any_length_is_cut_on_the_record() -> None:
    async def scene(stage: Stage) -> None:
        hook = Attacker((Attempt("delete", refused=True, answer="x" * 5000),))
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
        (facts,) = stage.notes.facts()
        answers: Any = facts["answers"]
        assert len(answers[0]) < 250

    play(scene)
