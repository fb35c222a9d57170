"""The auditor's part that looks up each data key of the log in each key store."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from onrecord.archiving.finding import Finding
from onrecord_archive.errors import CannotOpen
from onrecord_archive.key_table import connect_read_only, first_lacking, read_sealed_key
from onrecord_archive.leaf import KeyLeaf


class KeyAudit:
    """Blocks, and may be called from several threads. *lost_below* is `keys.lost_below`."""

    def __init__(self, stores: Sequence[Path], lost_below: int = 0) -> None:
        self._stores = stores
        self._lost_below = lost_below

    def check(self, leaves: Mapping[int, KeyLeaf]) -> None:
        """Raise Finding unless each store has these keys as sealed then, or destroyed.

        Raises Unreadable where a store cannot be read.
        """
        expected = {index: leaf for index, leaf in leaves.items() if index >= self._lost_below}
        for path in self._stores if expected else ():
            with closing(connect_read_only(path)) as connection:
                for index, leaf in expected.items():
                    if first_lacking(connection, [bytes.fromhex(leaf.key_id)]) is not None:
                        raise Finding(f"{path} lacks the data key of entry {index}")
                    try:
                        held, _ = read_sealed_key(connection, leaf.key_id)
                    except CannotOpen:
                        continue  # destroyed
                    if held != leaf:
                        raise Finding(f"{path} holds another data key than entry {index} names")
