"""How far a verification is, and what it found: lines that nothing in an archive can steer.

Plain characters, without a library: an auditor's machine has this package alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from onrecord_archive.format.errors import ArchiveError, BadFormat, NotVerified, Unreadable

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


def bytes_of(path: Path) -> bytes:
    """Return what is in a file. Raises Unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def text_of(path: Path) -> str:
    """Return the text in a file. Raises Unreadable, BadFormat."""
    try:
        return bytes_of(path).decode()
    except UnicodeDecodeError as error:
        raise BadFormat(f"{path}: no text") from error


def answer(as_json: bool, found: dict[str, Any], status: int) -> int:
    """Print what was found; return the status. It holds ids, numbers and names alone."""
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return status
    lines = [str(found["result"]).upper()]
    for name, value in found.items():
        if name == "void":
            lines += [
                f"void: {void['file']} byte {void['offset']} +{void['length']}: {void['why']}"
                for void in value
            ]
        elif name == "remarks":
            lines += [f"remark: {remark}" for remark in value]
        elif name != "result" and value not in (None, ""):
            lines.append(f"{name}: {value}")
    sys.stdout.write("\n".join(map(printable, lines)) + "\n")
    return status


def failed(as_json: bool, error: ArchiveError) -> int:
    """Print why it is not verified, or could not be checked; return the status."""
    if not isinstance(error, NotVerified):
        return answer(as_json, {"result": "not checked", "error": str(error)}, 2)
    found = {"result": "not verified", "code": error.code, "error": str(error)}
    return answer(as_json, found | {"file": error.file, "index": error.index}, 1)


def printable(line: str) -> str:
    """Return a line in which what does not print is written as an escape.

    An attacker may have chosen the names of files: one could clear the screen and say VERIFIED.
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in line
    )
