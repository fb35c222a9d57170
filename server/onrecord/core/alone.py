"""One after the other, where what is looked up must still be so when it is recorded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Lets one at a time work on the same person. Belongs to the event loop of one process.

    Another process is held off by the database alone, which compares what it writes onto.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Wait for whoever works on the same, and let others wait. Cancelling is safe."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            yield
