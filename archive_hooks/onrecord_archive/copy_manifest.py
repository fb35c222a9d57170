"""A copy's manifest and pages: each follows from its records, checkpoint and what it is of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from onrecord_archive.bundle import file_name
from onrecord_archive.copy_format import (
    FORMAT,
    UNNAMED_FORMAT,
    CopyHolds,
    CopyOf,
    CopyRecord,
    Seen,
    said_of,
)
from onrecord_archive.copy_words import WORDS
from onrecord_archive.events.language import Language
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.transcript import Record, build_transcript


class Tally:
    """Counts records as they go by."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.count = 0
        self.without_content = 0
        self.withheld = 0
        self._types: Counter[str] = Counter()
        self._listed: list[dict[str, Any]] = []
        self.names: dict[str, str] = {}
        """What each listed file is called here, by SHA-256: as the first record names it."""

    def add(self, record: CopyRecord, leaf: RecordLeaf) -> None:
        """Count one record."""
        self.count += 1
        self._types[leaf.type] += 1
        self.without_content += record.content is None
        self.withheld += isinstance(record.content, Seen)
        for file in (said_of(record) or {}).get("files", ()):
            self._listed.append({"record": record.archive_index, **file})
            self.names.setdefault(str(file.get("sha256", "")), file_name(file))

    def encode(self, contained: Collection[str] = ()) -> dict[str, Any]:
        """Return the counts as the manifest has them; `contained`: names of files in the copy."""
        places = [(self.names[str(file.get("sha256", ""))], file) for file in self._listed]
        return {
            "count": self.count,
            "files": [{**file, "file": name} for name, file in places if name in contained],
            "files_not_contained": [file for name, file in places if name not in contained],
            "types": dict(sorted(self._types.items())),
            "withheld": self.withheld,
            "without_content": self.without_content,
        }


Copy = CopyHolds | CopyOf
Claims = Mapping[str, list[str]]
"""What a copy proves and does not prove, as sentences, by their names in the manifest."""


def claims_of(language: Language) -> Claims:
    """Return the sentences of a language."""
    words = WORDS[language]
    return {"proves": list(words.proves), "does_not_prove": list(words.does_not_prove)}


def encode_manifest(
    copy: Copy,
    head: Checkpoint,
    counts: Tally,
    files: Mapping[str, tuple[int, str]],
    claims: Claims,
) -> bytes:
    """Return manifest.json; `files` are size and SHA-256 (hex) of every other file by name."""
    manifest = {
        "format": FORMAT if isinstance(copy, CopyHolds) else UNNAMED_FORMAT,
        "copy": msgspec.to_builtins(copy),
        "copy_sha256": copy.sha256(),
        "checkpoint": {"origin": head.origin, "size": head.size, "root": head.root.hex()},
        "records": counts.encode(files),
        **claims,
        "files": [
            {"name": name, "size": size, "sha256": digest}
            for name, (size, digest) in sorted(files.items())
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode() + b"\n"


def readme_of(copy: Copy) -> bytes:
    """Return README.txt."""
    return WORDS[copy.language].readme.encode()


def transcript_of(
    records: Iterable[Record], copy: Copy, head: Checkpoint, *, withheld: int
) -> Iterable[bytes]:
    """Yield transcript.html; `withheld`: of how many records the person saw a part."""
    root = head.root.hex()
    cover = Cover(head.origin, head.size, root, person=copy.person, withholds=withheld > 0)
    pieces = render_transcript(build_transcript(records), language=copy.language, cover=cover)
    return (piece.encode() for piece in pieces)
