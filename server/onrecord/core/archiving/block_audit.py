"""The auditor's part that rereads one block: the log, the database's rows, the sealed keys."""

from collections.abc import Sequence
from datetime import datetime

from onrecord.core.archiving.finding import Finding
from onrecord.core.archiving.key_audit import KeyAudit
from onrecord.core.store.audit import AuditStore, HeldRow
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, decode_leaf
from onrecord_archive.format.record import parse_time, pt
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.blocks import BLOCK, check_block


class BlockAudit:
    """Steps (3) to (5) of a pass (auditor.py). Blocks."""

    def __init__(self, keys: KeyAudit, store: AuditStore) -> None:
        self._keys = keys
        self._store = store

    def check(self, archive: Archive, number: int, head: Checkpoint) -> datetime | None:
        """Return the newest record's time in the block, if it has one.

        Raises Corrupt, NotVerified, Finding, Unavailable, or Unreadable.
        """
        check_block(archive, number, head)
        first, end = number * BLOCK, min((number + 1) * BLOCK, head.size)
        every = {index: decode_leaf(archive.leaf(index)) for index in range(first, end)}
        self._keys.check({at: leaf for at, leaf in every.items() if isinstance(leaf, KeyLeaf)})
        leaves = {at: leaf for at, leaf in every.items() if isinstance(leaf, RecordLeaf)}
        held = self._store.held(first, end)
        compare({at: leaf for at, leaf in leaves.items() if at < held.position}, held.rows)
        newest = max((leaf.at for leaf in leaves.values()), default=None)
        return None if newest is None else parse_time(newest)


def compare(leaves: dict[int, RecordLeaf], rows: Sequence[HeldRow]) -> None:
    """Raise Finding unless the rows are those of the leaves, none missing and none more."""
    held = {row.archive_index: row for row in rows}
    if leaves.keys() != held.keys():
        index = min(leaves.keys() ^ held.keys())
        raise Finding(f"record {index} is only in one of archive and database")
    for index, leaf in leaves.items():
        row = held[index]
        numbers = (row.event_id, row.conv_seq, row.prev.hex(), row.pt.hex(), row.ct.hex())
        if numbers != (leaf.event_id, leaf.conv_seq, leaf.prev, leaf.pt, leaf.ct):
            raise Finding(f"the database's row of record {index} is another than its leaf")
        if row.body is not None:
            shown, salt_s, kept, salt_k = row.body
            if pt(shown, salt_s, kept, salt_k) != row.pt:
                raise Finding(f"the database's body of record {index} is not what was archived")
