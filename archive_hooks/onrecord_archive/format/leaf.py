"""What the log commits to: leaves of kind record, key and tail, in one spelling each.

The structs list their fields in the order of the canonical JSON, so that encoding them as they
stand gives RFC 8785 bytes.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.record import MAX_INTEGER, parse_time

MAX_LEAF: Final = 2048
"""Longest leaf in bytes; C2SP tlog-tiles would allow 65,535."""
FILE_STORED: Final = "file.stored"
"""The one record type whose leaf carries `blob`."""

Hex16 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", min_length=32, max_length=32)]
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", min_length=64, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Ordinal = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
StreamId = Annotated[str, Meta(pattern=r"^[!-~]+$(?!\n)", min_length=1, max_length=200)]
Word = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$(?!\n)", min_length=1, max_length=64)
]
Time = Annotated[str, Meta(min_length=27, max_length=27)]
Day = Annotated[str, Meta(min_length=10, max_length=10)]
SuiteId = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}$(?!\n)", max_length=14)
]
TailName = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}-[0-9a-f]{16}$(?!\n)", max_length=33)]


class Blob(Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed file: `ct` SHA-256 and `size` byte count of the sealed bytes, `id` its blob id."""

    ct: Hex32
    id: Hex16
    size: Count


class RecordHeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record's leaf without `ct`: its encoding is what the sealed body authenticates."""

    at: Time
    blob: Blob | UnsetType = UNSET
    class_: Word = msgspec.field(name="class")
    conv_seq: Ordinal
    event_id: Hex16
    key_id: Hex16
    kind: Literal["record"] = "record"
    msg_no: Ordinal | UnsetType = UNSET
    prev: Hex32
    pt: Hex32
    stream: StreamId
    type: Word
    v: Literal[1] = 1


class RecordLeaf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event of one stream; `ct` is SHA-256 of the sealed body."""

    at: Time
    blob: Blob | UnsetType = UNSET
    class_: Word = msgspec.field(name="class")
    conv_seq: Ordinal
    ct: Hex32
    event_id: Hex16
    key_id: Hex16
    kind: Literal["record"] = "record"
    msg_no: Ordinal | UnsetType = UNSET
    prev: Hex32
    pt: Hex32
    stream: StreamId
    type: Word
    v: Literal[1] = 1


class KeyLeaf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A data key begins: `sha256` is that of the sealed key, `epoch` compliance's key epoch."""

    class_: Word = msgspec.field(name="class")
    day: Day
    epoch: Ordinal
    key_id: Hex16
    kind: Literal["key"] = "key"
    sha256: Hex32
    stream: StreamId
    suite_id: SuiteId
    v: Literal[1] = 1


class PreviousTail(Struct, frozen=True, forbid_unknown_fields=True):
    """The tail before: its first `length` bytes have `sha256`; what follows them is void."""

    length: Count
    name: TailName
    sha256: Hex32


class TailLeaf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tail segment begins: `root` is the tree's before this leaf, `first_index` its first frame.

    The very first tail has no `previous`.
    """

    epoch: Ordinal
    first_index: Count
    kind: Literal["tail"] = "tail"
    previous: PreviousTail | UnsetType = UNSET
    root: Hex32
    v: Literal[1] = 1


Leaf: TypeAlias = RecordLeaf | KeyLeaf | TailLeaf


class _Kind(Struct, frozen=True):
    kind: Literal["record", "key", "tail"]


_ENCODER: Final = msgspec.json.Encoder()
_KIND: Final = msgspec.json.Decoder(_Kind)
_RECORD: Final = msgspec.json.Decoder(RecordLeaf)
_KEY: Final = msgspec.json.Decoder(KeyLeaf)
_TAIL: Final = msgspec.json.Decoder(TailLeaf)
_AFTER_CT: Final = b',"event_id":"'
_CT: Final = b',"ct":"'
_CT_LENGTH: Final = len(_CT) + 64 + 1


def encode_leaf(leaf: Leaf | RecordHeader) -> bytes:
    """Return the canonical bytes; raises BadFormat above MAX_LEAF. Values are not validated."""
    try:
        data = _ENCODER.encode(leaf)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise BadFormat("a leaf that cannot be encoded") from error
    if len(data) > MAX_LEAF:
        raise BadFormat(f"a leaf of {len(data)} bytes, {MAX_LEAF} allowed")
    return data


def decode_leaf(data: bytes) -> Leaf:
    """Return the leaf whose one spelling is `data`; raises BadFormat for anything else."""
    if len(data) > MAX_LEAF:
        raise BadFormat(f"a leaf of {len(data)} bytes, {MAX_LEAF} allowed")
    try:
        leaf = _decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadFormat(f"no leaf: {error}") from error
    if _ENCODER.encode(leaf) != data:
        raise BadFormat("a leaf that is not canonical")
    _check(leaf)
    return leaf


def _decode(data: bytes) -> Leaf:
    match _KIND.decode(data).kind:
        case "record":
            return _RECORD.decode(data)
        case "key":
            return _KEY.decode(data)
        case "tail":
            return _TAIL.decode(data)


def _check(leaf: Leaf) -> None:
    """Raise BadFormat for what the types alone do not refuse."""
    if isinstance(leaf, RecordLeaf):
        parse_time(leaf.at)
        if (leaf.type == FILE_STORED) != (leaf.blob is not UNSET):
            raise BadFormat("`blob` belongs to file.stored, and only there")
    elif isinstance(leaf, KeyLeaf):
        check_day(leaf.day)


def check_day(day: str) -> None:
    """Raise BadFormat unless `day` is an existing day as YYYY-MM-DD."""
    try:
        exact = date.fromisoformat(day).isoformat() == day
    except ValueError:
        exact = False
    if not exact:
        raise BadFormat("a day that is not YYYY-MM-DD")


def insert_ct(header: bytes, ct: bytes) -> bytes:
    """Return the leaf's bytes from its header's (RecordHeader) and the body's SHA-256.

    The first `,"event_id":"` is the member itself: inside a text the quotes would be escaped.
    """
    cut = header.index(_AFTER_CT)
    return b"".join((header[:cut], _CT, ct.hex().encode(), b'"', header[cut:]))


def without_ct(leaf: bytes) -> bytes:
    """Return the header's bytes of a record leaf that `decode_leaf` accepts."""
    cut = leaf.find(_AFTER_CT)
    start = cut - _CT_LENGTH
    if start < 0 or not leaf.startswith(_CT, start):
        raise BadFormat("no record leaf")
    return leaf[:start] + leaf[cut:]


def optional(value: int | UnsetType) -> int | None:
    """Return an optional member as Python has it: None where it is absent."""
    return None if isinstance(value, UnsetType) else value
