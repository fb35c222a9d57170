"""How far a verification is: one line on stderr, at a terminal only.

Plain characters, without a library: an auditor's machine has this package alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

Advance: TypeAlias = Callable[[int, int], None]
"""Told (entries checked, all entries)."""

EACH: Final = 256
"""Entries from one word of progress to the next."""


def unseen(done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def at_terminal() -> Iterator[Advance]:
    """Write over one line while the block runs, and clear it; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield unseen
        return
    try:
        yield _write
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _write(done: int, total: int) -> None:
    share = 100 * done // total if total else 100
    sys.stderr.write(f"\rChecked {done:,} of {total:,} entries ({share} %)\x1b[K")
    sys.stderr.flush()
