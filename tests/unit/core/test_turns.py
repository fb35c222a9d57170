"""A background task goes on after what it cannot do, and ends with what nobody can go on after."""

import asyncio

import pytest

from onrecord.core.domain.errors import Fatal, OnRecordError, Unavailable
from onrecord.core.turns import in_turns

BUSY = Unavailable("busy", "Try again.")


def turns(*outcomes: OnRecordError | None) -> list[OnRecordError]:
    """Let a task have these outcomes, then Fatal; return what it was told of."""
    failures: list[OnRecordError] = []
    left = [*outcomes, Fatal("The disk is gone.")]

    async def look() -> None:
        if (outcome := left.pop(0)) is not None:
            raise outcome

    with pytest.raises(Fatal):
        asyncio.run(in_turns(look, every_s=0.0, failed=failures.append))
    assert left == []
    return failures


def test_it_looks_again_whether_it_could_or_not() -> None:
    assert turns(None, BUSY, None, BUSY) == [BUSY, BUSY]


def test_a_fatal_failure_ends_it_and_is_told_to_nobody() -> None:
    assert turns() == []


def test_it_ends_when_it_is_cancelled() -> None:
    async def story() -> int:
        looks = 0

        async def look() -> None:
            nonlocal looks
            looks += 1
            if looks == 2:
                running.cancel()

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(in_turns(look, every_s=0.0, failed=print))
        assert running.cancelled()
        return looks

    assert asyncio.run(story()) == 2
