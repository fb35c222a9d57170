"""What an auditor kept of an archive before a fault."""

from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, parse_checkpoint_text
from onrecord_archive.format.layout import CHECKPOINTS
from onrecord_archive.format.note import parse_note, split_notes
from onrecord_archive.reader.archive import Archive
from tests.rig.installation import Installation


@dataclass(frozen=True)
class Entry:
    """One entry of the archive, sealed as it lies there."""

    index: int
    leaf: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Past:
    """A signed checkpoint, and the bytes under it."""

    checkpoint: Checkpoint
    entries: list[Entry]


def past_of(made: Installation) -> Past:
    """Read it beside the running server. Blocks."""
    root = made.settings.archive.directory
    checkpoint = read_checkpoints(root)[-1]
    return Past(checkpoint, read_entries(root)[: checkpoint.size])


def read_entries(root: Path) -> list[Entry]:
    """Return every entry under the newest checkpoint."""
    return [Entry(entry.index, entry.leaf, entry.body) for entry in Archive(root).entries()]


def read_checkpoints(root: Path) -> list[Checkpoint]:
    """Return each tree head that was ever signed, in order."""
    notes, _ = split_notes((root / CHECKPOINTS).read_bytes())
    return [parse_checkpoint_text(parse_note(note).text) for note in notes]
