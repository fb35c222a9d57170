"""One delivery of the hook `s3`: what a batch's entries become, several streams at a time."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Final

from onrecord_archive.contract import Delivery, HookError, Misconfigured, Receipt, Rejected, Retry
from onrecord_archive.errors import ArchiveError
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.sinks.s3_bucket import Bucket, Version, between, newest_of, results_of
from onrecord_archive.sinks.s3_objects import RECORDS, Retention, checkpoint_of, objects_of

_LONGEST: Final = 30.0
"""Seconds after which no other entry is begun: a batch that never ends would get no receipts."""


class Delivering:
    """One call of `deliver`."""

    def __init__(self, retention: Retention, pool: Executor) -> None:
        """Take how long records are locked, and the threads in which streams are stored."""
        self._retention = retention
        self._pool = pool
        self._is_over = threading.Event()
        self._ends = time.monotonic() + _LONGEST
        self._receipts: list[Receipt] = []
        self._errors: list[HookError] = []

    def give_up(self) -> None:
        """Begin no other entry: nobody waits for the receipts any more."""
        self._is_over.set()

    def store(self, bucket: Bucket, batch: Sequence[Delivery]) -> list[Receipt]:
        """Store a batch; return its receipts, or raise the most urgent HookError with them."""
        if batch and not self._is_over.is_set():
            self._store_streams(bucket, batch)
        receipts = sorted(self._receipts, key=lambda receipt: receipt.archive_index)
        if self._errors:
            error = min(self._errors, key=_urgency)
            error.receipts = tuple(receipts)
            raise error
        return receipts

    def _store_streams(self, bucket: Bucket, batch: Sequence[Delivery]) -> None:
        self._keep_checkpoint(bucket, batch[-1].checkpoint)
        first, end = batch[0].archive_index, batch[-1].archive_index + 1
        there = newest_of(version for _, version in between(bucket, RECORDS, first, end))
        streams: dict[str, list[Delivery]] = defaultdict(list)
        for entry in batch:
            streams[entry.stream].append(entry)
        results_of(
            self._pool.submit(self._store_stream, bucket, entries, there)
            for entries in streams.values()
        )

    def _store_stream(
        self, bucket: Bucket, entries: Sequence[Delivery], there: Mapping[str, Version]
    ) -> None:
        """Store one stream's records in order, up to the first that cannot be."""
        for entry in entries:
            if self._is_over.is_set():
                return
            if self._receipts and time.monotonic() > self._ends:
                self._fail(Retry("it is slow: the rest of the batch comes later"))
                return
            try:
                version = self._store_entry(bucket, entry, there)
            except HookError as error:
                self._fail(error)
                return
            except ArchiveError as error:
                self._fail(Misconfigured(f"{type(error).__name__}: {error}"))
                return
            self._receipts.append(Receipt(entry.archive_index, version.receipt))

    def _fail(self, error: HookError) -> None:
        """Note an error. The store's own ends the attempt; a refused record ends its stream."""
        self._errors.append(error)
        if not isinstance(error, Rejected):
            self._is_over.set()

    def _store_entry(
        self, bucket: Bucket, entry: Delivery, there: Mapping[str, Version]
    ) -> Version:
        """Store an entry's objects; return the version of the last, which is the record's."""
        leaf = decode_leaf(entry.leaf)
        if not isinstance(leaf, RecordLeaf):
            raise Misconfigured(f"entry {entry.archive_index} is no record")
        until = self._retention.until(leaf)
        *others, record = objects_of(entry)
        for each in others:
            newest = bucket.newest(each.name)
            bucket.keep(each, until, newest, entry.archive_index)
        return bucket.keep(record, until, there.get(record.name), entry.archive_index)

    def _keep_checkpoint(self, bucket: Bucket, note: bytes) -> None:
        """Have a note of this size; another signature of the same tree is none the better."""
        checkpoint = checkpoint_of(note)
        size, _, _ = checkpoint.name.partition("-")
        if next(bucket.versions(f"{size}-"), None) is None:
            until = datetime.now(UTC).replace(microsecond=0) + self._retention.longest
            bucket.keep(checkpoint, until, None)


def _urgency(error: HookError) -> int:
    """Order errors: what an operator must see first."""
    return (Misconfigured, Rejected, Retry).index(type(error))
