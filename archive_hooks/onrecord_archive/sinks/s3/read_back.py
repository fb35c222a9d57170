"""Reads back what the bucket of the hook `s3` has: bytes, plaintext, stored files and locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Final

from onrecord_archive.contract import Listed, listing
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Blob, RecordLeaf
from onrecord_archive.sinks.s3.bucket import Bucket, Version, between, newest_of, results_of
from onrecord_archive.sinks.s3.objects import (
    PLAINTEXT,
    RECORDS,
    Retention,
    blob_name,
    parse_plaintext,
    parse_record,
)

_NOTHING: Final = bytes(32)


class Reading:
    """One call of `inventory`."""

    def __init__(self, retention: Retention, pool: Executor) -> None:
        """Take how long records must be locked, and the threads that read."""
        self._retention = retention
        self._pool = pool

    def listed(self, bucket: Bucket, first: int, end: int) -> list[Listed]:
        """Return the entries from `first` to before `end`. Raises HookErrors.

        Each version that is as it must be is listed. The newest version of a record that is not so
        is listed as another: it is what one gets who names no version.
        """
        opened: dict[int, list[Version]] = defaultdict(list)
        for index, version in between(bucket, PLAINTEXT, first, end):
            opened[index].append(version)
        records: dict[tuple[int, str], list[Version]] = defaultdict(list)
        for index, version in between(bucket, RECORDS, first, end):
            records[index, version.name].append(version)
        found = results_of(
            self._pool.submit(self._read, bucket, index, versions, opened.get(index, []))
            for (index, _), versions in records.items()
        )
        return sorted(chain.from_iterable(found), key=lambda each: each.archive_index)

    def _read(
        self, bucket: Bucket, index: int, versions: Sequence[Version], opened: Iterable[Version]
    ) -> list[Listed]:
        """Return one object's versions, the newest first, as they are listed."""
        found = []
        for version in versions:
            try:
                listed = self._read_version(bucket, version, opened)
            except BadFormat:
                if version is versions[0]:
                    found.append(Listed(index, _NOTHING, _NOTHING))
            else:
                found += [listed] if listed is not None else []
        return found

    def _read_version(
        self, bucket: Bucket, version: Version, opened: Iterable[Version]
    ) -> Listed | None:
        """Return a version of a record, None if it is gone. Raises BadFormat if it was changed."""
        stored = bucket.read(version)
        if stored is None:
            return None
        record = parse_record(version.name, stored.content)
        leaf = record.decoded()
        until, blob = self._retention.least(leaf), None
        if not stored.is_locked(until):
            raise BadFormat("its lock ends too early")
        if isinstance(leaf, RecordLeaf):
            for each in newest_of(opened).values():
                _require_opened(bucket, each, leaf, until)
            if isinstance(leaf.blob, Blob):
                blob = _hash_of_blob(bucket, leaf.blob, until)
        return listing(record.archive_index, record.leaf.encode(), record.sealed(), blob)


def _require_opened(bucket: Bucket, version: Version, leaf: RecordLeaf, until: datetime) -> None:
    stored = bucket.read(version)
    if stored is None or not stored.is_locked(until):
        raise BadFormat("its plaintext is gone, or its lock ends too early")
    if parse_plaintext(version.name, stored.content) != leaf.pt:
        raise BadFormat("its plaintext was changed")


def _hash_of_blob(bucket: Bucket, blob: Blob, until: datetime) -> bytes | None:
    """Return SHA-256 of a stored file, None where it is gone or its lock ends too early."""
    version = bucket.newest(blob_name(blob))
    stored = None if version is None else bucket.read(version)
    if stored is None or not stored.is_locked(until):
        return None
    return sha256(stored.content).digest()
