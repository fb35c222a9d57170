"""Opens records: needs compliance's opening key and a key store, and the process that has both."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from onrecord_archive.format.blob import open_chunks
from onrecord_archive.format.epoch_key import OpeningKey
from onrecord_archive.format.errors import ArchiveError, BadFormat, CannotOpen, Unreadable
from onrecord_archive.format.key_table import connect_read_only, read_sealed_key, require_schema
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.seal import Plain, open_body, open_data_key
from onrecord_archive.reader.archive import Archive

_CACHED_KEYS: Final = 4096


class Opener:
    """Opens the records of an archive. Used from one thread at a time; holds keys in memory.

    An installation has first put the look on the record (promise P8). The auditor's command cannot:
    whoever has the archive, a key store and the opening key reads without a trace.
    """

    def __init__(self, opening_keys: Sequence[OpeningKey], key_store: Path) -> None:
        """Take one opening key a key epoch, and one copy of the key store.

        Raises Unreadable, also for a store with another schema than ours.
        """
        self._opening = {key.epoch: key for key in opening_keys}
        self._connection = connect_read_only(key_store)
        try:
            require_schema(self._connection)
        except ArchiveError as error:
            self._connection.close()
            raise Unreadable(f"{key_store}: {error}") from error
        self._keys: OrderedDict[str, bytes] = OrderedDict()

    def open(self, leaf: bytes, body: bytes) -> Plain:
        """Return the record under a leaf; raises CannotOpen, BadFormat for another leaf."""
        record = decode_leaf(leaf)
        if not isinstance(record, RecordLeaf):
            raise BadFormat("only records can be opened")
        return open_body(self._data_key(record.key_id), leaf, record, body)

    def open_entry(self, archive: Archive, index: int) -> Plain:
        """Return the record at `index`; raises as `open` and as `Archive.entry`."""
        entry = archive.entry(index)
        return self.open(entry.leaf, entry.body)

    def close(self) -> None:
        """Close the key store and forget the keys."""
        self._keys.clear()
        self._connection.close()

    def _data_key(self, key_id: str) -> bytes:
        data_key = self._keys.get(key_id)
        if data_key is None:
            leaf, sealed = read_sealed_key(self._connection, key_id)
            opening = self._opening.get(leaf.epoch)
            if opening is None:
                raise CannotOpen(f"the opening key of key epoch {leaf.epoch} is not here")
            data_key = open_data_key(sealed, opening, leaf)
            self._keys[key_id] = data_key
            if len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)
        return data_key


def open_blob(archive: Archive, blob: Blob, key: bytes) -> Iterator[bytes]:
    """Yield a file's plain pieces, with the key from the record's `kept.blob_keys`.

    Raises CannotOpen, at the latest at the end: show nothing before it is reached.
    """
    return open_chunks(key, bytes.fromhex(blob.id), archive.blob(blob.ct))
