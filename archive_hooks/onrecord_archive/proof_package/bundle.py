"""The bundle: records that left the archive with their proofs, as files that verify offline.

    README.txt           what this is, and how to check it
    audit.jsonl          the case's own access records, in the same form as the records
    file-<sha256>.<end>  a file that a record lists, its plain bytes; .<end> only where it is plain
    checkpoint           the signed head of the log that every proof leads to
    notes.jsonl          what the firm's rules noted about these records, in the same form
    manifest.json        what was asked for, counts, hashes of all files, what this proves
    policy               the log's public keys, one vkey a line
    records.jsonl        one record a line: canonical JSON, see below
    records.schema.json  its JSON Schema (2020-12)
    transcript.html      the records to read or print

A line: {archive_index, leaf, proof, shown, kept, salt_s, salt_k}. `proof` followed by the bytes of
`checkpoint` is the record's C2SP tlog-proof. A record whose content is gone has only the first
three. Lines stand by archive_index. Everything is a pure function of the records and the slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Ordinal, RecordLeaf, StreamId
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    POLICY,
    README,
    RECORDS,
    TRANSCRIPT,
    Named,
    Object,
    Profile,
    ProvedRecord,
    leaf_alone,
    record_leaf,
)
from onrecord_archive.transcript.notes import STREAM as NOTE_STREAM
from onrecord_archive.transcript.notes import Notes, read_note
from onrecord_archive.transcript.transcript import Record

FORMAT: Final = "onrecord-bundle/3"
"""Raised where transcript.html, manifest.json or README.txt of the same records become others."""
AUDIT: Final = "audit.jsonl"
NOTES: Final = "notes.jsonl"
SCHEMA: Final = "records.schema.json"
FILES: Final = (README, AUDIT, CHECKPOINT, MANIFEST, NOTES, POLICY, RECORDS, SCHEMA, TRANSCRIPT)
"""Every file of a bundle but those that its records list."""

SLICE_FACT: Final = "slice"
"""The export's access record carries SHA-256 of the slice's canonical JSON under this name."""

Short = Annotated[str, Meta(max_length=2000)]


class Range(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="range"):
    """Everything in one stream from conv_seq `first` to `last`.

    `asked` is what was asked for in the words of the one who did: dates, names.
    """

    stream: StreamId
    first: Ordinal
    last: Ordinal
    asked: dict[str, Short] = {}


class Search(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="search"):
    """What a search found; `asked` is the query."""

    asked: dict[str, Short]


class Slice(Named, frozen=True, forbid_unknown_fields=True):
    """What a bundle was made of: decided and put on the record before it was made."""

    case: Annotated[str, Meta(min_length=1, max_length=200)]
    language: Language
    what: Range | Search
    v: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class BundleRecord(ProvedRecord[Plain]):
    """A record with all that it says."""


def _members(plain: Plain) -> Object:
    return {
        "shown": parse_canonical(plain.shown),
        "kept": parse_canonical(plain.kept),
        "salt_s": plain.salt_s.hex(),
        "salt_k": plain.salt_k.hex(),
    }


def _content(members: Object) -> Plain:
    salts = bytes.fromhex(members["salt_s"]), bytes.fromhex(members["salt_k"])
    return Plain(canonical(members["shown"]), salts[0], canonical(members["kept"]), salts[1])


BUNDLE: Final = Profile(
    BundleRecord, (frozenset({"shown", "kept", "salt_s", "salt_k"}),), _members, _content
)


def listed_files(record: Record) -> tuple[Mapping[str, Any], ...]:
    """Return the files that a record lists: to members, or (`file.stored`) to compliance."""
    return (*record.shown.get("files", ()), *(record.kept or {}).get("files", ()))


def transcript_record(record: BundleRecord) -> Record:
    """Return a record as the transcript takes it; of one without content what the leaf says."""
    if (plain := record.content) is None:
        return leaf_alone(record)
    return Record(record.archive_index, parse_canonical(plain.shown), parse_canonical(plain.kept))


class SliceCheck:
    """Requires records to be those that a slice names, as they go by in order of archive_index.

    A range has each number from its first to its last, chained by `prev`. Of a search nothing is
    known but that its records are some.
    """

    def __init__(self, slice_: Slice) -> None:
        """Begin before the first record."""
        self._what = slice_.what
        self._last: RecordLeaf | None = None

    def add(self, leaf: RecordLeaf) -> None:
        """Take the next record; raises BadFormat."""
        if isinstance(self._what, Search):
            return
        if leaf.stream != self._what.stream:
            raise BadFormat("the range has records of another stream, or none")
        if self._last is None:
            check_chain((leaf,), first=self._what.first)
        else:
            check_chain((self._last, leaf), first=self._last.conv_seq)
        self._last = leaf

    def finish(self) -> None:
        """Raise BadFormat unless that was all."""
        if isinstance(self._what, Search):
            return
        if self._last is None:
            raise BadFormat("the range has records of another stream, or none")
        if self._last.conv_seq != self._what.last:
            last = self._last.conv_seq
            raise BadFormat(f"the range ends with {last}, not with {self._what.last}")


def check_slice(slice_: Slice, records: Iterable[RecordLeaf]) -> None:
    """Raise BadFormat unless the records are those that the slice names, by archive_index."""
    check = SliceCheck(slice_)
    for leaf in records:
        check.add(leaf)
    check.finish()


def check_audit(slice_: Slice, audit: Sequence[BundleRecord]) -> None:
    """Raise BadFormat unless these are the case's access records, up to the export of this slice.

    They are all there from number 1 on; the last is the export's, and says which slice it was.
    """
    leaves = [record_leaf(record) for record in audit]
    if {leaf.stream for leaf in leaves} != {f"access:{slice_.case}"}:
        raise BadFormat("the access records are of another case, or missing")
    check_chain(leaves, first=1)
    export = transcript_record(audit[-1]).shown.get("payload")
    if not isinstance(export, Mapping) or export.get(SLICE_FACT) != slice_.sha256():
        raise BadFormat("the last access record is not the export of this slice")


def check_notes(events: Iterable[str], notes: Iterable[BundleRecord]) -> None:
    """Raise BadFormat unless each is a note about a record here; `events`: their event_ids."""
    read = []
    for record in notes:
        index = record.archive_index
        if record_leaf(record).stream != NOTE_STREAM:
            raise BadFormat(f"record {index} is of another stream than notes are")
        read.append(read_note(index, transcript_record(record).shown))
    left = {note.archive_index for note in read}
    known = Notes(read)
    for event in events if left else ():
        left.difference_update(note.archive_index for note in known.of(event))
    for index in sorted(left):
        raise BadFormat(f"record {index} is about none of the records here")


def check_chain(leaves: Sequence[RecordLeaf], *, first: int) -> None:
    """Raise BadFormat unless the leaves are one stream's from number `first` on, without a gap."""
    number, prev = first, None
    for leaf in leaves:
        if leaf.conv_seq != number:
            raise BadFormat(f"record {number} of {leaf.stream} is missing")
        if prev is not None and leaf.prev != prev:
            raise BadFormat(f"record {number} of {leaf.stream} does not follow the one before")
        number, prev = number + 1, leaf.pt
