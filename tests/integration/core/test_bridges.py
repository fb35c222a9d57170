"""What callers rely on of a Bridge, asked of the threads and of each that tests use instead."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from threading import Event
from typing import Any

import pytest

from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.ports import Bridge
from onrecord.core.threads import Threads
from tests.integration.chat.test_positions import CountedReaders
from tests.integration.clients.test_reset_steps import Gate, GatedBridge
from tests.integration.core.test_auditor import OftenBusy
from tests.integration.rooted import at_once
from tests.integration.sign_in.test_locked_out import Counted
from tests.rig.patience import SECONDS as PATIENCE

GONE = NotFound("no_such_conversation", "There is no such conversation.")


def fail() -> None:
    raise GONE


async def returns_what_the_function_does(bridge: Bridge) -> None:
    assert await bridge(divmod, 7, 2) == (3, 1)
    assert await bridge(int, "11", base=2) == 3


async def raises_what_the_function_does_and_goes_on(bridge: Bridge) -> None:
    with pytest.raises(NotFound) as raised:
        await bridge(fail)
    assert raised.value is GONE
    assert await bridge(abs, -1) == 1


async def gives_each_of_several_its_own(bridge: Bridge) -> None:
    assert await asyncio.gather(*(bridge(abs, -each) for each in range(5))) == [*range(5)]


async def ends_the_wait_of_who_is_cancelled_and_goes_on(bridge: Bridge) -> None:
    begun, free = Event(), Event()

    def held() -> None:
        begun.set()
        assert free.wait(PATIENCE)

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(bridge(held))
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        waiting.cancel()
        await asyncio.wait([waiting], timeout=PATIENCE)
        cancelled = waiting.cancelled()
        free.set()
    assert cancelled
    assert await bridge(abs, -1) == 1


async def says_busy_and_calls_nothing(bridge: Bridge) -> None:
    called = Event()
    with pytest.raises(Unavailable) as refused:
        await bridge(called.set)
    assert "busy" in refused.value.code
    await asyncio.sleep(0)
    assert not called.is_set()


Promise = Callable[[Bridge], Awaitable[None]]
OF_ALL: tuple[Promise, ...] = (
    returns_what_the_function_does,
    raises_what_the_function_does_and_goes_on,
    gives_each_of_several_its_own,
)


@pytest.fixture
def readers() -> Iterator[Threads]:
    threads = Threads(threads=2)
    yield threads
    threads.close()


@pytest.fixture
def full() -> Iterator[Threads]:
    """Threads that have no room."""
    threads = Threads(threads=1, waiting=-1)
    yield threads
    threads.close()


def refusing(readers: Bridge) -> Bridge:
    gate = Gate()
    gate.armed, gate.faults = True, {0: "refused"}
    return GatedBridge(gate, readers)


WAITING: dict[str, Callable[[Threads], Bridge]] = {
    "threads": lambda readers: readers,
    "to_thread": lambda _: asyncio.to_thread,
    "counted": CountedReaders,
    "counted hashes": Counted,
    "gated": lambda readers: GatedBridge(Gate(), readers),
}


@pytest.mark.parametrize("made", WAITING)
def test_what_waits_for_a_thread_keeps_what_callers_rely_on(readers: Threads, made: str) -> None:
    for promise in (*OF_ALL, ends_the_wait_of_who_is_cancelled_and_goes_on):
        asyncio.run(held_to(promise, WAITING[made](readers)))


def test_what_calls_at_once_keeps_it_too_and_nobody_waits() -> None:
    for promise in OF_ALL:
        asyncio.run(held_to(promise, at_once))


def test_what_has_no_room_says_so_and_calls_nothing(readers: Threads, full: Threads) -> None:
    bridges: tuple[Bridge, ...] = (full, OftenBusy(), refusing(readers))
    for bridge in bridges:
        asyncio.run(held_to(says_busy_and_calls_nothing, bridge))


async def held_to(promise: Promise, bridge: Bridge) -> None:
    await promise(bridge)


class Broken:
    """Breaks one promise."""

    def __init__(self, how: str, readers: Threads) -> None:
        self.how, self.readers = how, readers
        self.answers: list[Any] = []

    async def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if self.how == "forgets arguments":
            kwargs.clear()
        try:
            self.answers.append(await self.readers(function, *args, **kwargs))
        except NotFound as error:
            if self.how == "words errors anew":
                raise NotFound("gone", "Gone.") from error
            raise
        except asyncio.CancelledError:
            if self.how != "swallows cancelling":
                raise
            return None
        if self.how == "calls before it refuses":
            raise Unavailable("busy", "Too late.")
        return self.answers[0 if self.how == "gives the first to all" else -1]


@pytest.mark.parametrize(
    ("how", "broken"),
    [
        ("forgets arguments", returns_what_the_function_does),
        ("words errors anew", raises_what_the_function_does_and_goes_on),
        ("gives the first to all", gives_each_of_several_its_own),
        ("swallows cancelling", ends_the_wait_of_who_is_cancelled_and_goes_on),
        ("calls before it refuses", says_busy_and_calls_nothing),
    ],
)
def test_control_a_bridge_that_breaks_a_promise_is_found(
    readers: Threads, how: str, broken: Promise
) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(held_to(broken, Broken(how, readers)))
