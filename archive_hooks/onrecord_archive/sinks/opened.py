"""A store that a hook opens at the first need and anew after each error, and uses in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from onrecord_archive.contract import HookError, Misconfigured, Retry
from onrecord_archive.errors import ArchiveError, SyncFailed, Unreadable, WriteFailed


class Store(Protocol):
    """What a hook opens; after any error it is closed, and its state is what is on disk."""

    def close(self) -> None:
        """Let go of the files."""


S = TypeVar("S", bound=Store)
T = TypeVar("T")


class Opened(Generic[S]):
    """The store, one caller at a time: a cancelled call goes on in its thread, the next waits."""

    def __init__(self, opening: Callable[[], S]) -> None:
        """Take how it is opened; nothing is opened yet."""
        self._opening = opening
        self._store: S | None = None
        self._turn = Lock()

    async def use(self, act: Callable[[S], T]) -> T:
        """Act on the open store; what goes wrong is raised as a HookError."""
        return await asyncio.to_thread(self._use, act)

    async def close(self) -> None:
        """Close it."""
        await asyncio.to_thread(self.abandon)

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        with self._turn:
            self._close()

    def _use(self, act: Callable[[S], T]) -> T:
        with self._turn:
            try:
                if self._store is None:
                    self._store = self._opening()
                return act(self._store)
            except HookError:
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
