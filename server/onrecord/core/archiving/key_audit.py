"""The auditor's part that looks up each data key of the log in each key store."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from onrecord.core.archiving.finding import Finding
from onrecord_archive.format.errors import CannotOpen
from onrecord_archive.format.key_table import connect_read_only, require_key, require_untampered
from onrecord_archive.format.leaf import KeyLeaf


class KeyAudit:
    """Blocks, and may be called from several threads. *lost_below* is `keys.lost_below`."""

    def __init__(self, stores: Sequence[Path], lost_below: int = 0) -> None:
        self._stores = stores
        self._lost_below = lost_below

    def check(self, leaves: Mapping[int, KeyLeaf]) -> None:
        """Raise Finding unless each store is untampered and has these keys as sealed then.

        Raises Unreadable where a store cannot be read.
        """
        expected = {index: leaf for index, leaf in leaves.items() if index >= self._lost_below}
        for path in self._stores:
            with closing(connect_read_only(path)) as connection:
                try:
                    require_untampered(connection)
                except CannotOpen as error:
                    raise Finding(f"{path}: {error}") from error
                for index, leaf in expected.items():
                    try:
                        require_key(connection, leaf)
                    except CannotOpen as error:
                        raise Finding(f"{path}, entry {index}: {error}") from error
