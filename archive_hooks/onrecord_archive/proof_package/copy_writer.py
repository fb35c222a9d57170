"""Writes a client's copy: one .zip file, or a directory with the same files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.bundle import BundleRecord
from onrecord_archive.proof_package.copy_extents import StreamCheck, check_extents
from onrecord_archive.proof_package.copy_manifest import (
    CopyTally,
    claims_of,
    manifest_of,
    page_of,
    readme_of,
)
from onrecord_archive.proof_package.copy_page import verify_page
from onrecord_archive.proof_package.own_copy import (
    COPY,
    MADE,
    VERIFY,
    CopyAsked,
    CopyHolds,
    CopyRecord,
    Seen,
    Shown,
    require_below,
    require_made,
    said_of,
    without_unseen,
)
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    POLICY,
    README,
    TRANSCRIPT,
    prove_held,
    record_leaf,
)
from onrecord_archive.proof_package.writing import Content, PackageWriter, Progress, no_files

Prove = Callable[[int], tuple[bytes, ...]]
"""Gives the hashes of the proof that an archive_index is in the tree of the checkpoint."""


class CopyWriter(PackageWriter):
    """Writes one copy. The same input gives the same bytes.

    First it gathers what the copy holds, so that a record of the log can name it; then it writes
    the copy with that record in it.
    """

    def __init__(self, target: Path, copy: CopyAsked, policy: Policy) -> None:
        """Take what it is of; raises BadFormat."""
        check_extents(copy.extents)
        super().__init__(target, policy)
        self._copy = copy
        self._held = self._part / "held"
        self._counts = CopyTally()
        self._content: Content = no_files

    def gather(
        self,
        records: Iterable[BundleRecord],
        progress: Progress = lambda count: None,
        content: Content = no_files,
    ) -> CopyHolds:
        """Return what the copy will hold; it lies beside the target until `write` or `discard`.

        `records` are those of the extents, in their order, and need no proofs yet; `content` gives
        the files that messages list. Raises BadFormat if the records are not, or are not what this
        person could see, or a file is another than its record says; WriteFailed. Nothing is left
        where it raises.
        """
        self._content = content
        with self._or_nothing():
            self._begin()
            digest = self._hold(self._seen(iter(records)), progress)
        files = tuple(sorted(digest for _, digest in self._files.values()))
        copy = self._copy
        return CopyHolds(copy.person, copy.language, copy.extents, copy.until, digest, files)

    def _hold(self, records: Iterable[CopyRecord], progress: Progress) -> str:
        """Write each line without its proof; return their SHA-256."""
        digest = sha256()
        with self._held.open("xb") as file:
            for record in records:
                line = COPY.held(record) + b"\n"
                digest.update(line)
                file.write(line)
                progress(self._counts.count)
        return digest.hexdigest()

    def write(
        self,
        holds: CopyHolds,
        made: BundleRecord,
        checkpoint: bytes,
        prove: Prove,
        progress: Progress = lambda count: None,
    ) -> None:
        """Write everything; the target appears whole or not at all.

        `holds` is what `gather` returned, `made` the record that names it, with its proof. Raises
        BadFormat if it names another copy; NotVerified for a checkpoint of another log;
        WriteFailed.
        """
        with self._or_nothing():
            head = self._policy.open(checkpoint)
            self._put(MADE, (_made_line(made, holds),))
            self._put(CHECKPOINT, (checkpoint,))
            self._write(holds, head, prove, progress)
            self._finish()

    def _write(self, holds: CopyHolds, head: Checkpoint, prove: Prove, progress: Progress) -> None:
        with (
            self._held.open("rb") as file,
            self._put_records((prove_held(held[:-1], prove) for held in file), progress) as stored,
        ):
            self._put(POLICY, (self._policy.encode().encode(),))
            self._put(README, (readme_of(holds),))
            self._put(VERIFY, (verify_page(holds.language),))
            withheld = self._counts.withheld
            self._put(TRANSCRIPT, page_of(stored, holds, head, withheld=withheld))
        claims = claims_of(holds.language)
        self._put(MANIFEST, (manifest_of(holds, head, self._counts, self._files, claims),))

    def _seen(self, records: Iterator[BundleRecord]) -> Iterator[CopyRecord]:
        """Yield each record as this person saw it; the files that it lists are written before."""
        for _, extents in groupby(self._copy.extents, key=lambda each: each.stream):
            own = list(extents)
            check = StreamCheck(self._copy.person, own)
            for _ in range(sum(each.count for each in own)):
                record = next(records, None)
                if record is None:
                    raise BadFormat("records are missing")
                yield self._one(record, own[0].stream, check)
            check.finish()
        if next(records, None) is not None:
            raise BadFormat("there are more records than the extents name")

    def _one(self, record: BundleRecord, stream: str, check: StreamCheck) -> CopyRecord:
        leaf = record_leaf(record)
        if leaf.stream != stream:
            raise BadFormat(f"record {record.archive_index} is of another stream")
        require_below(record.archive_index, self._copy.until)
        made = _as_seen(record, leaf, check)
        self._counts.add(made, leaf)
        listed = (said_of(made) or {}).get("files", ())
        files = [(self._counts.names[file["sha256"]], file) for file in listed]
        keys = parse_canonical(record.content.kept).get("blob_keys", {}) if record.content else {}
        self._put_files(record.archive_index, files, keys, self._content)
        return made


def _made_line(made: BundleRecord, holds: CopyHolds) -> bytes:
    """Return copy-made.json; raises BadFormat."""
    if (plain := made.content) is None:
        raise BadFormat("the record of the copy has no content")
    require_made(record_leaf(made), parse_canonical(plain.shown), holds)
    shown = Shown(plain.shown, plain.salt_s, sha256(plain.salt_k + plain.kept).digest())
    return COPY.encode(CopyRecord(made.archive_index, made.leaf, made.proof, shown)) + b"\n"


def _as_seen(record: BundleRecord, leaf: RecordLeaf, check: StreamCheck) -> CopyRecord:
    plain: Plain | None = record.content
    if plain is None:
        check.add(leaf, None)
        return CopyRecord(record.archive_index, record.leaf, record.proof)
    shown = parse_canonical(plain.shown)
    check.add(leaf, shown)
    if check.hides(leaf):
        return CopyRecord(record.archive_index, record.leaf, record.proof)
    kept = sha256(plain.salt_k + plain.kept).digest()
    seen = without_unseen(shown, sees=check.sees(shown), present=check.present)
    content: Shown | Seen = Shown(plain.shown, plain.salt_s, kept)
    if seen != shown:
        content = Seen(canonical(seen), sha256(plain.salt_s + plain.shown).digest(), kept)
    return CopyRecord(record.archive_index, record.leaf, record.proof, content)
