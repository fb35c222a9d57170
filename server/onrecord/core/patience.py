"""Work that nobody waits for, and that must not end because something is busy for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from onrecord.core.domain.errors import Unavailable

T = TypeVar("T")
BUSY_S = 1.0


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Return what *work* returns; while it is Unavailable, try again each second.

    Raises what else *work* raises. Cancelling is as safe as *work* is.
    """
    while True:
        try:
            return await work()
        except Unavailable:
            await asyncio.sleep(BUSY_S)
