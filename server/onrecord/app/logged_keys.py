"""The leaf by which the log introduced each data key: what a key store's row is compared with."""

from collections.abc import Mapping
from functools import cached_property
from itertools import count
from pathlib import Path

from onrecord.core.domain.errors import Unavailable
from onrecord.core.store.key_use import KeyUse, KeyUseStore
from onrecord.database.database import Database
from onrecord_archive.format.errors import BadFormat, Corrupt, Refused, Unreadable
from onrecord_archive.format.leaf import KeyLeaf, Leaf, decode_leaf
from onrecord_archive.reader.archive import Archive


class LoggedKeys:
    """Finds key leaves in the log, which the database only tells where to look for.

    The archiver puts a key's leaf right before the first record under it. Blocks; reads nothing
    until it is asked.
    """

    def __init__(self, directory: Path, database: Database) -> None:
        self._archive = Archive(directory)
        self._database = database

    def __call__(self, key_id: bytes) -> KeyLeaf | None:
        """Return the leaf of a key, None where no record lies under it.

        Raises Corrupt, Unavailable (`archive_unavailable`).
        """
        first = self._published.keys.get(key_id)
        if first is None:
            return self._unpublished.get(key_id)
        leaf = self._leaf(first - 1) if first else None
        return leaf if isinstance(leaf, KeyLeaf) and leaf.key_id == key_id.hex() else None

    def beyond(self, position: int, most: int) -> dict[bytes, int]:
        """Return the keys that the log introduces from *position* on, with their first record.

        At most *most* entries are read: a crash leaves a batch, an older database any number.
        """
        found = {}
        for index in range(position, position + most):
            try:
                leaf = self._leaf(index)
            except Corrupt:  # as in `_unpublished`
                break
            if leaf is None:
                break
            if isinstance(leaf, KeyLeaf):
                found[bytes.fromhex(leaf.key_id)] = index + 1
        return found

    @cached_property
    def _published(self) -> KeyUse:
        return KeyUseStore(self._database).every(0)

    @cached_property
    def _unpublished(self) -> Mapping[bytes, KeyLeaf]:
        """The keys of what the log holds beyond the published position: what a crash left there."""
        found = {}
        for index in count(self._published.position):
            try:
                leaf = self._leaf(index)
            except Corrupt:  # a write that was cut short, or damage: opening the log says which
                break
            if leaf is None:
                break
            if isinstance(leaf, KeyLeaf):
                found[bytes.fromhex(leaf.key_id)] = leaf
        return found

    def _leaf(self, index: int) -> Leaf | None:
        try:
            return decode_leaf(self._archive.leaf(index))
        except Refused:
            return None
        except BadFormat as error:
            raise Corrupt(f"no leaf: {error}", index=index) from error
        except Unreadable as error:
            raise Unavailable(
                "archive_unavailable", f"The archive cannot be read: {error}."
            ) from error
