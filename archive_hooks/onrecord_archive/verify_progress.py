"""How far a verification is, and what it found: lines that nothing in an archive can steer.

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


def printable(line: str) -> str:
    """Return a line in which what does not print is written as an escape.

    Names of files are whoever's wrote there: they could clear the screen and say VERIFIED.
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in line
    )


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
