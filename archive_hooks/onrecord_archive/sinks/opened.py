"""A store that a hook opens at the first need and anew after each error, in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from onrecord_archive.contract import HookError, Misconfigured, Retry
from onrecord_archive.format.errors import ArchiveError, SyncFailed, Unreadable, WriteFailed


class Store(Protocol):
    """What a hook opens; after any error it is closed, and its state is what is on disk."""

    def close(self) -> None:
        """Let go of the files."""


S = TypeVar("S", bound=Store)
T = TypeVar("T")


class Opened(Generic[S]):
    """The store, one call at a time.

    A cancelled call goes on in the thread, and the next one waits for it; a call that is cancelled
    while it waits never begins. A share that hangs holds this thread and no other part's.
    """

    def __init__(self, opening: Callable[[], S], *, reopens: bool = False) -> None:
        """Take how it is opened, and whether anew after a HookError too; nothing is opened yet."""
        self._opening = opening
        self._reopens = reopens
        self._store: S | None = None
        self._thread = ThreadPoolExecutor(1, "hook")

    async def use(self, act: Callable[[S], T]) -> T:
        """Act on the open store; what goes wrong is raised as a HookError."""
        return await self._run(lambda: act(self._open()))

    async def beside(self, act: Callable[[], T]) -> T:
        """Act in the thread without opening the store; errors as of `use`."""
        return await self._run(act)

    async def close(self) -> None:
        """Close it; it may be used again."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        self._thread.submit(self._close).result()

    async def _run(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, act)

    def _open(self) -> S:
        if self._store is None:
            self._store = self._opening()
        return self._store

    def _guarded(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except HookError:
            if self._reopens:
                self._close()
            raise
        except (WriteFailed, SyncFailed, Unreadable) as error:
            self._close()
            raise Retry(str(error)) from error
        except ArchiveError as error:
            self._close()
            raise Misconfigured(f"{type(error).__name__}: {error}") from error
        except OSError as error:
            self._close()
            raise Retry(f"{error.filename}: {error.strerror}") from error

    def _close(self) -> None:
        if self._store is not None:
            store, self._store = self._store, None
            store.close()
