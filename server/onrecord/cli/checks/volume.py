"""Does the archive's volume keep what it promises? fsync, link and flock, tried for real."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from onrecord.cli.checks.finding import Finding, failed, ok, warning

LITTLE_SPACE = 1024**3
"""Bytes below which an operator is told: at 500 bytes a message, about two million messages."""
_TRY_LOCK = """
import fcntl, sys
with open(sys.argv[1], "rb") as file:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(10)
"""
_LOCKED = 10


def check_volume(directory: Path) -> list[Finding]:
    """Try fsync, link and flock in the archive's directory, and look at the room that is left."""
    if not directory.is_dir():
        return [failed("volume", f"{directory} does not exist.", "Mount it, or `onrecord init`.")]
    names = [directory / f".doctor-{secrets.token_hex(8)}-{n}" for n in "ab"]
    try:
        problem = _fsync_and_link(*names) or _flock(names[0])
    except OSError as error:
        problem = f"{error.strerror} ({error.filename or directory})"
    finally:
        with suppress(OSError):  # which says nothing new where nothing could be written
            for name in names:
                name.unlink(missing_ok=True)
    if problem:
        advice = "Put the archive on a local or POSIX-conforming volume (ext4, XFS, NFSv4)."
        return [failed("volume", f"{directory}: {problem}.", advice)]
    return [ok("volume", f"{directory}: fsync, link and flock work."), _space(directory)]


def _fsync_and_link(first: Path, second: Path) -> str:
    """Return what is wrong, "" when nothing is."""
    with first.open("xb") as file:
        file.write(b"doctor")
        file.flush()
        os.fsync(file.fileno())
    os.link(first, second)
    folder = os.open(first.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    try:
        os.link(first, second)
    except FileExistsError:
        return "" if second.read_bytes() == b"doctor" else "a linked file has other bytes"
    return "link replaces a file that exists, so records could be overwritten"


def _flock(path: Path) -> str:
    """Return what is wrong: another process must be refused while this one holds the lock."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        other = subprocess.run([sys.executable, "-c", _TRY_LOCK, path], check=False)
    return "" if other.returncode == _LOCKED else "flock does not exclude another process"


def _space(directory: Path) -> Finding:
    free = shutil.disk_usage(directory).free
    detail = f"{free / 1024**3:.1f} GiB are free for the archive."
    if free < LITTLE_SPACE:
        return warning("space", detail, "Make room: without it nothing can be sent.")
    return ok("space", detail)
