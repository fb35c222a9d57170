"""Leaves have one spelling each."""

import json
from typing import Any

import msgspec
import pytest
import rfc8785

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import (
    Blob,
    KeyLeaf,
    Leaf,
    PreviousTail,
    RecordHeader,
    RecordLeaf,
    TailLeaf,
    decode_leaf,
    encode_leaf,
    insert_ct,
    without_ct,
)

RECORD = RecordLeaf(
    at="2026-11-24T09:30:00.000000Z",
    class_="chat",
    conv_seq=3,
    ct="c7" * 32,
    event_id="e1" * 16,
    key_id="e7" * 16,
    msg_no=2,
    prev="b0" * 32,
    pt="b1" * 32,
    stream="access:case-7",
    type="message.sent",
)
BLOB = Blob(ct="bb" * 32, id="b1" * 16, size=65552)
KEY = KeyLeaf(
    class_="chat",
    day="2026-11-24",
    epoch=1,
    key_id="e7" * 16,
    sha256="5a" * 32,
    stream="access:case-7",
    suite_id="647a-0001-0002",
)
TAIL = TailLeaf(epoch=1, first_index=0, root="00" * 32)
NEXT_TAIL = TailLeaf(
    epoch=2,
    first_index=256,
    previous=PreviousTail(length=1, name="0" * 16 + "-" + "0" * 16, sha256="aa" * 32),
    root="00" * 32,
)
FILE = msgspec.structs.replace(RECORD, type="file.stored", blob=BLOB)
LEAVES = [RECORD, FILE, KEY, TAIL, NEXT_TAIL]


def spelled(members: dict[str, Any]) -> bytes:
    """Spell members as a leaf is, whatever they are."""
    spelling = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return spelling.encode()


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_leaf_is_canonical_and_read_back(leaf: Leaf) -> None:
    data = encode_leaf(leaf)
    assert rfc8785.dumps(json.loads(data)) == data
    assert decode_leaf(data) == leaf


def test_the_record_leaf_is_spelled_like_this() -> None:
    assert encode_leaf(RECORD) == (
        b'{"at":"2026-11-24T09:30:00.000000Z","class":"chat","conv_seq":3,"ct":"'
        + b"c7" * 32
        + b'","event_id":"'
        + b"e1" * 16
        + b'","key_id":"'
        + b"e7" * 16
        + b'","kind":"record","msg_no":2,"prev":"'
        + b"b0" * 32
        + b'","pt":"'
        + b"b1" * 32
        + b'","stream":"access:case-7","type":"message.sent","v":1}'
    )


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("change", ["missing", "unknown", "null"])
def test_other_members_are_refused(leaf: Leaf, change: str) -> None:
    members = json.loads(encode_leaf(leaf))
    for name in list(members):
        changed: dict[str, Any] = dict(members)
        if change == "missing" and name not in {"msg_no", "previous"}:
            del changed[name]
        elif change == "unknown":
            changed[name + "x"] = 1
        else:
            changed[name] = None
        with pytest.raises(BadFormat):
            decode_leaf(spelled(changed))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("conv_seq", 0),
        ("conv_seq", 2**53),
        ("ct", "C7" * 32),
        ("ct", "c7" * 31),
        ("ct", "c7" * 32 + "\n"),
        ("at", "2026-11-24T09:30:00Z"),
        ("at", "2026-13-24T09:30:00.000000Z"),
        ("stream", ""),
        ("stream", "two words"),
        ("type", "Ünknown"),
        ("v", 2),
        ("kind", "other"),
        ("type", "file.stored"),
        ("blob", {"ct": "bb" * 32, "id": "b1" * 16, "size": 1}),
    ],
)
def test_other_values_are_refused(name: str, value: object) -> None:
    members = json.loads(encode_leaf(RECORD)) | {name: value}
    with pytest.raises(BadFormat):
        decode_leaf(spelled(members))


@pytest.mark.parametrize("day", ["2026-11-31", "2026-W48-2", "20261124ab", "0000000000"])
def test_a_day_must_exist(day: str) -> None:
    with pytest.raises(BadFormat):
        decode_leaf(encode_leaf(msgspec.structs.replace(KEY, day=day)))


@pytest.mark.parametrize("leaf", LEAVES)
def test_another_spelling_is_refused(leaf: Leaf) -> None:
    data = encode_leaf(leaf)
    for other in (data.replace(b":", b": ", 1), data + b"\n", b" " + data, data[:-1], b""):
        with pytest.raises(BadFormat):
            decode_leaf(other)


def test_a_leaf_has_at_most_two_kibibytes() -> None:
    with pytest.raises(BadFormat):
        encode_leaf(msgspec.structs.replace(RECORD, stream="s" * 2048))
    with pytest.raises(BadFormat):
        decode_leaf(b'{"kind":"record","v":' + b"1" * 2048 + b"}")


@pytest.mark.parametrize("record", [RECORD, FILE])
def test_ct_goes_in_and_out_of_its_place(record: RecordLeaf) -> None:
    members = {name: getattr(record, name) for name in RecordHeader.__struct_fields__}
    header = encode_leaf(RecordHeader(**members))
    leaf = insert_ct(header, bytes.fromhex(record.ct))
    assert leaf == encode_leaf(record)
    assert without_ct(leaf) == header


def test_a_leaf_without_ct_has_none_to_take_out() -> None:
    with pytest.raises(BadFormat):
        without_ct(encode_leaf(KEY))
