"""The archive's entries as hooks get them: sealed, with the checkpoint that covers them."""

from onrecord.core.hooks.ports import LogHead
from onrecord_archive.contract import Delivery, delivery_of
from onrecord_archive.format.checkpoint import parse_checkpoint_text
from onrecord_archive.format.errors import BadFormat, Corrupt
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.note import parse_note
from onrecord_archive.reader.archive import Archive

MOST_BYTES = 8 * 1024 * 1024
"""Bodies and files in one answer; one entry may exceed it alone."""


class ArchiveSource:
    """Reads the archive's directory. Every method blocks.

    Raises onrecord_archive's Unreadable (try again) or Corrupt (the service must stop).
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def head(self) -> LogHead | None:
        """Return the newest checkpoint, None before the first."""
        if self._archive.size == 0:
            return None
        note = self._archive.checkpoint()
        try:
            return LogHead(parse_checkpoint_text(parse_note(note).text).size, note)
        except BadFormat as error:
            raise Corrupt("the newest checkpoint is damaged") from error

    def entries(self, first: int, end: int, checkpoint: bytes) -> list[Delivery]:
        """Return entries from `first` on, at least one, to before `end` or until they are many MB.

        They are sealed; each carries the checkpoint given.
        """
        entries: list[Delivery] = []
        size = 0
        for index in range(first, end):
            stored = self._archive.entry(index)
            blob = self._blob(stored.leaf)
            entries.append(delivery_of(index, stored.leaf, stored.body, checkpoint, blob=blob))
            size += len(stored.body) + len(blob or b"")
            if size > MOST_BYTES:
                break
        return entries

    def leaves(self, first: int, end: int) -> list[bytes]:
        """Return the leaves of the entries from `first` to before `end`."""
        return [self._archive.leaf(index) for index in range(first, end)]

    def _blob(self, leaf: bytes) -> bytes | None:
        if b'"blob":' not in leaf:
            return None
        decoded = decode_leaf(leaf)
        if not isinstance(decoded, RecordLeaf) or not isinstance(decoded.blob, Blob):
            return None
        return b"".join(self._archive.blob(decoded.blob.ct))
