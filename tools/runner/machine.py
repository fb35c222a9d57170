"""What the machine did meanwhile: how long it stood still, what others took of it."""

import os
import resource
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_STEP_SECONDS = 0.25
_STEAL = 8
"""The place of "steal" in the first line of /proc/stat (proc(5)): time that the host took."""


def stolen_seconds() -> float:
    """Seconds of all processors that the host gave to others, since the machine started."""
    return int(Path("/proc/stat").read_text().split()[_STEAL]) / os.sysconf("SC_CLK_TCK")


def processor_seconds() -> float:
    """What took all that ended so far: it tells a machine that was shared from a slow one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watch:
    """While it is open it looks four times a second how late it was woken."""

    def __init__(self) -> None:
        self.longest_stall = 0.0
        self._stolen_before = stolen_seconds()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def stolen(self) -> float:
        """Seconds that the host took since this was made."""
        return stolen_seconds() - self._stolen_before

    def _look(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(_STEP_SECONDS):
            now = time.monotonic()
            self.longest_stall = max(self.longest_stall, now - before - _STEP_SECONDS)
            before = now
