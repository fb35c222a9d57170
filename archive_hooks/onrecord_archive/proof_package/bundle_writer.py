"""Writes a bundle: a directory, or one file in which the same files lie uncompressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.proof_package.bundle import (
    AUDIT,
    BUNDLE,
    NOTES,
    SCHEMA,
    BundleRecord,
    Slice,
    SliceCheck,
    check_audit,
    check_notes,
    listed_files,
    transcript_record,
)
from onrecord_archive.proof_package.bundle_manifest import (
    README_TEXT,
    BundleTally,
    encode_schema,
    manifest_of,
    page_of,
)
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    POLICY,
    README,
    TRANSCRIPT,
    record_leaf,
)
from onrecord_archive.proof_package.writing import Content, PackageWriter, Progress, no_files


class BundleWriter(PackageWriter):
    """Writes one bundle. The same input gives the same bytes."""

    def __init__(self, target: Path, slice_: Slice, checkpoint: bytes, policy: Policy) -> None:
        """Take what the bundle is of; raises NotVerified for a checkpoint of another log."""
        super().__init__(target, policy)
        self._slice = slice_
        self._checkpoint = checkpoint
        self._head: Checkpoint = policy.open(checkpoint)
        self._counts = BundleTally()

    def write(
        self,
        records: Iterable[BundleRecord],
        audit: Sequence[BundleRecord],
        progress: Progress = lambda count: None,
        content: Content = no_files,
        notes: Iterable[BundleRecord] = (),
    ) -> None:
        """Write everything; the target appears whole or not at all.

        `records` come by archive_index; `audit` are the case's access records up to the export's;
        `content` gives the files that they list; `notes`, asked for once the records are through,
        are what was noted about them, by archive_index. Raises BadFormat if they are not what the
        slice names, a note is about nothing here, or a file is not what its record says;
        WriteFailed, and what `content` raises.
        """
        check_audit(self._slice, audit)
        with self._or_nothing():
            self._begin()
            self._write(self._lines(records, content), audit, notes, progress)
            self._finish()

    def _lines(self, records: Iterable[BundleRecord], content: Content) -> Iterator[bytes]:
        """Yield each record's line; what it lists is written before."""
        check = SliceCheck(self._slice)
        for record in in_order(records):
            leaf = record_leaf(record)
            said = transcript_record(record)
            self._counts.add(record, leaf, said)
            names = self._counts.names
            files = [(names[file["sha256"]], file) for file in listed_files(said)]
            keys = (said.kept or {}).get("blob_keys", {})
            self._put_files(record.archive_index, files, keys, content)
            check.add(leaf)
            yield BUNDLE.encode(record)
        check.finish()

    def _write(
        self,
        lines: Iterable[bytes],
        audit: Sequence[BundleRecord],
        notes: Iterable[BundleRecord],
        progress: Progress,
    ) -> None:
        with self._put_records(lines, progress) as shown:
            noted = list(in_order(notes))
            self._put(NOTES, (BUNDLE.encode(record) + b"\n" for record in noted))
            self._put(AUDIT, (BUNDLE.encode(record) + b"\n" for record in in_order(audit)))
            self._put(CHECKPOINT, (self._checkpoint,))
            self._put(POLICY, (self._policy.encode().encode(),))
            self._put(README, (README_TEXT.encode(),))
            self._put(SCHEMA, (encode_schema(),))
            check_notes((str(record.shown["event_id"]) for record in shown), noted)
            said = [transcript_record(record) for record in noted]
            self._put(TRANSCRIPT, page_of(shown, said, self._slice, self._head))
        beside = audit, noted
        manifest = manifest_of(self._slice, self._head, self._counts, beside, self._files)
        self._put(MANIFEST, (manifest,))


def in_order(records: Iterable[BundleRecord]) -> Iterable[BundleRecord]:
    """Yield the records; raises BadFormat unless each has a higher archive_index than before."""
    last = -1
    for record in records:
        if record.archive_index <= last:
            raise BadFormat(f"record {record.archive_index} comes after {last}")
        last = record.archive_index
        yield record
