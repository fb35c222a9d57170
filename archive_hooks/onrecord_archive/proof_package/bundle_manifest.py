"""The manifest and the fixed files of a bundle; each follows from everything else in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from onrecord_archive.events.record_schema import kept_schema, shown_schema
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.published import PUBLISHED
from onrecord_archive.format.record import MAX_INTEGER
from onrecord_archive.proof_package.bundle import (
    FORMAT,
    BundleRecord,
    Range,
    Slice,
    listed_files,
    transcript_record,
)
from onrecord_archive.proof_package.package import (
    Object,
    Sizes,
    Tally,
    encode_manifest,
    pretty,
    record_leaf,
)
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.transcript import Record, build_transcript

PUBLISHED_SCHEMAS: Final = PUBLISHED.schemas
"""SHA-256 (hex) of every records.schema.json that bundles of this format were made with."""

EACH: Final = (
    "Each record is in the archive at its archive_index: its proof leads to the checkpoint.",
    "The checkpoint is signed by every key of the policy.",
    "Each record says what the archive has of it: its text, names and times are unchanged.",
    "The access records of the case are complete up to the export of this bundle.",
    "Each note is a record of the stream `policy` about one of the records.",
)
RANGE: Final = (
    "The range is complete: between its first and its last number no record is missing.",
)
SEARCH: Final = ("Of a conversation, records that did not match the search are not contained.",)
NOT: Final = (
    "That the checkpoint is the newest: compare it with one that you hold from another source.",
    "That people are who the firm's directory says they are.",
    "That the firm's rules noted nothing else about these records.",
)
NOT_RANGE: Final = ("That nothing was said before the first number or after the last one.",)
NOT_SEARCH: Final = ("That the search found everything that it could have found.",)

README_TEXT: Final = """\
OnRecord export
===============

This folder holds records from a firm's chat archive, with proof.

  transcript.html      to read or print; it needs no network
  records.jsonl        the same records for machines: one JSON object a line
  records.schema.json  the JSON Schema (2020-12) of those lines
  file-...             files that the records list, by the SHA-256 of their bytes
  audit.jsonl          who looked at what in this case, in the same form
  notes.jsonl          what the firm's rules noted about these records, in the same form
  manifest.json        what was asked for, counts, hashes, and what this proves and does not
  checkpoint           the archive's signed head
  policy               the archive's public keys

To check it, offline, with Python 3.11 or newer, take the verifier from the firm's own release of
OnRecord, a file onrecord-VERSION.whl. Install that file, never a package of this name from an
index: it may be anybody's.

  pip install ./onrecord-VERSION.whl
  python -m onrecord_archive.verify_bundle THIS_FOLDER --policy POLICY_FILE

Take POLICY_FILE from the firm by another way than this folder came to you: whoever could change
this folder could change its `policy` as well.

A record's line, and how it is proved by hand:

  leaf     what the archive's tree commits to; its hash is SHA-256(0x00 || leaf as RFC 8785 JSON)
  proof    followed by the bytes of `checkpoint`, this is a C2SP tlog-proof
  shown    what the members of the conversation saw;  kept: what only compliance sees
  salts    leaf.pt = SHA-256("onrecord/pt/v1" || 0x00 || SHA-256(salt_s || shown)
           || SHA-256(salt_k || kept)), both objects as RFC 8785 JSON
"""


class BundleTally(Tally):
    """Counts records as they go by, and where in their streams they are."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self._streams: dict[str, list[int]] = {}

    def add(self, record: BundleRecord, leaf: RecordLeaf, said: Record) -> None:
        """Count one record."""
        self.take(record.archive_index, leaf.type, listed_files(said), gone=record.content is None)
        place = self._streams.setdefault(leaf.stream, [leaf.conv_seq, leaf.conv_seq, 0])
        place[1] = leaf.conv_seq
        place[2] += 1

    def streams(self) -> list[Object]:
        """Return the first number, the last and how many there are of each stream."""
        return [
            {"stream": stream, "first": first, "last": last, "count": count}
            for stream, (first, last, count) in sorted(self._streams.items())
        ]


def _counted(records: Iterable[BundleRecord]) -> Object:
    counted = BundleTally()
    for record in records:
        counted.add(record, record_leaf(record), transcript_record(record))
    return counted.encode() | {"streams": counted.streams()}


def manifest_of(
    slice_: Slice,
    head: Checkpoint,
    records: BundleTally,
    beside: tuple[Sequence[BundleRecord], Sequence[BundleRecord]],
    files: Sizes,
) -> bytes:
    """Return manifest.json; `beside` are the access records and the notes.

    `files` are size and SHA-256 (hex) of every other file by name.
    """
    is_range = isinstance(slice_.what, Range)
    audit, notes = beside
    export = transcript_record(audit[-1]).shown
    return encode_manifest(
        head,
        files,
        format=FORMAT,
        slice=msgspec.to_builtins(slice_),
        slice_sha256=slice_.sha256(),
        export={name: export.get(name) for name in ("event_id", "at", "actor")},
        records=records.encode(files) | {"streams": records.streams()},
        audit=_counted(audit),
        notes=_counted(notes),
        proves=[*EACH, *(RANGE if is_range else ())],
        does_not_prove=[*(NOT_RANGE if is_range else (*SEARCH, *NOT_SEARCH)), *NOT],
    )


def page_of(
    records: Iterable[Record], notes: Iterable[Record], slice_: Slice, head: Checkpoint
) -> Iterable[bytes]:
    """Yield transcript.html, which follows from records, notes, slice and checkpoint."""
    cover = Cover(head.origin, head.size, head.root.hex(), slice_.case)
    transcript = build_transcript(records, notes)
    pieces = render_transcript(transcript, language=slice_.language, cover=cover)
    return (piece.encode() for piece in pieces)


def encode_schema() -> bytes:
    """Return records.schema.json: the form of a line of records, audit and notes.jsonl."""
    hex32 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    shown, kept = shown_schema(), kept_schema()
    schema: dict[str, Any] = {
        "$schema": shown.pop("$schema"),
        "title": "One record of an OnRecord bundle",
        "type": "object",
        "properties": {
            "archive_index": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            "leaf": {"type": "object", "required": ["ct", "kind", "pt", "stream"]},
            "proof": {"type": "string", "pattern": "^c2sp\\.org/tlog-proof@v1\n"},
            "shown": shown,
            "kept": {name: value for name, value in kept.items() if name != "$schema"},
            "salt_s": hex32,
            "salt_k": hex32,
        },
        "required": ["archive_index", "leaf", "proof"],
        "dependentRequired": {
            "shown": ["kept", "salt_s", "salt_k"],
            "kept": ["shown", "salt_s", "salt_k"],
        },
        "additionalProperties": False,
    }
    return pretty(schema)
