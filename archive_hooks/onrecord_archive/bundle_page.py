"""The page of a bundle: the same bytes for who writes it and who checks it."""

from collections.abc import Iterable

from onrecord_archive.bundle import Slice
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.transcript import Record, build_transcript


def page_of(
    records: Iterable[Record], notes: Iterable[Record], slice_: Slice, head: Checkpoint
) -> Iterable[bytes]:
    """Yield transcript.html, which follows from records, notes, slice and checkpoint."""
    cover = Cover(head.origin, head.size, head.root.hex(), slice_.case)
    transcript = build_transcript(records, notes)
    pieces = render_transcript(transcript, language=slice_.language, cover=cover)
    return (piece.encode() for piece in pieces)
