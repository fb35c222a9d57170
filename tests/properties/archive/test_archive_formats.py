"""What holds for all inputs: one spelling, read back, and equal to its definition."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785
from hypothesis import assume, example, given
from hypothesis import strategies as st

from onrecord_archive.format.errors import ArchiveError, BadFormat
from onrecord_archive.format.leaf import (
    RecordHeader,
    decode_leaf,
    encode_leaf,
    insert_ct,
    without_ct,
)
from onrecord_archive.format.note import parse_note, parse_vkey, split_notes
from onrecord_archive.format.proof import parse_proof
from onrecord_archive.format.record import canonical, format_time, parse_canonical, parse_time
from onrecord_archive.format.seal import Plain, split_plain
from onrecord_archive.format.tail import BadFrame, decode_frame, encode_frame
from onrecord_archive.format.tiles import decode_bundle, encode_bundle

NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6)


@given(OBJECTS)
@example({"a": '\x7f\x1f\b\t\n\f\r\u2028\u2029\ud7ff\ue000\ufffe\U0010ffff"\\/'})
def test_our_spelling_is_that_of_rfc_8785(value: dict[str, Any]) -> None:
    data = canonical(value)
    assert data == rfc8785.dumps(value)
    assert parse_canonical(data) == value


@given(OBJECTS, st.booleans(), st.booleans(), st.sampled_from([None, 1]))
def test_no_other_spelling_is_read(
    value: dict[str, Any], escape: bool, sort: bool, indent: int | None
) -> None:
    other = json.dumps(value, ensure_ascii=escape, sort_keys=sort, indent=indent).encode()
    assume(other != canonical(value))
    try:
        parse_canonical(other)
    except BadFormat:
        return
    raise AssertionError(other)


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_parsers_raise_nothing_but_their_own_error(data: bytes) -> None:
    def text() -> str:
        return data.decode(errors="replace")

    for parse in (
        lambda: parse_canonical(data),
        lambda: decode_leaf(data),
        lambda: parse_note(data),
        lambda: parse_proof(data),
        lambda: parse_vkey(text()),
        lambda: parse_time(text()),
        lambda: decode_bundle(data),
        lambda: split_plain(data),
        lambda: decode_frame(memoryview(data), 0, epoch=1, index=1),
    ):
        try:
            parse()
        except ArchiveError:
            continue


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_read_back(moment: datetime) -> None:
    text = format_time(moment)
    assert len(text) == 27
    assert parse_time(text) == moment


WORDS = st.from_regex("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True)
STREAMS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200)
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(WORDS, STREAMS, st.integers(1, 2**53 - 1), HEX, st.binary(max_size=9))
@example("a", ',"event_id":"', 1, "00" * 32, b"")
def test_a_leaf_is_its_header_with_ct(
    type: str, stream: str, conv_seq: int, pt: str, body: bytes
) -> None:
    assume(type != "file.stored")
    header = RecordHeader(
        at="2026-11-24T09:30:00.000000Z",
        class_=type[::-1].lstrip("._:-"),
        conv_seq=conv_seq,
        event_id=pt[:32],
        key_id=pt[32:],
        prev=pt,
        pt=pt,
        stream=stream,
        type=type,
    )
    ct = sha256(body)
    leaf = insert_ct(encode_leaf(header), ct.digest())
    members = json.loads(encode_leaf(header)) | {"ct": ct.hexdigest()}
    assert leaf == rfc8785.dumps(members) == encode_leaf(decode_leaf(leaf))
    assert without_ct(leaf) == encode_leaf(header)


@given(OBJECTS, OBJECTS)
def test_a_plaintext_falls_apart_where_its_first_object_ends(
    shown: dict[str, Any], kept: dict[str, Any]
) -> None:
    plain = Plain(canonical(shown), b"s" * 32, canonical(kept), b"k" * 32)
    assert split_plain(plain.encode()) == plain


@given(st.binary(max_size=60), st.binary(max_size=60), st.integers(0, 2**64 - 1), st.data())
def test_a_changed_frame_is_never_read(
    leaf: bytes, body: bytes, epoch: int, data: st.DataObject
) -> None:
    frame = encode_frame(epoch, 7, 1, leaf, body)
    read = decode_frame(memoryview(frame), 0, epoch=epoch, index=7)
    assert (read.leaf, read.body) == (leaf, body)
    place = data.draw(st.integers(0, len(frame) - 1))
    changed = bytearray(frame)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        decode_frame(memoryview(changed), 0, epoch=epoch, index=7)
    except BadFrame:
        return
    raise AssertionError(place)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_bundles_are_read_back(leaves: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(leaves)) == leaves


@given(st.binary(max_size=200))
def test_splitting_notes_loses_no_byte(data: bytes) -> None:
    notes, rest = split_notes(data)
    assert b"".join(notes) + rest == data
