"""One process at a time owns a data directory."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path

from onrecord.app.settings.paths import refuse_root
from onrecord.core.domain.errors import NotNow, RefuseToStart, Unavailable

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux makes another one at each boot (random(4))."""


@contextmanager
def owning(lock: Path) -> Iterator[None]:
    """Hold the data directory's flock. The kernel drops it when the process ends, however.

    Raises at once NotNow (`in_use`) when another process holds it, RefuseToStart (`wrong_user`,
    `data_not_writable`), Unavailable (`storage_full`) where the disk has no room for the lock.
    """
    root = lock.parent.parent
    refuse_root(root)
    with _telling(root):
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotNow(
                "in_use",
                f"Another process (pid {_holder(descriptor)}) uses {root}.",
                "Stop it first; a data directory has one owner.",
            ) from error
        with _telling(root):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _telling(root: Path) -> Iterator[None]:
    """Turn what a volume refuses into what `owning` raises."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            detail = f"The volume of {root} is full."
            raise Unavailable("storage_full", detail) from error
        raise RefuseToStart(
            "data_not_writable",
            f"uid {os.geteuid()} cannot write in {root}: {error.strerror}.",
            "Mount the volume for writing. All in it must belong to the user who runs this.",
        ) from error


@contextmanager
def only_writer(archive: Path) -> Iterator[None]:
    """Hold the archive directory's own flock, for who shares no database with other servers.

    A copy of a data directory has a lock of its own, and may name the same archive. Raises
    RefuseToStart (`archive_in_use`). Where a file system has no such locks, as NFS has none for
    directories, nothing is held.
    """
    descriptor = os.open(archive, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _free(descriptor):
            raise RefuseToStart(
                "archive_in_use",
                f"Another process writes to the archive {archive}.",
                "Stop the server that uses it; its data directory is another one than this.",
            )
        yield
    finally:
        os.close(descriptor)


def _free(directory: int) -> bool:
    """Lock an open directory; False: another process has it."""
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return not isinstance(error, BlockingIOError)
    return True


def name_of_lock(lock: Path) -> str:
    """Name this very file on this boot of this machine: no copy of it has the same name.

    So who holds it knows that the process that held it under that name is gone. Where the system
    does not say which boot it is, every call returns another name.
    """
    found = lock.stat()
    try:
        boot = BOOT.read_text(encoding="ascii").strip()
    except OSError:
        boot = secrets.token_hex(16)
    return f"{boot}/{found.st_dev}/{found.st_ino}"


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
