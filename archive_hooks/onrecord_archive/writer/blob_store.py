"""Puts sealed files where the log's leaves will point: blobs/<first 2 hex of ct>/<ct>."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from onrecord_archive.format.blob import seal_chunks
from onrecord_archive.format.layout import BLOBS, TMP, blob_path
from onrecord_archive.format.leaf import Blob
from onrecord_archive.writer.files import Files


class SealedBlob(Struct, frozen=True):
    """A stored file: what its leaf says, the key that every record which names it carries.

    `sha256` and `size` are of the plain bytes, for the record's `files`.
    """

    blob: Blob
    key: bytes
    sha256: bytes
    size: int


class BlobStore:
    """Seals files into an archive. May be used from any thread, each file from one."""

    def __init__(self, directory: Path) -> None:
        """Work in the archive that `open_log` opens (after it: it empties tmp/)."""
        self._files = Files(directory)

    def seal(self, data: Iterable[bytes]) -> SealedBlob:
        """Seal a file under a key of its own, durably; the pieces may have any size.

        Raises WriteFailed or SyncFailed; what `data` raises passes through, leaving nothing.
        """
        for name in (TMP, BLOBS):
            self._files.make_directory(name)
        key, blob_id = os.urandom(32), os.urandom(16)
        counted = _Counted(data)
        sealed_hash, sealed_size = sha256(), 0
        temporary, descriptor = self._files.open_temporary(f"{BLOBS}-{blob_id.hex()}")
        finished = False
        try:
            for chunk in seal_chunks(key, blob_id, counted):
                self._files.write(descriptor, chunk)
                sealed_hash.update(chunk)
                sealed_size += len(chunk)
            self._files.finish(descriptor)
            finished = True
        finally:
            os.close(descriptor)
            if not finished:
                self._files.discard(temporary)
        ct = sealed_hash.hexdigest()
        self._files.publish(temporary, blob_path(ct))
        blob = Blob(ct=ct, id=blob_id.hex(), size=sealed_size)
        return SealedBlob(blob, key, counted.hash.digest(), counted.size)


class _Counted:
    """Passes the pieces on and knows their size and hash."""

    def __init__(self, data: Iterable[bytes]) -> None:
        self.hash = sha256()
        self.size = 0
        self._data = iter(data)

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> bytes:
        piece = next(self._data)
        self.hash.update(piece)
        self.size += len(piece)
        return piece
