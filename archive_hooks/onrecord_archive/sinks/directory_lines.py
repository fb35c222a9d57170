"""A record as a line of canonical JSON: what each format of the hook `directory` has of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from onrecord_archive.contract import Delivery
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.layout import blob_path
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.note import decode_base64
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import Plaintext, members_of, record_leaf

FILE = "records.jsonl"
"""What the lines are called where they are a part of a file."""


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """The members of `reduced`, as they are read back."""

    provable: Literal[False]
    sees: str
    without: list[str]
    shown: str
    kept: str


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """What is read of a line, to know its record again. Nothing proves what `reduced` says."""

    archive_index: int
    leaf: str
    body: str
    v: Literal[1]
    blob: str | None = None
    plaintext: Plaintext | None = None
    reduced: Part | None = None

    def sealed(self) -> bytes:
        """Return the sealed body. Raises BadFormat."""
        return decode_base64(self.body)


def write_lines(entries: Iterable[Delivery]) -> bytes:
    """Return the lines of records. Raises BadFormat; Misconfigured for what is no record."""
    return b"".join(_line(entry) for entry in entries)


def _line(entry: Delivery) -> bytes:
    members, blob = members_of(entry), record_leaf(entry).blob
    if isinstance(blob, Blob):
        members["blob"] = blob_path(blob.ct)
    return canonical(members) + b"\n"


def read_lines(data: bytes) -> list[Line]:
    """Return what lines say. Raises BadFormat for one that the hook does not write."""
    return [_read(text) for text in data.splitlines(keepends=True)]


def _read(text: bytes) -> Line:
    try:
        line = msgspec.json.decode(text, type=Line)
        line.sealed()
        leaf = decode_leaf(line.leaf.encode())
        spelt = canonical(msgspec.json.decode(text)) + b"\n"
        plain = None if line.plaintext is None else line.plaintext.pt()
    except (ValueError, RecursionError) as error:
        raise BadFormat("no line of a record") from error
    if spelt != text or not isinstance(leaf, RecordLeaf) or plain not in (None, leaf.pt):
        raise BadFormat("no line that the hook writes")
    return line
