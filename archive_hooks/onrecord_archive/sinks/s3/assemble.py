"""Makes an archive of a folder that `fetch` filled, where the hook `s3` got the whole log: offline.

The entries are added to a copy as the hook `replica` adds them, so what is made is an archive that
the verifier, the reader and a restore take, or nothing: its root is the one that the log signed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import BadFormat, NotVerified, WriteFailed
from onrecord_archive.format.layout import BLOBS, CHECKPOINT, CHECKPOINTS, TAILS, TILE, TMP
from onrecord_archive.sinks.entries import Differs
from onrecord_archive.sinks.replica.log import ReplicaLog
from onrecord_archive.sinks.s3.folder import S3Folder

_WINDOW: Final = 256
_BEGUN: Final = frozenset({BLOBS, CHECKPOINTS, TAILS, TILE, TMP})
"""Names in a directory where an archive was begun and has no head yet."""


def assemble(
    folder: S3Folder,
    policy: Policy,
    target: Path,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Make an archive of all entries under a head in `target`; return how many.

    It is the newest head of the folder of which all are there (`S3Folder.go_back`).

    `target` is made if it is not there; one that was begun goes on. Raises BadFormat where that has
    an archive, other files, or was begun with other entries; NotVerified where an entry is missing,
    or they do not give the signed root; Unreadable, InUse, Corrupt, WriteFailed, SyncFailed. Safe
    to kill.
    """
    folder.go_back()
    _require_fit(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error
    size = folder.head.size
    with closing(ReplicaLog(target, policy)) as log:
        if log.size > size:
            raise _unfit(target, f"was begun with {log.size} entries, and here are {size}")
        begun = max(0, min(log.size, size - 1))  # the last comes again: its head is signed then
        first = begun
        while first < size:
            advance(first, size)
            window = folder.deliveries(first, min(first + _WINDOW, size))
            try:
                log.add(window)
            except Differs as error:
                if begun:  # whether these or those are the right ones can't be told
                    raise _unfit(target, f"was begun, and with that {error}") from error
                raise NotVerified("root", str(error), index=first) from error
            first += len(window)
    return size


def _require_fit(target: Path) -> None:
    """Raise BadFormat where something lies in `target` that no archive has, or a whole archive.

    The verifier refuses what belongs to nothing; and a fetched folder would be one no more.
    """
    if (target / CHECKPOINT).exists():
        raise BadFormat(f"{target} has an archive already")
    others = {path.name for path in target.iterdir()} - _BEGUN if target.is_dir() else set()
    if others:
        raise _unfit(target, f"has {min(others)}, which belongs to no archive")


def _unfit(target: Path, why: str) -> BadFormat:
    return BadFormat(f"{target} {why}: name an empty directory")
