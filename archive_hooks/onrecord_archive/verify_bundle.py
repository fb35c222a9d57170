"""Checks a bundle offline: `python -m onrecord_archive.verify_bundle BUNDLE --policy FILE`.

1. The files are those of a bundle, each in one spelling; a zip file too, to its last byte.
2. `policy` is the policy given, and every key of it has signed `checkpoint`.
3. Each access record and each record: its line, leaf, `shown` and `kept` have one spelling (by
   another's RFC 8785); salts and both objects give the leaf's `pt`; `shown` says what the leaf
   says; the proof leads to the checkpoint; indexes ascend. The text of a recording notice that
   somebody accepted has the SHA-256 that they accepted.
4. The access records are the case's, from number 1 on without a gap, chained by `prev`; the last
   one is the export of exactly this slice.
5. A range has every number from its first to its last, chained by `prev`; each note, verified as
   a record is, is of the stream `policy` and about a record of the bundle.
6. Each further file is one that a record lists, with its SHA-256; and
   transcript.html, manifest.json and README.txt are those that follow; records.schema.json is one
   that this project published.

So every byte follows from something signed, or is compared with something that does. The first
thing that is wrong ends it. Exit status: 0 verified, 1 not verified, 2 could not be checked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from onrecord_archive.bundle import (
    AUDIT,
    CHECKPOINT,
    FILE_NAME,
    FILES,
    MANIFEST,
    NOTES,
    POLICY,
    README,
    RECORDS,
    SCHEMA,
    TRANSCRIPT,
    BundleRecord,
    Range,
    Slice,
    check_audit,
    check_notes,
    check_slice,
    parse_line,
    record_leaf,
    transcript_record,
)
from onrecord_archive.bundle_manifest import FORMAT, PUBLISHED_SCHEMAS, Tally, encode_manifest
from onrecord_archive.bundle_manifest import README as README_TEXT
from onrecord_archive.bundle_page import page_of
from onrecord_archive.bundle_read import (
    BundleFiles,
    read_all_files,
    read_bundle,
    read_lines,
    read_records,
    require_names,
    stated_format,
)
from onrecord_archive.format.checkpoint import Checkpoint, Policy, parse_policy
from onrecord_archive.format.errors import ArchiveError, BadFormat, NotVerified
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.notice_text import require_notice_text
from onrecord_archive.format.proof import TlogProof
from onrecord_archive.format.record import SALT_SIZE, parse_canonical
from onrecord_archive.format.tree import leaf_hash, verify_inclusion
from onrecord_archive.transcript.transcript import Record
from onrecord_archive.verify.leaves import decode_strictly, require_rfc8785, told_otherwise
from onrecord_archive.verify.progress import answer, failed, text_of
from onrecord_archive.verify.recognition import obstacle

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What was verified. `complete` is the range that no record is missing from."""

    origin: str
    size: int
    root: str
    case: str
    records: int
    access_records: int
    notes: int
    without_content: int
    complete: str


def verify_bundle(path: Path, policy: Policy) -> BundleReport:
    """Return what the bundle was verified to hold.

    Raises NotVerified with file and archive_index of the first thing that is wrong, Unreadable.
    """
    files = _in_form("", lambda: read_all_files(path))
    _require_this_format(stated_format(files))
    _in_form("", lambda: require_names(files, FILES, FILE_NAME))
    return _Verification(files, policy).run()


class _Verification:
    """One run: what the steps hand on."""

    def __init__(self, files: BundleFiles, policy: Policy) -> None:
        self._files = files
        self._policy = policy
        self._counts = Tally()
        self._leaves: list[RecordLeaf] = []
        self._shown: list[Record] = []
        self._gone = 0

    def run(self) -> BundleReport:
        """Steps 2 to 6."""
        self._equal(POLICY, self._policy.encode().encode())  # 2
        head = self._policy.open(bytes(self._files[CHECKPOINT]))
        audit = list(self._records(AUDIT, head))  # 3
        for record in self._records(RECORDS, head):
            self._take(record)
        notes = list(self._records(NOTES, head))
        slice_ = self._slice()
        _in_form(AUDIT, lambda: check_audit(slice_, audit))  # 4
        _in_form(RECORDS, lambda: check_slice(slice_, self._leaves))  # 5
        _in_form(NOTES, lambda: check_notes((leaf.event_id for leaf in self._leaves), notes))
        self._check_files()
        noted = [transcript_record(record) for record in notes]
        self._equal(TRANSCRIPT, b"".join(page_of(self._shown, noted, slice_, head)))  # 6
        self._require_published_schema()
        self._equal(README, README_TEXT.encode())
        self._equal(MANIFEST, self._manifest(slice_, head, (audit, notes)))
        what = slice_.what
        return BundleReport(
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
            case=slice_.case,
            records=self._counts.count,
            access_records=len(audit),
            notes=len(notes),
            without_content=self._gone,
            complete=f"{what.stream} {what.first}-{what.last}" if isinstance(what, Range) else "",
        )

    def _records(self, name: str, head: Checkpoint) -> Iterator[BundleRecord]:
        """Yield the records of a file, each verified by itself (step 3)."""
        last = -1
        for number, line in enumerate(_lines(name, self._files[name]), 1):
            try:
                record = parse_line(line)
                require_rfc8785(line, record.archive_index)
                check_record(record, head)
            except BadFormat as error:
                raise NotVerified("form", f"line {number}: {error}", file=name) from error
            except NotVerified as error:
                error.file = name
                raise
            if record.archive_index <= last:
                index = record.archive_index
                raise NotVerified("order", "records are not in order", file=name, index=index)
            last = record.archive_index
            yield record

    def _take(self, record: BundleRecord) -> None:
        leaf, shown = record_leaf(record), transcript_record(record)
        self._counts.add(record, leaf, shown)
        self._gone += record.plain is None
        self._leaves.append(leaf)
        self._shown.append(shown)

    def _slice(self) -> Slice:
        """Return what the manifest names as the slice; the access record vouches for it."""
        try:
            stated = json.loads(bytes(self._files[MANIFEST]))
            return msgspec.convert(stated["slice"], Slice)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotVerified("manifest", "it names no slice", file=MANIFEST) from error

    def _manifest(
        self,
        slice_: Slice,
        head: Checkpoint,
        beside: tuple[Sequence[BundleRecord], Sequence[BundleRecord]],
    ) -> bytes:
        files = {
            name: (len(data), sha256(data).hexdigest())
            for name, data in self._files.items()
            if name != MANIFEST
        }
        return encode_manifest(slice_, head, self._counts.encode(files), beside, files)

    def _check_files(self) -> None:
        """Each file is one that a record lists: its bytes have the SHA-256 that is stated there."""
        listed = {name: digest for digest, name in self._counts.names.items()}
        for name in sorted(self._files.keys() - set(FILES)):
            if name not in listed:
                raise NotVerified("form", "no record lists this file", file=name)
            if sha256(self._files[name]).hexdigest() != listed[name]:
                raise NotVerified("file", "it is not the file that a record lists", file=name)

    def _require_published_schema(self) -> None:
        """By one of these the lines were made; by a weaker one anything would be valid."""
        if sha256(self._files[SCHEMA]).hexdigest() not in PUBLISHED_SCHEMAS:
            raise NotVerified("file", "no schema that this project published", file=SCHEMA)

    def _equal(self, name: str, expected: bytes) -> None:
        if bytes(self._files[name]) != expected:
            raise NotVerified("file", "it is not the one that follows from the rest", file=name)


