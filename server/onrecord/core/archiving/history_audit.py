"""The auditor's part that rereads `checkpoints`: verified once a process, compared after that.

Signatures cost far more than reading: a piece that was verified is remembered by its hash, and
reread against that. The file may only grow.
"""

from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.layout import CHECKPOINTS
from onrecord_archive.reader.history import check_piece, count_pieces, history_size, piece_digest

RECENT = 16
"""Pieces of one MiB: an hour of one checkpoint a second takes 12."""


class HistoryAudit:
    """Everything blocks, and may be called from several threads."""

    def __init__(self, directory: Path, policy: Policy) -> None:
        self._directory = directory
        self._policy = policy
        self._verified: dict[int, bytes] = {}
        self._largest = 0

    def pieces(self, *, recent: bool) -> range:
        """Return the pieces' numbers, the newest first. Raises Corrupt if the file shrank."""
        largest, size = self._largest, history_size(self._directory)
        if size < largest:
            raise Corrupt(f"it had {largest} bytes and has {size}", file=CHECKPOINTS)
        self._largest = max(self._largest, size)
        count = count_pieces(size)
        return range(max(0, count - RECENT) if recent else 0, count)[::-1]

    def check(self, number: int, head: Checkpoint) -> None:
        """Reread one piece. Raises NotVerified, Corrupt, Unreadable."""
        known = self._verified.get(number)
        if known is None:
            found = check_piece(self._directory, number, policy=self._policy, head=head)
            if found.sha256 is not None:
                self._verified[number] = found.sha256
        elif piece_digest(self._directory, number) != known:
            raise Corrupt(f"piece {number} changed since it was verified", file=CHECKPOINTS)
