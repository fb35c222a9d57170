"""Checks a bundle offline, with the log's public keys alone.

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
thing that is wrong ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.proof import TlogProof
from onrecord_archive.format.record import SALT_SIZE
from onrecord_archive.format.strict import require_rfc8785
from onrecord_archive.proof_package.bundle import (
    AUDIT,
    BUNDLE,
    FILES,
    FORMAT,
    NOTES,
    SCHEMA,
    BundleRecord,
    Range,
    Slice,
    check_audit,
    check_notes,
    check_slice,
    transcript_record,
)
from onrecord_archive.proof_package.bundle_manifest import (
    PUBLISHED_SCHEMAS,
    README_TEXT,
    BundleTally,
    manifest_of,
    page_of,
)
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    README,
    RECORDS,
    TRANSCRIPT,
)
from onrecord_archive.proof_package.reading import (
    PackageFiles,
    read_files,
    read_lines,
    stated_format,
)
from onrecord_archive.proof_package.verification import (
    Verification,
    check_content,
    check_leaf,
    files_of,
    in_form,
    require_files,
    require_format,
)
from onrecord_archive.transcript.transcript import Record


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
    files = files_of(path)
    require_format(stated_format(files), FORMAT, "check it with that")
    require_files(files, FILES)
    return _BundleVerification(files, policy).run()


class _BundleVerification(Verification[BundleRecord]):
    """One run: what the steps hand on."""

    def __init__(self, files: PackageFiles, policy: Policy) -> None:
        super().__init__(files, policy, BUNDLE)
        self._counts = BundleTally()
        self._leaves: list[RecordLeaf] = []
        self._shown: list[Record] = []

    def run(self) -> BundleReport:
        """Steps 2 to 6."""
        head = self.head()  # 2
        audit = [record for record, _ in self._in_order(AUDIT, head)]  # 3
        for record, leaf in self._in_order(RECORDS, head):
            self._take(record, leaf)
        notes = [record for record, _ in self._in_order(NOTES, head)]
        slice_ = self.stated("slice", Slice)
        in_form(AUDIT, lambda: check_audit(slice_, audit))  # 4
        in_form(RECORDS, lambda: check_slice(slice_, self._leaves))  # 5
        in_form(NOTES, lambda: check_notes((leaf.event_id for leaf in self._leaves), notes))
        self._check_rest(slice_, head, (audit, notes))  # 6
        what = slice_.what
        return BundleReport(
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
            case=slice_.case,
            records=self._counts.count,
            access_records=len(audit),
            notes=len(notes),
            without_content=self._counts.without_content,
            complete=f"{what.stream} {what.first}-{what.last}" if isinstance(what, Range) else "",
        )

    def _in_order(self, name: str, head: Checkpoint) -> Iterator[tuple[BundleRecord, RecordLeaf]]:
        """Yield the records of a file (step 3), by archive_index."""
        last = -1
        for record, leaf in self.records(name, lambda record: check_record(record, head)):
            index = record.archive_index
            if index <= last:
                raise NotVerified("order", "records are not in order", file=name, index=index)
            last = index
            yield record, leaf

    def _take(self, record: BundleRecord, leaf: RecordLeaf) -> None:
        shown = transcript_record(record)
        self._counts.add(record, leaf, shown)
        self._leaves.append(leaf)
        self._shown.append(shown)

    def _check_rest(
        self,
        slice_: Slice,
        head: Checkpoint,
        beside: tuple[Sequence[BundleRecord], Sequence[BundleRecord]],
    ) -> None:
        self.listed(self._counts, FILES)
        noted = [transcript_record(record) for record in beside[1]]
        self.equal(TRANSCRIPT, b"".join(page_of(self._shown, noted, slice_, head)))
        # By one of these the lines were made; by a weaker one anything would be valid.
        self.published(SCHEMA, PUBLISHED_SCHEMAS)
        self.equal(README, README_TEXT.encode())
        self.equal(MANIFEST, manifest_of(slice_, head, self._counts, beside, self.sizes()))


def check_record(record: BundleRecord, head: Checkpoint) -> RecordLeaf:
    """Return the leaf of a record that is what it commits to, and is in the log.

    Raises NotVerified with the code `leaf`, `inclusion`, `content` or `notice`.
    """
    leaf, plain = check_leaf(record, head), record.content
    if plain is None:
        return leaf
    index = record.archive_index
    shown = require_rfc8785(plain.shown, index)
    require_rfc8785(plain.kept, index)
    if len(plain.salt_s) != SALT_SIZE or len(plain.salt_k) != SALT_SIZE:
        raise NotVerified("content", "a salt has another length", index=index)
    check_content(record, leaf, shown, plain.pt())
    return leaf


def proof_of(path: Path, archive_index: int) -> bytes:
    """Return one record's C2SP tlog-proof, as a file of its own; raises BadFormat."""
    files = read_files(path, FILES)
    for name in (RECORDS, AUDIT, NOTES):
        for record in map(BUNDLE.parse, read_lines(files[name])):
            if record.archive_index == archive_index:
                note = bytes(files[CHECKPOINT])
                return TlogProof(archive_index, record.proof, note).encode()
    raise BadFormat(f"the bundle has no record {archive_index}")
