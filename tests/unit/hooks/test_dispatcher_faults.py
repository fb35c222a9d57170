"""Broken hooks, hooks that hang, plaintext, damaged and absent storage: nothing moves wrongly."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from onrecord.core.domain.errors import Fatal, NotFound, Unavailable
from onrecord.core.hooks.sight import SEALED, Opening
from onrecord_archive.contract import (
    Delivery,
    Misconfigured,
    Receipt,
    Rejected,
    ReplayFrom,
    Retry,
)
from onrecord_archive.format.errors import Corrupt, Unreadable
from onrecord_archive.format.seal import Plain
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until

PLAINTEXT = Opening("plaintext")

BROKEN: dict[str, Callable[[Sequence[Delivery]], Any]] = {
    "no receipt for 8 entries": lambda batch: [],
    "receipts for entries that it was not given": lambda batch: [Receipt(10_000)],
    "rejected an entry that it was not given": lambda batch: Rejected(archive_index=10_000),
    "a replay from an entry to come": lambda batch: ReplayFrom(10_000),
    "raised ZeroDivisionError": lambda batch: ZeroDivisionError("secret text"),
}


@pytest.mark.parametrize("says", BROKEN)
def test_a_hook_that_breaks_the_contract_moves_nothing_and_is_said_to_the_operator(
    says: str,
) -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = BROKEN[says]
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "misconfigured")
            assert says in only(dispatcher).last_error
            assert "secret" not in only(dispatcher).last_error
            hook.behaviour = lambda batch: None
            await until(lambda: hook.indexes() == stage.records())

    play(scene)


def test_a_hook_that_does_not_answer_is_cancelled_and_tried_again() -> None:
    async def scene(stage: Stage) -> None:
        class Hangs(Played):
            async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
                if len(self.calls) < 2:
                    self.calls.append(batch)
                    await asyncio.sleep(60)
                return await super().deliver(batch)

        hook = Hangs()
        async with stage.running(setting(hook, timeout_s=0.02)):
            await until(lambda: hook.indexes() == stage.records())

    play(scene)


def test_hooks_do_not_wait_for_each_other() -> None:
    async def scene(stage: Stage) -> None:
        down, bad, fine = Played(), Played(), Played()
        down.behaviour = lambda batch: Retry()
        bad.behaviour = lambda batch: Misconfigured()
        hooks = {"down": down, "bad": bad, "fine": fine}
        settings = [setting(hook, name=name) for name, hook in hooks.items()]
        async with stage.running(*settings) as dispatcher:
            await until(lambda: fine.indexes() == stage.records())
            assert [each.hook for each in dispatcher.figures()] == ["bad", "down", "fine"]
        assert [hook.closed for hook in (down, bad, fine)] == [1, 1, 1]

    play(scene)


def test_plaintext_comes_only_after_its_setting_is_on_the_record() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        stage.notes.refuses = 3
        async with stage.running(setting(hook, opening=PLAINTEXT)):
            await until(lambda: hook.calls)
            assert stage.notes.facts() == [sees("plaintext", whole=True)]
            await until(lambda: hook.indexes() == stage.records())
        assert all(e.plaintext == stage.log.plains[e.archive_index] for e in hook.taken)
        async with stage.running(setting(hook, opening=PLAINTEXT)):
            await asyncio.sleep(0.01)
        assert len(stage.notes.commands) == 1, "not again while it stays the same"
        async with stage.running(setting(hook, opening=SEALED)):
            await until(lambda: len(stage.notes.commands) == 2)
        assert stage.notes.facts()[1] == sees("sealed", whole=False)

    play(scene)


def test_where_it_delivers_to_is_on_the_record_before_the_first_delivery_there() -> None:
    async def scene(stage: Stage) -> None:
        first, second = ("directory", "path=/srv/a"), ("directory", "path=/srv/b")
        for destination in (first, first, second):
            hook = Played()
            stage.log.grow(1)
            stage.notes.refuses = 2
            async with stage.running(setting(hook, destination=destination)):
                await until(partial(getattr, hook, "calls"))
                assert stage.notes.facts()[-1] == delivers(destination)
            stage.notes.refuses = 0
        assert stage.notes.facts() == [delivers(first), delivers(second)]

    play(scene)


def test_a_hook_that_the_settings_name_no_more_is_on_the_record_once() -> None:
    async def scene(stage: Stage) -> None:
        there = ("directory", "path=/srv/a")
        async with stage.running(setting(Played(), destination=there, opening=PLAINTEXT)):
            await until(lambda: len(stage.notes.commands) == 2)
        for _ in range(2):
            async with stage.running():
                await until(lambda: len(stage.notes.commands) == 3)
        assert stage.notes.types()[2:] == ["hook.removed"]
        hook = Played()
        async with stage.running(setting(hook, destination=there, opening=PLAINTEXT)):
            await until(lambda: len(stage.notes.commands) == 5)
        assert stage.notes.types()[3:] == ["hook.destination", "hook.plaintext"]

    play(scene)


def delivers(destination: tuple[str, ...]) -> dict[str, object]:
    return {"hook": "copy", "kind": destination[0], "options": destination[1:]}


def sees(how: str, *, whole: bool) -> dict[str, object]:
    """What is on the record of how much the hook sees."""
    return {"hook": "copy", "plaintext": whole, "sees": how, "without": ()}


def test_a_body_that_the_live_store_no_longer_has_comes_sealed_and_is_counted() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        gone = stage.records()[:7]
        stage.bodies.gone = set(gone)
        async with stage.running(setting(hook, opening=PLAINTEXT)) as dispatcher:
            await until(lambda: hook.indexes() == stage.records())
            await until(lambda: only(dispatcher).sealed_only == 7)
        assert [e.archive_index for e in hook.taken if e.plaintext is None] == gone

    play(scene)


def test_without_the_setting_no_body_is_even_read() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        stage.bodies.bodies = refuse  # type: ignore[method-assign]
        async with stage.running(setting(hook)):
            await until(lambda: hook.indexes() == stage.records())
        assert all(entry.plaintext is None for entry in hook.taken)
        assert stage.notes.commands == []

    def refuse(events: object) -> Any:
        raise AssertionError("bodies were read")

    play(scene)


def test_a_stored_body_that_is_not_the_archive_s_stops_the_service() -> None:
    async def scene(stage: Stage) -> None:
        other = Plain(b"{}", bytes(32), b"{}", bytes(32))
        stage.log.plains[stage.records()[4]] = other
        hook = Played()
        with pytest.raises(ExceptionGroup) as caught:
            async with stage.running(setting(hook, opening=PLAINTEXT)):
                await asyncio.sleep(10)
        assert caught.group_contains(Fatal)
        assert hook.closed == 1

    play(scene)


def test_a_damaged_archive_stops_the_service() -> None:
    async def scene(stage: Stage) -> None:
        stage.source.problem = Corrupt("damaged")
        with pytest.raises(ExceptionGroup) as caught:
            async with stage.running(setting(Played())):
                await asyncio.sleep(10)
        assert caught.group_contains(Corrupt)

    play(scene)


@pytest.mark.parametrize("problem", [Unreadable("away"), Unavailable("busy", "Busy.")])
def test_storage_that_does_not_answer_is_waited_for(problem: Exception) -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        stage.source.problem = problem
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "unreadable")
            stage.source.problem = None
            await until(lambda: hook.indexes() == stage.records())
            await until(lambda: only(dispatcher).state == "running")

    play(scene)


def test_only_running_hooks_can_be_replayed_retried_and_pinged() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(setting(Played())) as dispatcher:
            await until(lambda: only(dispatcher).state == "running")
            await dispatcher.ping("copy")
            with pytest.raises(NotFound):
                await dispatcher.ping("other")
            with pytest.raises(NotFound):
                dispatcher.replay("other", 0)
            with pytest.raises(NotFound):
                dispatcher.retry("other")

    play(scene)


def test_nothing_that_was_said_is_in_the_log_lines() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: Misconfigured("Message 1")
        async with stage.running(setting(hook, opening=PLAINTEXT)):
            await until(lambda: len(hook.calls) > 2)

    assert "Message" not in play(scene).lines.getvalue()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (5, "it raised TypeError"),
        ([1, 2], "it returned something else than receipts"),
        (asyncio.CancelledError(), "it raised CancelledError"),
    ],
)
def test_an_answer_that_is_none_is_told_and_ends_nothing(answer: object, said: str) -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        answers: list[object] = [answer] * 3

        async def odd(batch: Sequence[Delivery]) -> Sequence[Receipt]:
            if not answers:
                return [Receipt(entry.archive_index) for entry in batch]
            found = answers.pop()
            if isinstance(found, BaseException):
                raise found
            return found  # type: ignore[return-value]

        hook.deliver = odd  # type: ignore[method-assign]
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).last_error == said)
            await until(lambda: stage.is_done(dispatcher))

    play(scene)
