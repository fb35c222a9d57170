"""Verifier, step 6: with the opening key, that each body opens and says what its leaf says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from onrecord_archive.format.blob import open_chunks
from onrecord_archive.format.epoch_key import OpeningKey
from onrecord_archive.format.errors import CannotOpen, NotVerified, Unreadable
from onrecord_archive.format.key_store_copy import connect_anywhere
from onrecord_archive.format.key_table import require_key
from onrecord_archive.format.leaf import Blob, KeyLeaf, RecordLeaf, optional
from onrecord_archive.format.seal import open_body, open_data_key
from onrecord_archive.format.strict import require_rfc8785, told_otherwise
from onrecord_archive.format.tail import Frame

ReadBlob: TypeAlias = Callable[[Blob], Iterable[bytes]]
"""Gives the sealed bytes of a file."""


class OpeningChecker:
    """Opens records; what they say never leaves this object."""

    def __init__(self, opening_keys: Iterable[OpeningKey], key_store: Path) -> None:
        """Take one opening key a key epoch and a copy of the key store; raises Unreadable."""
        self.opened = 0
        self._opening = {key.epoch: key for key in opening_keys}
        self._connection = connect_anywhere(key_store)
        self._data_keys: dict[str, bytes] = {}
        self._blobs: dict[str, Blob] = {}

    def add_blob(self, blob: Blob) -> None:
        """Note a file that the log has, for the records that refer to it."""
        self._blobs[blob.id] = blob

    def check(self, frame: Frame, record: RecordLeaf, key: KeyLeaf, read_blob: ReadBlob) -> None:
        """Raise NotVerified (open, compare) unless the record opens and is the one in its leaf.

        `record` and `key` are the decoded leaves of the frame and of its key. Raises Unreadable
        where the opening key of its key epoch was not given.
        """
        index = frame.index
        try:
            plain = open_body(self._data_key(key), frame.leaf, record, frame.body)
        except CannotOpen as error:
            raise NotVerified("open", str(error), index=index) from error
        shown = require_rfc8785(plain.shown, index)
        kept = require_rfc8785(plain.kept, index)
        _compare(index, shown, record)
        try:
            self._check_files(index, shown, kept, read_blob)
        except (AttributeError, KeyError, TypeError) as error:
            raise NotVerified("compare", "`files` has another form", index=index) from error
        self.opened += 1

    def close(self) -> None:
        """Close the key store and forget the keys."""
        self._data_keys.clear()
        self._connection.close()

    def _data_key(self, key: KeyLeaf) -> bytes:
        data_key = self._data_keys.get(key.key_id)
        if data_key is None:
            sealed = require_key(self._connection, key)
            opening = self._opening.get(key.epoch)
            if opening is None:
                raise Unreadable(f"the opening key of key epoch {key.epoch} is not here")
            data_key = self._data_keys[key.key_id] = open_data_key(sealed, opening, key)
        return data_key

    def _check_files(
        self, index: int, shown: dict[str, Any], kept: dict[str, Any], read_blob: ReadBlob
    ) -> None:
        """Each file that the record shows is in the log and opens to the bytes it states."""
        keys = kept.get("blob_keys", {})
        for file in (*shown.get("files", []), *kept.get("files", [])):
            blob, key = self._blobs.get(file["blob_id"]), keys.get(file["blob_id"])
            if blob is None or key is None:
                raise NotVerified("open", "a file is not in the log or has no key", index=index)
            digest, size = sha256(), 0
            try:
                pieces = open_chunks(bytes.fromhex(key), bytes.fromhex(blob.id), read_blob(blob))
                for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
            except (CannotOpen, ValueError) as error:
                raise NotVerified("open", "a file does not open", index=index) from error
            if digest.hexdigest() != file["sha256"] or size != file["size"]:
                raise NotVerified("compare", "a file is another than stated", index=index)


def _compare(index: int, shown: dict[str, Any], record: RecordLeaf) -> None:
    """Raise NotVerified unless what members saw has the numbers that the leaf states."""
    stated: dict[str, Any] = {
        "v": record.v,
        "event_id": record.event_id,
        "type": record.type,
        "conv_seq": record.conv_seq,
        "msg_no": optional(record.msg_no),
        "prev": record.prev,
        "at": record.at,
    }
    if (name := told_otherwise(shown, stated)) is not None:
        raise NotVerified("compare", f"`{name}` is not the leaf's", index=index)
    stream = shown.get("stream")
    if not isinstance(stream, dict) or stream.get("id") != record.stream:
        raise NotVerified("compare", "`stream` is not the leaf's", index=index)
