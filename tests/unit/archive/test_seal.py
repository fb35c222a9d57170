"""Sealed bodies, data keys, files and compliance's key files."""

import json
import os
from contextlib import suppress
from hashlib import sha256

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord_archive.format.blob import CHUNK, open_chunks, seal_chunks, sealed_size
from onrecord_archive.format.epoch_key import (
    OpeningKey,
    SealingKey,
    encode_key_file,
    generate_opening_key,
    parse_opening_key,
    parse_sealing_key,
)
from onrecord_archive.format.errors import BadFormat, CannotOpen
from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, decode_leaf, encode_leaf
from onrecord_archive.format.seal import (
    Plain,
    key_info,
    open_body,
    open_data_key,
    seal_body,
    seal_data_key,
    split_plain,
)
from tests.unit.archive.test_leaf import KEY, RECORD

OPENING, STRANGERS = generate_opening_key(1), generate_opening_key(1)
DATA_KEY = bytes(range(32))
PLAIN = Plain(b'{"text":"a \\"}{\\" b","x":{}}', b"s" * 32, b'{"auth":"password"}', b"k" * 32)


def sealed_record(plain: Plain = PLAIN) -> tuple[bytes, RecordLeaf, bytes]:
    """Return leaf, decoded leaf and body of a record with this plaintext."""
    draft = msgspec.structs.replace(RECORD, pt=plain.pt().hex())
    header = encode_leaf(draft).replace(b'"ct":"' + b"c7" * 32 + b'",', b"")
    body = seal_body(AESGCM(DATA_KEY), 5, plain.encode(), header)
    record = msgspec.structs.replace(draft, ct=sha256(body).hexdigest())
    return encode_leaf(record), record, body


def test_a_body_is_nonce_and_aes_gcm_over_the_leaf_without_ct() -> None:
    leaf, record, body = sealed_record()
    assert body[:12] == (5).to_bytes(12, "big")
    header = leaf.replace(b'"ct":"' + record.ct.encode() + b'",', b"")
    opened = AESGCM(DATA_KEY).decrypt(body[:12], body[12:], header)
    assert opened == b"s" * 32 + b"k" * 32 + PLAIN.shown + PLAIN.kept


def test_a_body_opens_to_both_objects() -> None:
    leaf, record, body = sealed_record()
    assert open_body(DATA_KEY, leaf, record, body) == PLAIN


def test_every_changed_byte_of_a_body_is_found() -> None:
    leaf, record, body = sealed_record()
    for place in range(len(body)):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            open_body(DATA_KEY, leaf, record, bytes(changed))
        as_named = msgspec.structs.replace(record, ct=sha256(changed).hexdigest())
        with pytest.raises(CannotOpen):
            open_body(DATA_KEY, encode_leaf(as_named), as_named, bytes(changed))


def test_a_body_opens_under_its_own_leaf_alone() -> None:
    leaf, record, body = sealed_record()
    other = msgspec.structs.replace(record, conv_seq=record.conv_seq + 1)
    with pytest.raises(CannotOpen):
        open_body(DATA_KEY, encode_leaf(other), other, body)
    with pytest.raises(CannotOpen):
        open_body(bytes(32), leaf, record, body)


def test_pt_commits_to_what_is_sealed() -> None:
    # The key commitment: a body that opens well, but to something else than the leaf says.
    header = encode_leaf(RECORD).replace(b'"ct":"' + b"c7" * 32 + b'",', b"")
    body = seal_body(AESGCM(DATA_KEY), 0, PLAIN.encode(), header)
    record = msgspec.structs.replace(RECORD, ct=sha256(body).hexdigest())
    with pytest.raises(CannotOpen, match="commits"):
        open_body(DATA_KEY, encode_leaf(record), record, body)


@pytest.mark.parametrize("data", [b"", b"x" * 63, b"x" * 64, b"x" * 64 + b'{"a":{}', b"x" * 70])
def test_a_cut_plaintext_is_refused(data: bytes) -> None:
    with pytest.raises(BadFormat):
        split_plain(data)


def sealed_key() -> tuple[KeyLeaf, bytes]:
    sealed = seal_data_key(DATA_KEY, OPENING.sealing(), KEY)
    return msgspec.structs.replace(KEY, sha256=sha256(sealed).hexdigest()), sealed


def test_a_data_key_opens_with_the_opening_key() -> None:
    leaf, sealed = sealed_key()
    assert len(sealed) == 1120 + 32 + 16  # enc of MLKEM768-X25519, key, tag
    assert open_data_key(sealed, OPENING, leaf) == DATA_KEY
    assert json.loads(key_info(leaf)) == {
        "v": 1,
        "suite_id": "647a-0001-0002",
        "epoch": 1,
        "key_id": "e7" * 16,
        "stream": "access:case-7",
        "class": "chat",
        "day": "2026-11-24",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "other"},
        {"class_": "other"},
        {"day": "2026-11-25"},
        {"key_id": "00" * 16},
        {"epoch": 2},
        {"suite_id": "0000-0001-0002"},
        {"sha256": "00" * 32},
    ],
)
def test_a_data_key_is_bound_to_its_place(change: dict[str, object]) -> None:
    leaf, sealed = sealed_key()
    with pytest.raises(CannotOpen):
        open_data_key(sealed, OPENING, msgspec.structs.replace(leaf, **change))


