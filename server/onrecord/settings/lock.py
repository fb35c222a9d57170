"""One process at a time owns a data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.domain.errors import RefuseToStart
from onrecord.settings.paths import refuse_root


@contextmanager
def owning(lock: Path) -> Iterator[None]:
    """Hold the data directory's flock. The kernel drops it when the process ends, however.

    Raises RefuseToStart at once: `in_use` when another process holds it, `wrong_user`.
    """
    refuse_root(lock.parent.parent)
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefuseToStart(
                "in_use",
                f"Another process (pid {_holder(descriptor)}) uses {lock.parent.parent}.",
                "Stop it first; a data directory has one owner.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
