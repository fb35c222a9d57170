"""Writes a client's copy: one .zip file, or a directory with the same files."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from onrecord_archive.bundle import BundleRecord, record_leaf
from onrecord_archive.bundle_write import Content, no_files, write_new
from onrecord_archive.bundle_zip import write_zip
from onrecord_archive.copy_extents import StreamCheck, check_extents
from onrecord_archive.copy_format import (
    CHECKPOINT,
    MADE,
    MANIFEST,
    POLICY,
    README,
    RECORDS,
    TRANSCRIPT,
    VERIFY,
    CopyAsked,
    CopyHolds,
    CopyRecord,
    Extent,
    Seen,
    Shown,
    encode_held,
    encode_line,
    prove_held,
    require_below,
    require_made,
    said_of,
    without_unseen,
)
from onrecord_archive.copy_lines import StoredLines
from onrecord_archive.copy_manifest import (
    Tally,
    claims_of,
    encode_manifest,
    readme_of,
    transcript_of,
)
from onrecord_archive.copy_page import verify_page
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, WriteFailed
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.format.seal import Plain

Progress = Callable[[int], None]
"""Told how many records have been written."""
Prove = Callable[[int], tuple[bytes, ...]]
"""Gives the hashes of the proof that an archive_index is in the tree of the checkpoint."""


class CopyWriter:
    """Writes one copy below `target`, which must not exist; a name ending in .zip is a file.

    First it gathers what the copy holds, so that a record of the log can name it; then it writes
    the copy with that record in it. Memory: some hundred bytes a record, whatever it says. The
    same input gives the same bytes.
    """

    def __init__(self, target: Path, copy: CopyAsked, policy: Policy) -> None:
        """Take what it is of; raises BadFormat."""
        check_extents(copy.extents)
        self._target = target
        self._copy = copy
        self._policy = policy
        self._part = target.with_name(f".{target.name}.part")
        self._folder = self._part / "copy"
        self._held = self._part / "held"
        self._files: dict[str, tuple[int, str]] = {}
        self._counts = Tally()
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
        try:
            if self._target.exists():
                raise WriteFailed(f"{self._target} exists")
            self.discard()
            self._folder.mkdir(parents=True)
            digest = self._hold(iter(records), progress)
        except OSError as error:
            self.discard()
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error
        except BaseException:
            self.discard()
            raise
        files = tuple(sorted(digest for _, digest in self._files.values()))
        copy = self._copy
        return CopyHolds(copy.person, copy.language, copy.extents, copy.until, digest, files)

    def _hold(self, records: Iterator[BundleRecord], progress: Progress) -> str:
        """Write each line without its proof; return their SHA-256."""
        digest = sha256()
        with self._held.open("xb") as file:
            for record in self._seen(records):
                line = encode_held(record) + b"\n"
                digest.update(line)
                file.write(line)
                progress(self._counts.count)
        return digest.hexdigest()

    def discard(self) -> None:
        """Remove what was gathered and is not written."""
        shutil.rmtree(self._part, ignore_errors=True)

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
        try:
            head = self._policy.open(checkpoint)
            self._put(MADE, (_made_line(made, holds),))
            self._put(CHECKPOINT, (checkpoint,))
            self._write(holds, head, prove, progress)
            self._finish()
        except OSError as error:
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error
        finally:
            self.discard()

    def _write(self, holds: CopyHolds, head: Checkpoint, prove: Prove, progress: Progress) -> None:
        offsets, end = array("Q"), 0

        def lines() -> Iterator[bytes]:
            nonlocal end
            with self._held.open("rb") as file:
                for held in file:
                    line = prove_held(held[:-1], prove) + b"\n"
                    offsets.append(end)
                    end += len(line)
                    yield line
                    progress(len(offsets))

        self._put(RECORDS, lines())
        self._put(POLICY, (self._policy.encode().encode(),))
        self._put(README, (readme_of(holds),))
        self._put(VERIFY, (verify_page(holds.language),))
        with StoredLines(self._folder / RECORDS, offsets) as stored:
            withheld = self._counts.withheld
            self._put(TRANSCRIPT, transcript_of(stored, holds, head, withheld=withheld))
        claims = claims_of(holds.language)
        manifest = encode_manifest(holds, head, self._counts, self._files, claims)
        self._put(MANIFEST, (manifest,))

    def _seen(self, records: Iterator[BundleRecord]) -> Iterator[CopyRecord]:
        """Yield each record as this person saw it."""
        for _, extents in groupby(self._copy.extents, key=lambda each: each.stream):
            own = list(extents)
            check = StreamCheck(self._copy.person, own)
            for _ in range(_count(own)):
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
        self._put_files(record, made)
        return made

    def _put_files(self, record: BundleRecord, made: CopyRecord) -> None:
        """Write the files of a message that are not there yet."""
        files = (said_of(made) or {}).get("files", ())
        keys = parse_canonical(record.plain.kept).get("blob_keys", {}) if record.plain else {}
        for file in files:
            name, key = self._counts.names[file["sha256"]], keys.get(file["blob_id"])
            pieces = None if name in self._files or key is None else self._content(file, key)
            if pieces is None:
                continue
            self._put(name, pieces)
            if self._files[name] != (file["size"], file["sha256"]):
                raise BadFormat(f"{name} is not what record {made.archive_index} says")

    def _put(self, name: str, pieces: Iterable[bytes]) -> None:
        self._files[name] = write_new(self._folder / name, pieces)

    def _finish(self) -> None:
        if self._target.suffix == ".zip":
            packed = self._part / "copy.zip"
            write_zip(packed, self._folder)
            packed.rename(self._target)
        else:
            self._folder.rename(self._target)


def _count(extents: Iterable[Extent]) -> int:
    return sum(each.last - each.first + 1 for each in extents)


def _made_line(made: BundleRecord, holds: CopyHolds) -> bytes:
    """Return copy-made.json; raises BadFormat."""
    if (plain := made.plain) is None:
        raise BadFormat("the record of the copy has no content")
    require_made(record_leaf(made), parse_canonical(plain.shown), holds)
    shown = Shown(plain.shown, plain.salt_s, sha256(plain.salt_k + plain.kept).digest())
    return encode_line(CopyRecord(made.archive_index, made.leaf, made.proof, shown)) + b"\n"


def _as_seen(record: BundleRecord, leaf: RecordLeaf, check: StreamCheck) -> CopyRecord:
    plain: Plain | None = record.plain
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
