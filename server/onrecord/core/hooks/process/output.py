"""What a hook's process prints: a file of its own, bounded, read no faster than a person writes.

It never gets into the server's log: a hook that has plaintext may print it.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

MOST: Final = 1024 * 1024
"""Bytes of a file; a full one is kept as `NAME.log.1` in the place of the one before."""
AT_ONCE: Final = 32 * 1024
"""Bytes that are read at once."""
PAUSE_S: Final = 0.1
"""After each reading: whoever prints more waits, and delays nobody but itself."""


def keep(source: int, path: Path) -> None:
    """Append what comes from the descriptor `source` to a file, in a thread, until its end."""
    reading = threading.Thread(target=_keep, args=(source, path), name="hook output", daemon=True)
    reading.start()


def _keep(source: int, path: Path) -> None:
    with os.fdopen(source, "rb", buffering=0) as stream:
        while part := stream.read(AT_ONCE):
            with suppress(OSError):  # a full disk: it is not kept, and the hook goes on
                _append(path, part)
            time.sleep(PAUSE_S)


def _append(path: Path, part: bytes) -> None:
    file = os.open(
        path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )
    try:
        os.write(file, part)
        is_full = os.fstat(file).st_size >= MOST
    finally:
        os.close(file)
    if is_full:
        path.replace(path.with_name(f"{path.name}.1"))
