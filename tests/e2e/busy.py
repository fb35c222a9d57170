"""Two processes that want all of the CPU, for a while; they stop by themselves."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 150
BURN = f"""
import time
end = time.monotonic() + {MOST_SECONDS}
while time.monotonic() < end:
    pass
"""


@contextmanager
def busy(processes: int = 2) -> Iterator[None]:
    """Burn CPU until the block ends, and at most MOST_SECONDS."""
    burning = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(processes)]
    try:
        yield
        assert all(process.poll() is None for process in burning), "they stopped too early"
    finally:
        for process in burning:
            process.kill()
            process.wait()
