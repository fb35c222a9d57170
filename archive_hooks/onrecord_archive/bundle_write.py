"""Writes a bundle: a directory, or one file in which the same files lie uncompressed."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from onrecord_archive.bundle import (
    AUDIT,
    CHECKPOINT,
    MANIFEST,
    NOTES,
    POLICY,
    README,
    RECORDS,
    SCHEMA,
    TRANSCRIPT,
    BundleRecord,
    Slice,
    SliceCheck,
    check_audit,
    check_notes,
    encode_line,
    listed_files,
    record_leaf,
    transcript_record,
)
from onrecord_archive.bundle_lines import StoredRecords
from onrecord_archive.bundle_manifest import README as README_TEXT
from onrecord_archive.bundle_manifest import Tally, encode_manifest, encode_schema
from onrecord_archive.bundle_page import page_of
from onrecord_archive.bundle_zip import write_zip
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, WriteFailed
from onrecord_archive.transcript.transcript import Record

Progress = Callable[[int], None]
"""Told how many records have been written."""
Content = Callable[[Mapping[str, Any], str], Iterable[bytes] | None]
"""Gives the plain bytes of a listed file with its key (hex); None: it is left out."""


def no_files(file: Mapping[str, Any], key: str) -> None:
    """Leave every file out."""


class BundleWriter:
    """Writes one bundle below `target`, which must not exist; a name ending in .zip is a file.

    Memory: some hundred bytes a record, whatever it says. The same input gives the same bytes.
    """

    def __init__(self, target: Path, slice_: Slice, checkpoint: bytes, policy: Policy) -> None:
        """Take what the bundle is of; raises NotVerified for a checkpoint of another log."""
        self._target = target
        self._slice = slice_
        self._checkpoint = checkpoint
        self._policy = policy
        self._head: Checkpoint = policy.open(checkpoint)
        self._folder = target.with_name(f".{target.name}.part")
        self._files: dict[str, tuple[int, str]] = {}

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
        try:
            if self._target.exists():
                raise WriteFailed(f"{self._target} exists")
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            try:
                self._write(records, audit, notes, (progress, content))
                self._finish()
            finally:
                shutil.rmtree(self._folder, ignore_errors=True)
        except OSError as error:
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error

    def _write(
        self,
        records: Iterable[BundleRecord],
        audit: Sequence[BundleRecord],
        notes: Iterable[BundleRecord],
        calls: tuple[Progress, Content],
    ) -> None:
        progress, content = calls
        offsets, end = array("Q"), 0
        check = SliceCheck(self._slice)
        counts = Tally()

        def lines() -> Iterable[bytes]:
            nonlocal end
            for record in in_order(records):
                leaf = record_leaf(record)
                said = transcript_record(record)
                counts.add(record, leaf, said)
                self._put_files(said, counts.names, content)
                check.add(leaf)
                line = encode_line(record) + b"\n"
                offsets.append(end)
                end += len(line)
                yield line
                progress(counts.count)

        self._put(RECORDS, lines())
        check.finish()
        noted = list(in_order(notes))
        self._put(NOTES, (encode_line(record) + b"\n" for record in noted))
        self._put(AUDIT, (encode_line(record) + b"\n" for record in in_order(audit)))
        self._put(CHECKPOINT, (self._checkpoint,))
        self._put(POLICY, (self._policy.encode().encode(),))
        self._put(README, (README_TEXT.encode(),))
        self._put(SCHEMA, (encode_schema(),))
        with StoredRecords(self._folder / RECORDS, offsets) as shown:
            check_notes((str(record.shown["event_id"]) for record in shown), noted)
            said = [transcript_record(record) for record in noted]
            self._put(TRANSCRIPT, page_of(shown, said, self._slice, self._head))
        manifest = encode_manifest(
            self._slice, self._head, counts.encode(self._files), (audit, noted), self._files
        )
        self._put(MANIFEST, (manifest,))

    def _put_files(self, record: Record, names: Mapping[str, str], content: Content) -> None:
        """Write the files of a record that are not there yet."""
        keys = (record.kept or {}).get("blob_keys", {})
        for file in listed_files(record):
            name, key = names[file["sha256"]], keys.get(file["blob_id"])
            pieces = None if name in self._files or key is None else content(file, key)
            if pieces is None:
                continue
            self._put(name, pieces)
            if self._files[name] != (file["size"], file["sha256"]):
                raise BadFormat(f"{name} is not what record {record.archive_index} says")

    def _put(self, name: str, pieces: Iterable[bytes]) -> None:
        self._files[name] = write_new(self._folder / name, pieces)

    def _finish(self) -> None:
        if self._target.suffix == ".zip":
            packed = self._folder.with_suffix(".zip")
            write_zip(packed, self._folder)
            packed.rename(self._target)
        else:
            self._folder.rename(self._target)


def write_new(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a file that is not there yet; return its size and SHA-256. Raises OSError."""
    digest, size = sha256(), 0
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def in_order(records: Iterable[BundleRecord]) -> Iterable[BundleRecord]:
    """Yield the records; raises BadFormat unless each has a higher archive_index than before."""
    last = -1
    for record in records:
        if record.archive_index <= last:
            raise BadFormat(f"record {record.archive_index} comes after {last}")
        last = record.archive_index
        yield record
