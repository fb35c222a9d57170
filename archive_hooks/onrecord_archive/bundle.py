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

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct, UnsetType

from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Ordinal, RecordLeaf, StreamId, decode_leaf
from onrecord_archive.format.proof import TlogProof, parse_proof
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.transcript.notes import STREAM as NOTE_STREAM
from onrecord_archive.transcript.notes import Notes, read_note
from onrecord_archive.transcript.transcript import Record

AUDIT: Final = "audit.jsonl"
CHECKPOINT: Final = "checkpoint"
MANIFEST: Final = "manifest.json"
NOTES: Final = "notes.jsonl"
POLICY: Final = "policy"
README: Final = "README.txt"
RECORDS: Final = "records.jsonl"
SCHEMA: Final = "records.schema.json"
TRANSCRIPT: Final = "transcript.html"
FILES: Final = (README, AUDIT, CHECKPOINT, MANIFEST, NOTES, POLICY, RECORDS, SCHEMA, TRANSCRIPT)
"""Every file of a bundle but those that its records list."""
FILE_NAME: Final = re.compile(r"file-[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
_ENDING: Final = re.compile(r"[a-z0-9]{1,8}")

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


class Slice(Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle was made of: decided and put on the record before it was made."""

    case: Annotated[str, Meta(min_length=1, max_length=200)]
    language: Language
    what: Range | Search
    v: Literal[1] = 1

    def encode(self) -> bytes:
        """Return its canonical JSON."""
        return canonical(msgspec.to_builtins(self))

    def sha256(self) -> str:
        """Return what the export's access record says, in hex."""
        return sha256(self.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """A record with the hashes of its proof; `plain` is None where its content is gone."""

    archive_index: int
    leaf: bytes
    proof: tuple[bytes, ...]
    plain: Plain | None = None


Object: TypeAlias = dict[str, Any]


def listed_files(record: Record) -> tuple[Mapping[str, Any], ...]:
    """Return the files that a record lists: to members, or (`file.stored`) to compliance."""
    return (*record.shown.get("files", ()), *(record.kept or {}).get("files", ()))


def file_name(file: Mapping[str, Any]) -> str:
    """Return what a listed file is called in a bundle: by its bytes, ending as its name does."""
    end = str(file.get("name", "")).rpartition(".")[2].lower()
    name = f"file-{file.get('sha256', '')}"
    return f"{name}.{end}" if _ENDING.fullmatch(end) else name


def encode_line(record: BundleRecord) -> bytes:
    """Return a record's line, without its newline; raises BadFormat."""
    members: Object = {
        "archive_index": record.archive_index,
        "leaf": parse_canonical(record.leaf),
        "proof": TlogProof(record.archive_index, record.proof, b"").encode().decode(),
    }
    plain = record.plain
    if plain is not None:
        members["shown"] = parse_canonical(plain.shown)
        members["kept"] = parse_canonical(plain.kept)
        members["salt_s"] = plain.salt_s.hex()
        members["salt_k"] = plain.salt_k.hex()
    return canonical(members)


def parse_line(line: bytes) -> BundleRecord:
    """Return the record whose one spelling is `line`; raises BadFormat. Nothing is verified."""
    members = parse_canonical(line)
    sealed = {"archive_index", "leaf", "proof"}
    opened = sealed | {"shown", "kept", "salt_s", "salt_k"}
    if members.keys() not in (sealed, opened):
        raise BadFormat("a line with other members")
    try:
        proof = parse_proof(members["proof"].encode())
        plain = _plain(members) if members.keys() == opened else None
        record = BundleRecord(
            members["archive_index"], canonical(members["leaf"]), proof.hashes, plain
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise BadFormat("a line of another form") from error
    if encode_line(record) != line:
        raise BadFormat("a line in another spelling")
    return record


def _plain(members: Object) -> Plain:
    return Plain(
        canonical(members["shown"]),
        bytes.fromhex(members["salt_s"]),
        canonical(members["kept"]),
        bytes.fromhex(members["salt_k"]),
    )


def record_leaf(record: BundleRecord) -> RecordLeaf:
    """Return the decoded leaf; raises BadFormat if it is none of a record."""
    leaf = decode_leaf(record.leaf)
    if not isinstance(leaf, RecordLeaf):
        raise BadFormat(f"entry {record.archive_index} is no record")
    return leaf


def transcript_record(record: BundleRecord) -> Record:
    """Return a record as the transcript takes it; of one without content what the leaf says."""
    if record.plain is not None:
        shown = parse_canonical(record.plain.shown)
        return Record(record.archive_index, shown, parse_canonical(record.plain.kept))
    leaf = record_leaf(record)
    known: Object = {
        "at": leaf.at,
        "conv_seq": leaf.conv_seq,
        "event_id": leaf.event_id,
        "stream": {"id": leaf.stream},
        "type": leaf.type,
    }
    if not isinstance(leaf.msg_no, UnsetType):
        known["msg_no"] = leaf.msg_no
    return Record(record.archive_index, known)


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
