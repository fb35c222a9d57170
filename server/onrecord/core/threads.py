"""The one bridge from the event loop to what blocks: a small pool with a bounded queue."""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore, get_native_id
from typing import ParamSpec, TypeVar

from onrecord.core.domain.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

RETRY_AFTER_S = 1.0
"""What a caller is told when the queue is full."""


class Threads:
    """Runs blocking functions in `threads` threads; at most `waiting` more calls may queue.

    A full queue refuses at once: better a clear answer now than a late one for everybody.
    *nice*: how far its threads, and those that they start, give way to all others of the process.
    """

    def __init__(
        self, *, threads: int = 4, waiting: int = 256, name: str = "reader", nice: int = 0
    ) -> None:
        self._pool = ThreadPoolExecutor(threads, name, _give_way, (nice,))
        self._slots = BoundedSemaphore(threads + waiting)

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns, or raise what it raises.

        Raises Unavailable (`busy`) when the queue is full. Cancelling stops the wait, and the call
        too unless a thread has begun it; it never stops a call half way.
        """
        if not self._slots.acquire(blocking=False):
            raise Unavailable(
                "busy", "The service is busy. Try again in a moment.", retry_after=RETRY_AFTER_S
            )
        try:
            future = self._pool.submit(function, *args, **kwargs)
        except BaseException:
            self._slots.release()
            raise
        future.add_done_callback(self._free)
        return await asyncio.wrap_future(future)

    def _free(self, _: Future[T]) -> None:
        self._slots.release()

    def close(self) -> None:
        """Wait for the calls that run, drop those that wait, and end the threads. Blocks."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _give_way(nice: int) -> None:
    """Make this thread nicer: on Linux each has a niceness of its own (setpriority(2), "BUGS")."""
    if nice and sys.platform == "linux":
        with suppress(PermissionError):  # a service manager may forbid it
            mine = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, get_native_id(), mine + nice)