def _require_this_format(stated: str | None) -> None:
    """Tell a bundle of another version from one that was changed. Raises NotVerified (`format`)."""
    if stated is not None and stated != FORMAT and stated.startswith("onrecord-bundle/"):
        message = f"it was made by another version of this program ({stated}): check it with that"
        raise NotVerified("format", message, file=MANIFEST)


def check_record(record: BundleRecord, head: Checkpoint) -> None:
    """Raise NotVerified unless the record is what its leaf says and its leaf is in the log."""
    index = record.archive_index
    leaf = decode_strictly(record.leaf, index)
    if not isinstance(leaf, RecordLeaf):
        raise NotVerified("leaf", "the leaf is none of a record", index=index)
    hashes = record.proof
    verify_inclusion(leaf_hash(record.leaf), index, head.size, hashes, head.root)
    if record.plain is None:
        return
    plain = record.plain
    shown = require_rfc8785(plain.shown, index)
    require_rfc8785(plain.kept, index)
    if len(plain.salt_s) != SALT_SIZE or len(plain.salt_k) != SALT_SIZE:
        raise NotVerified("content", "a salt has another length", index=index)
    if plain.pt().hex() != leaf.pt:
        raise NotVerified("content", "it is not what the leaf commits to", index=index)
    if (name := told_otherwise(shown, parse_canonical(record.leaf))) is not None:
        raise NotVerified("content", f"`{name}` is another in the leaf", index=index)
    stream = shown.get("stream")
    if not isinstance(stream, dict) or stream.get("id") != leaf.stream:
        raise NotVerified("content", "`stream` is another in the leaf", index=index)
    require_notice_text(shown, index)


def _lines(name: str, data: memoryview) -> Iterator[bytes]:
    try:
        yield from read_lines(data)
    except BadFormat as error:
        raise NotVerified("form", str(error), file=name) from error


def _in_form(name: str, act: Callable[[], T]) -> T:
    """Act, and say which file was wrong where it was."""
    try:
        return act()
    except BadFormat as error:
        raise NotVerified("form", str(error), file=name) from error


def proof_of(path: Path, archive_index: int) -> bytes:
    """Return one record's C2SP tlog-proof, as a file of its own; raises BadFormat."""
    files = read_bundle(path)
    for name in (RECORDS, AUDIT, NOTES):
        for record in read_records(files[name]):
            if record.archive_index == archive_index:
                note = bytes(files[CHECKPOINT])
                return TlogProof(archive_index, record.proof, note).encode()
    raise BadFormat(f"the bundle has no record {archive_index}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checker from the command line; return its exit status."""
    options = _parser().parse_args(arguments)
    if (known := obstacle(options.bundle, "bundle", options.policy)) is not None:
        return answer(options.json, known.answer(), 2)
    try:
        policy = parse_policy(text_of(options.policy))
        report = verify_bundle(options.bundle, policy)
        if options.proof is not None:
            sys.stdout.buffer.write(proof_of(options.bundle, options.proof))
            return 0
    except ArchiveError as error:
        return failed(options.json, error)
    return answer(options.json, {"result": "verified"} | asdict(report), 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onrecord_archive.verify_bundle",
        description="Checks an OnRecord bundle offline, with public keys alone.",
        epilog="Exit status: 0 verified, 1 not verified, 2 could not be checked.",
    )
    add = parser.add_argument
    add("bundle", type=Path, help="the bundle: a directory or a .zip file")
    add("--policy", type=Path, help="the log's public keys, one vkey a line")
    add("--proof", type=int, metavar="INDEX", help="print this record's C2SP tlog-proof")
    add("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
