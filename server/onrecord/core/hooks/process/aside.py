"""A thread for what may block as long as it likes: looking at a path of a share that hangs, say.

The event loop never waits for it, nor does the end of the server.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Makes calls one after the other in a thread of its own."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        Thread(target=self._run, name=name, daemon=True).start()

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns, or raise what it raises.

        Cancelling stops the wait, and the call too unless it has begun.
        """
        return await asyncio.wrap_future(self._put(function, *args, **kwargs))

    def within(
        self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what *function* returns, or raise what it raises. Blocks. Raises TimeoutError."""
        return self._put(function, *args, **kwargs).result(seconds)

    def close(self) -> None:
        """End the thread after the calls that wait."""
        self._calls.put(None)

    def _put(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  # whoever waits gets it
                future.set_exception(error)

        self._calls.put(call)
        return future

    def _run(self) -> None:
        while call := self._calls.get():
            call()
