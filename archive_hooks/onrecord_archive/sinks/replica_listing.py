"""What a replica has, read back by the archive's reader, without opening it to write.

So a copy with a damaged entry still says which ones are whole.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from onrecord_archive.contract import Listed
from onrecord_archive.errors import BadFormat, Corrupt, Refused, Unreadable
from onrecord_archive.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive


def listed(root: Path, first: int, end: int) -> list[Listed]:
    """Return the entries from `first` to before `end` that are whole in the copy at `root`.

    Blocks. Raises Unreadable.
    """
    archive, found = Archive(root), []
    if not root.is_dir():
        raise Unreadable(f"{root} is not there")
    for index in range(first, end):
        with suppress(Corrupt, Refused, BadFormat):
            entry = archive.entry(index)
            blob = _blob_hash(archive, entry.leaf)
            hashes = (sha256(entry.leaf).digest(), sha256(entry.body).digest())
            found.append(Listed(index, *hashes, blob))
    return found


def _blob_hash(archive: Archive, leaf: bytes) -> bytes | None:
    """Return SHA-256 of the file that a leaf names, as it lies here; None where there is none."""
    decoded = decode_leaf(leaf)
    if not isinstance(decoded, RecordLeaf) or not isinstance(decoded.blob, Blob):
        return None
    hashed = sha256()
    with suppress(Unreadable):
        for piece in archive.blob(decoded.blob.ct):
            hashed.update(piece)
        return hashed.digest()
    return None
