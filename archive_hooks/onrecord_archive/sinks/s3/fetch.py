"""Copies the bucket of the hook `s3` into a folder, for an auditor: each object under its name.

Of each object the newest version with the bytes that its name says is written, so a version that
somebody put on top of it changes nothing; `Fetched` tells what was not as it must be. Plaintext is
left where it is. What the folder has already is not fetched again: an interrupted copy goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from onrecord_archive.contract import HookError
from onrecord_archive.format.errors import Unreadable, WriteFailed
from onrecord_archive.sinks.s3.bucket import Bucket, Stored, Version, results_of
from onrecord_archive.sinks.s3.client import Access
from onrecord_archive.sinks.s3.objects import BLOBS, CHECKPOINTS, RECORDS, has_its_name, is_in

PARTS: Final = (RECORDS, BLOBS, CHECKPOINTS)
"""In this order: the heads that come last cover all records that were listed before."""
_AT_ONCE: Final = 256


@dataclass(slots=True)
class Fetched:
    """How many objects are in the folder now, and what is wrong in the bucket.

    `bad` have no version with the bytes of their name, and are not in the folder; of those in
    `covered` another version lies on top. `unlocked` counts what was fetched now and is not locked
    any more or was never, `until` is the first day on which a lock of what was fetched ends.
    """

    count: int = 0
    bad: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    unlocked: int = 0
    until: datetime | None = None


def fetch(
    access: Access, prefix: str, folder: Path, advance: Callable[[int], None] = lambda done: None
) -> Fetched:
    """Copy all records, files and signed heads; `advance` hears how many objects are there.

    Raises Unreadable where the bucket cannot be read, WriteFailed. Blocks; safe to kill.
    """
    found = Fetched()
    with ThreadPoolExecutor(access.connections, "s3-fetch") as pool:
        try:
            bucket = Bucket(access, prefix)
            try:
                for part in PARTS:
                    _make(folder / part)
                    for some in _batches(bucket, part):
                        _take(bucket, folder, some, found=found, pool=pool)
                        advance(found.count)
            finally:
                bucket.close()
        except HookError as error:
            raise Unreadable(f"{access.bucket}: {error}") from error
    return found


def _batches(bucket: Bucket, part: str) -> Iterator[list[list[Version]]]:
    """Yield each object's versions, the newest first, some objects at a time.

    What has another name than the hook's objects is none of them.
    """
    named = (version for version in bucket.versions(part) if is_in(part, version.name))
    each = (list(same) for _, same in groupby(named, lambda one: one.name))
    while some := list(islice(each, _AT_ONCE)):
        yield some


def _take(
    bucket: Bucket,
    folder: Path,
    objects: Iterable[list[Version]],
    *,
    found: Fetched,
    pool: Executor,
) -> None:
    """Write some objects and note what is wrong with them."""
    wanted = [versions for versions in objects if not _is_there(folder, versions[0].name, found)]
    read = results_of(pool.submit(_newest_whole, bucket, versions) for versions in wanted)
    for versions, (stored, covered) in zip(wanted, read, strict=True):
        name = versions[0].name
        if stored is None:
            found.bad.append(name)
            continue
        found.covered += [name] if covered else []
        _write(folder / name, stored.content)
        found.count += 1
        if stored.until is None or stored.until <= datetime.now(UTC):
            found.unlocked += 1
        else:
            found.until = min(stored.until, found.until or stored.until)


def _newest_whole(bucket: Bucket, versions: Iterable[Version]) -> tuple[Stored | None, bool]:
    """Return the newest version with the bytes of its name, and whether others lie on top."""
    covered = False
    for version in versions:
        stored = bucket.read(version)
        if stored is not None and has_its_name(version.name, stored.content):
            return stored, covered
        covered = True
    return None, covered


def _is_there(folder: Path, name: str, found: Fetched) -> bool:
    """Whether the folder has an object whole; where that is so it is counted."""
    try:
        there = sha256((folder / name).read_bytes()).hexdigest() in name
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error
    found.count += there
    return there


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.rename(target)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error
