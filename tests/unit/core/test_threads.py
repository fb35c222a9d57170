"""The pool gives back results and errors, and refuses what it cannot take."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.threads import Threads


@pytest.fixture
def readers() -> Iterator[Threads]:
    pool = Threads(threads=1, waiting=1)
    yield pool
    pool.close()


def test_a_result_comes_back(readers: Threads) -> None:
    assert asyncio.run(readers(divmod, 7, 2)) == (3, 1)


def test_an_error_comes_back(readers: Threads) -> None:
    def refuse() -> None:
        raise NotFound("no_such_conversation", "There is no such conversation.")

    with pytest.raises(NotFound):
        asyncio.run(readers(refuse))


def test_a_full_queue_refuses_and_takes_again_when_it_is_free(readers: Threads) -> None:
    free = Event()

    async def fill() -> int:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(readers(free.wait))
            await asyncio.sleep(0)
            with pytest.raises(Unavailable) as refused:
                await readers(abs, -1)
            assert refused.value.code == "busy"
            free.set()
        return await readers(abs, -1)

    assert asyncio.run(fill()) == 1


def test_a_cancelled_wait_gives_its_slot_back(readers: Threads) -> None:
    free = Event()

    async def cancel() -> int:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(readers(free.wait))
            waiting = tasks.create_task(readers(abs, -1))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.sleep(0)
            second = tasks.create_task(readers(abs, -2))
            await asyncio.sleep(0)
            free.set()
            return await second

    assert asyncio.run(cancel()) == 2
