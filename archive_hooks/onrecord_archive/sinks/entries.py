"""An entry as hooks hand it on: checked against its own leaf, and as members of a JSON object."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from onrecord_archive.contract import Delivery, Misconfigured, Reduced
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.note import encode_base64
from onrecord_archive.format.seal import Plain


class Differs(ArchiveError):
    """What arrived is not what the destination, or the log's own signature, says it must be."""


class Plaintext(msgspec.Struct):
    """The members of an entry's plaintext, as they are read back."""

    shown: str
    kept: str
    salt_s: str
    salt_k: str

    def pt(self) -> str:
        """Return what the leaf must say of it. Raises ValueError."""
        salts = bytes.fromhex(self.salt_s), bytes.fromhex(self.salt_k)
        plain = Plain(self.shown.encode(), salts[0], self.kept.encode(), salts[1])
        return plain.pt().hex()


def record_leaf(entry: Delivery) -> RecordLeaf:
    """Return a record's leaf. Raises BadFormat; Misconfigured for an entry that is no record."""
    leaf = decode_leaf(entry.leaf)
    if not isinstance(leaf, RecordLeaf):
        raise Misconfigured(f"entry {entry.archive_index} is no record")
    return leaf


def require_whole(entry: Delivery) -> Blob | None:
    """Refuse a body or a file that is not what the leaf names; return the file's place in the leaf.

    A key and a tail have neither.

    Raises Differs. None: the entry has no file.
    """
    leaf = decode_leaf(entry.leaf)
    if not isinstance(leaf, RecordLeaf):
        if entry.body or entry.blob:
            raise Differs(f"entry {entry.archive_index} has a body, and is no record")
        return None
    if sha256(entry.body).hexdigest() != leaf.ct:
        raise Differs(f"the body of entry {entry.archive_index} is not the leaf's")
    if not isinstance(leaf.blob, Blob):
        return None
    sealed = entry.blob or b""
    if sha256(sealed).hexdigest() != leaf.blob.ct or len(sealed) != leaf.blob.size:
        raise Differs(f"the file of entry {entry.archive_index} is not the leaf's")
    return leaf.blob


def members_of(entry: Delivery) -> dict[str, Any]:
    """Return `v`, `archive_index`, `leaf`, `body`, and `plaintext` or `reduced` (HOOKS.md).

    The latter two are there where they came, and never one in the other's place.
    """
    members: dict[str, Any] = {
        "v": 1,
        "archive_index": entry.archive_index,
        "leaf": entry.leaf.decode(),
        "body": encode_base64(entry.body),
    }
    if entry.plaintext is not None:
        plain = entry.plaintext
        members["plaintext"] = {
            "shown": plain.shown.decode(),
            "kept": plain.kept.decode(),
            "salt_s": plain.salt_s.hex(),
            "salt_k": plain.salt_k.hex(),
        }
    if entry.reduced is not None:
        members["reduced"] = reduced_members(entry.reduced)
    return members


def reduced_members(part: Reduced) -> dict[str, Any]:
    """Return what the firm lets a hook see of a record, and that nothing proves it."""
    return {
        "provable": False,
        "sees": part.sees,
        "without": list(part.without),
        "shown": part.shown.decode(),
        "kept": part.kept.decode(),
    }
