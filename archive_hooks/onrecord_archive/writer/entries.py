"""What goes into the log and where it came from: records to seal, entries to append."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from onrecord_archive.format.leaf import Blob
from onrecord_archive.format.tail import Kind


class RecordInput(Struct, frozen=True, kw_only=True):
    """A numbered record, ready to be sealed.

    Ids are lower-case hex, `at` is `YYYY-MM-DDThh:mm:ss.ffffffZ`; `prev`, `pt` and both salts are
    32 bytes; `shown` and `kept` are canonical JSON (record.canonical); `pt` is record.pt of them.
    `blob` belongs to type file.stored alone.
    """

    event_id: str
    stream: str
    conv_seq: int
    msg_no: int | None
    type: str
    at: str
    retention_class: str
    prev: bytes
    pt: bytes
    shown: bytes
    salt_s: bytes
    kept: bytes
    salt_k: bytes
    blob: Blob | UnsetType = UNSET


class Entry(Struct, frozen=True, kw_only=True):
    """One leaf with its sealed body, to lie at archive_index `index`.

    A key entry has an empty body and no event. `ct` is SHA-256 of the body in hex, empty for keys.
    """

    index: int
    kind: Kind
    leaf: bytes
    body: bytes
    key_id: str
    event_id: str | None = None
    ct: str = ""
