"""A copy's manifest and pages: each follows from its records, checkpoint and what it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.language import Language
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.proof_package.own_copy import (
    FORMAT,
    UNNAMED_FORMAT,
    CopyHolds,
    CopyOf,
    CopyRecord,
    Seen,
    said_of,
)
from onrecord_archive.proof_package.package import Object, Sizes, Tally, encode_manifest
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.transcript import Record, build_transcript


class CopyTally(Tally):
    """Counts records as they go by, and of how many the person saw a part."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.withheld = 0

    def add(self, record: CopyRecord, leaf: RecordLeaf) -> None:
        """Count one record."""
        files = (said_of(record) or {}).get("files", ())
        self.take(record.archive_index, leaf.type, files, gone=record.content is None)
        self.withheld += isinstance(record.content, Seen)


Copy = CopyHolds | CopyOf
Claims = Mapping[str, list[str]]
"""What a copy proves and does not prove, as sentences, by their names in the manifest."""


def claims_of(language: Language) -> Claims:
    """Return the sentences of a language."""
    words = words_in(language)
    return {
        "proves": [*words.each("copy.proves")],
        "does_not_prove": [*words.each("copy.does_not_prove")],
    }


def manifest_of(
    copy: Copy, head: Checkpoint, counts: CopyTally, files: Sizes, claims: Claims
) -> bytes:
    """Return manifest.json; `files` are size and SHA-256 (hex) of every other file by name."""
    records: Object = counts.encode(files) | {"withheld": counts.withheld}
    return encode_manifest(
        head,
        files,
        format=FORMAT if isinstance(copy, CopyHolds) else UNNAMED_FORMAT,
        copy=msgspec.to_builtins(copy),
        copy_sha256=copy.sha256(),
        records=records,
        **claims,
    )


def readme_of(copy: Copy) -> bytes:
    """Return README.txt."""
    return words_in(copy.language).text("copy.readme").encode()


def page_of(
    records: Iterable[Record], copy: Copy, head: Checkpoint, *, withheld: int
) -> Iterable[bytes]:
    """Yield transcript.html; `withheld`: of how many records the person saw a part."""
    root = head.root.hex()
    cover = Cover(head.origin, head.size, root, person=copy.person, withholds=withheld > 0)
    pieces = render_transcript(build_transcript(records), language=copy.language, cover=cover)
    return (piece.encode() for piece in pieces)
