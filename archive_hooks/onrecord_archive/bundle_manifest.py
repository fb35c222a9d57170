"""The manifest and the fixed files of a bundle; each follows from everything else in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from onrecord_archive.bundle import (
    BundleRecord,
    Range,
    Slice,
    file_name,
    listed_files,
    record_leaf,
    transcript_record,
)
from onrecord_archive.events.record_schema import kept_schema, shown_schema
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import MAX_INTEGER
from onrecord_archive.transcript.transcript import Record

FORMAT: Final = "onrecord-bundle/3"
"""Raised where transcript.html, manifest.json or README.txt of the same records become others."""
PUBLISHED_SCHEMAS: Final = (
    "eab68a4bf2e98cd5431f9e43a55c5842f22c2ff2e8387d5e632f53c2b9254ec7",
    "0b7340b7287573d1563519ee8355f7f82f1eb55765356bccf794ac7874086f52",
    "3c9370c708ee8aa094cdbd0f6e99101fdf288167b70b4aadd3b35b3db24a0744",
    "8a414acbb6bdbf08df7ab05169e603863775ce386b6084c281986a81694a9612",
)
"""SHA-256 (hex) of every records.schema.json that bundles of this format were made with, the newest
last: a change of the schema adds one and takes none away. A new format begins with the newest."""

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

README: Final = """\
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


class Tally:
    """Counts records as they go by."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.count = 0
        self._types: Counter[str] = Counter()
        self._streams: dict[str, list[int]] = {}
        self._listed: list[dict[str, Any]] = []
        self.names: dict[str, str] = {}
        """What each listed file is called here, by SHA-256: as the first record names it."""
        self._gone = 0

    def add(self, record: BundleRecord, leaf: RecordLeaf, shown: Record) -> None:
        """Count one record."""
        self.count += 1
        self._types[leaf.type] += 1
        self._gone += record.plain is None
        place = self._streams.setdefault(leaf.stream, [leaf.conv_seq, leaf.conv_seq, 0])
        place[1] = leaf.conv_seq
        place[2] += 1
        for file in listed_files(shown):
            self._listed.append({"record": record.archive_index, **file})
            self.names.setdefault(str(file.get("sha256", "")), file_name(file))

    def encode(self, contained: Collection[str] = ()) -> dict[str, Any]:
        """Return the counts as the manifest has them; `contained`: names of files in the bundle."""
        places = [(self.names[str(file.get("sha256", ""))], file) for file in self._listed]
        return {
            "count": self.count,
            "types": dict(sorted(self._types.items())),
            "streams": [
                {"stream": stream, "first": first, "last": last, "count": count}
                for stream, (first, last, count) in sorted(self._streams.items())
            ],
            "without_content": self._gone,
            "files": [{**file, "file": name} for name, file in places if name in contained],
            "files_not_contained": [file for name, file in places if name not in contained],
        }


def tally(records: Iterable[BundleRecord]) -> dict[str, Any]:
    """Return the counts of records."""
    counted = Tally()
    for record in records:
        counted.add(record, record_leaf(record), transcript_record(record))
    return counted.encode()


def encode_manifest(
    slice_: Slice,
    head: Checkpoint,
    records: Mapping[str, Any],
    beside: tuple[Sequence[BundleRecord], Sequence[BundleRecord]],
    files: Mapping[str, tuple[int, str]],
) -> bytes:
    """Return manifest.json; `beside` are the access records and the notes.

    `files` are size and SHA-256 (hex) of every other file by name.
    """
    is_range = isinstance(slice_.what, Range)
    audit, notes = beside
    export = transcript_record(audit[-1]).shown
    manifest = {
        "format": FORMAT,
        "slice": msgspec.to_builtins(slice_),
        "slice_sha256": slice_.sha256(),
        "export": {name: export.get(name) for name in ("event_id", "at", "actor")},
        "checkpoint": {"origin": head.origin, "size": head.size, "root": head.root.hex()},
        "records": records,
        "audit": tally(audit),
        "notes": tally(notes),
        "proves": [*EACH, *(RANGE if is_range else ())],
        "does_not_prove": [
            *(NOT_RANGE if is_range else (*SEARCH, *NOT_SEARCH)),
            *NOT,
        ],
        "files": [
            {"name": name, "size": size, "sha256": digest}
            for name, (size, digest) in sorted(files.items())
        ],
    }
    return _pretty(manifest)


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
    return _pretty(schema)


def _pretty(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