def openers() -> list[OpeningKey]:
    """Which of compliance's key and somebody else's open a data key that is sealed now."""
    leaf, sealed = sealed_key()
    found = []
    for key in (OPENING, STRANGERS):
        with suppress(CannotOpen):
            found += [key] * (open_data_key(sealed, key, leaf) == DATA_KEY)
    return found


@pytest.mark.promise("P8")
def test_a_data_key_opens_with_no_other_key() -> None:
    assert openers() == [OPENING]


@pytest.mark.promise("P8", planted=True)
def test_control_a_data_key_that_is_sealed_to_somebody_else_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = STRANGERS.sealing().public()
    monkeypatch.setattr(SealingKey, "public", lambda self: theirs)
    assert openers() == [STRANGERS]


def test_a_data_key_has_32_bytes() -> None:
    sealed = seal_data_key(b"short", OPENING.sealing(), KEY)
    leaf = msgspec.structs.replace(KEY, sha256=sha256(sealed).hexdigest())
    with pytest.raises(CannotOpen):
        open_data_key(sealed, OPENING, leaf)


def test_key_files_give_the_keys_back() -> None:
    opening = parse_opening_key(encode_key_file(OPENING))
    sealing = parse_sealing_key(encode_key_file(OPENING.sealing()))
    sealed = seal_data_key(DATA_KEY, sealing, KEY)
    leaf = msgspec.structs.replace(KEY, sha256=sha256(sealed).hexdigest())
    assert open_data_key(sealed, opening, leaf) == DATA_KEY


def test_an_opening_key_does_not_show_itself() -> None:
    assert repr(OPENING) == str(OPENING) == "OpeningKey(epoch=1)"


def test_another_key_file_is_refused() -> None:
    public, private = encode_key_file(OPENING.sealing()), encode_key_file(OPENING)
    for data in (b"", b"{}", private, public[:-3], public.replace(b'"v":1', b'"v":2')):
        with pytest.raises(BadFormat):
            parse_sealing_key(data)
    for data in (b"", public, private.replace(b"-0001-", b"-0003-")):
        with pytest.raises(BadFormat):
            parse_opening_key(data)


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1000, CHUNK, 10 * CHUNK])
def test_a_file_comes_back_whatever_the_pieces(size: int, piece: int) -> None:
    data, blob_id = os.urandom(size), os.urandom(16)
    pieces = [data[i : i + piece] for i in range(0, size, piece)]
    sealed = b"".join(seal_chunks(DATA_KEY, blob_id, pieces))
    assert len(sealed) == sealed_size(size)
    parts = [sealed[i : i + piece] for i in range(0, len(sealed), piece)]
    assert b"".join(open_chunks(DATA_KEY, blob_id, parts)) == data


def test_a_files_chunks_are_as_documented() -> None:
    blob_id = b"i" * 16
    sealed = b"".join(seal_chunks(DATA_KEY, blob_id, [bytes(CHUNK + 1)]))
    cipher = AESGCM(DATA_KEY)
    assert cipher.decrypt(bytes(12), sealed[: CHUNK + 16], blob_id) == bytes(CHUNK)
    assert cipher.decrypt(bytes(10) + b"\x01\x01", sealed[CHUNK + 16 :], blob_id) == b"\x00"


def opens(blob_id: bytes, sealed: bytes) -> bool:
    try:
        list(open_chunks(DATA_KEY, blob_id, [sealed]))
    except CannotOpen:
        return False
    return True


def test_a_file_that_is_cut_extended_or_shuffled_does_not_open() -> None:
    blob_id, whole = b"i" * 16, CHUNK + 16
    sealed = b"".join(seal_chunks(DATA_KEY, blob_id, [os.urandom(2 * CHUNK + 5)]))
    assert opens(blob_id, sealed)
    for other in (
        sealed[:whole],
        sealed[: 2 * whole],
        sealed[:-1],
        b"",
        sealed + b"\x00",
        sealed + sealed[-21:],
        sealed[whole : 2 * whole] + sealed[:whole] + sealed[2 * whole :],
    ):
        assert not opens(blob_id, other)
    assert not opens(b"j" * 16, sealed)


def test_a_leaf_of_the_tests_is_a_leaf() -> None:
    leaf, record, _ = sealed_record()
    assert decode_leaf(leaf) == record
