"""One delivery of the hook `s3`: what a batch's entries become, several streams at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime

from onrecord_archive.contract import Delivery, Receipt
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import decode_leaf
from onrecord_archive.format.note import parse_note
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.s3.bucket import (
    Bucket,
    Stored,
    Version,
    between,
    newest_of,
    results_of,
)
from onrecord_archive.sinks.s3.objects import RECORDS, Retention, checkpoint_of, objects_of


class Delivering:
    """One call of `deliver`."""

    def __init__(
        self, retention: Retention, pool: Executor, batch: Sequence[Delivery], call: Call
    ) -> None:
        """Take how long records are locked, and the threads in which streams are stored."""
        self._retention = retention
        self._pool = pool
        self._batch = batch
        self._call = call

    def store(self, bucket: Bucket) -> list[Receipt]:
        """Store the batch; return its receipts, or raise the most urgent HookError with them."""
        batch = self._batch
        if batch and self._call.goes_on():
            self._keep_checkpoint(bucket, batch[-1].checkpoint)
            first, end = batch[0].archive_index, batch[-1].archive_index + 1
            there = newest_of(version for _, version in between(bucket, RECORDS, first, end))
            results_of(
                self._pool.submit(self._store_stream, bucket, entries, there)
                for entries in by_stream(batch).values()
            )
        return self._call.result()

    def _store_stream(
        self, bucket: Bucket, entries: Sequence[Delivery], there: Mapping[str, Version]
    ) -> None:
        """Store one stream's records in order, up to the first that cannot be."""
        with self._call.noting():
            for entry in entries:
                if not self._call.goes_on():
                    return
                version = self._store_entry(bucket, entry, there)
                self._call.took(entry, version.receipt)

    def _store_entry(
        self, bucket: Bucket, entry: Delivery, there: Mapping[str, Version]
    ) -> Version:
        """Store an entry's objects; return the version of the last, which is the entry's own."""
        until = self._retention.until(decode_leaf(entry.leaf))
        *others, record = objects_of(entry)
        for each in others:
            newest = bucket.newest(each.name)
            bucket.keep(each, until, newest, entry.archive_index)
        return bucket.keep(record, until, there.get(record.name), entry.archive_index)

    def _keep_checkpoint(self, bucket: Bucket, note: bytes) -> None:
        """Store the note, locked, unless a locked one that signs the same tree is there.

        One that says something else or is not locked is not ours: the note is stored beside it.
        """
        checkpoint, now = checkpoint_of(note), datetime.now(UTC).replace(microsecond=0)
        size, _, _ = checkpoint.name.partition("-")
        there = newest_of(bucket.versions(f"{size}-"))
        if not any(_has_head(bucket.read(each), note, now) for each in there.values()):
            until = now + self._retention.longest
            bucket.keep(checkpoint, until, there.get(checkpoint.name))


def _has_head(stored: Stored | None, note: bytes, now: datetime) -> bool:
    """Tell whether a stored object is locked and signs what `note` does."""
    if stored is None or not stored.is_locked(now):
        return False
    try:
        return parse_note(stored.content).text == parse_note(note).text
    except BadFormat:
        return False
