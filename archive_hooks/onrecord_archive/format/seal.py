"""Sealing: record bodies under a data key, data keys under compliance's epoch key.

    body   = nonce(12) || AES-256-GCM(data key, nonce, salt_s || salt_k || shown || kept,
                                      aad = the leaf's canonical bytes without `ct`)
    sealed = HPKE base mode (RFC 9180) of the data key to the epoch key, info = canonical
             {v, suite_id, epoch, key_id, stream, class, day}

AES-GCM does not commit to its key; `ct` and `pt` in the leaf do, so an opener checks both.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from onrecord_archive.format.epoch_key import SUITE_ID, OpeningKey, SealingKey
from onrecord_archive.format.errors import BadFormat, CannotOpen
from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, without_ct
from onrecord_archive.format.record import SALT_SIZE, canonical, pt

DATA_KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class Plain:
    """An opened record: the canonical bytes of both objects and their salts."""

    shown: bytes
    salt_s: bytes
    kept: bytes
    salt_k: bytes

    def encode(self) -> bytes:
        """Return what is encrypted."""
        return b"".join((self.salt_s, self.salt_k, self.shown, self.kept))

    def pt(self) -> bytes:
        """Return the commitment that the leaf carries."""
        return pt(self.shown, self.salt_s, self.kept, self.salt_k)


def seal_body(cipher: AESGCM, counter: int, plain: bytes, header: bytes) -> bytes:
    """Return the sealed body; `counter` must never repeat under one key.

    `plain` is `Plain.encode()`, `header` the encoded RecordHeader.
    """
    nonce = counter.to_bytes(NONCE_SIZE, "big")
    return nonce + cipher.encrypt(nonce, plain, header)


def open_body(data_key: bytes, leaf: bytes, record: RecordLeaf, body: bytes) -> Plain:
    """Return the opened record; `record` is the decoded `leaf`.

    Raises CannotOpen when `ct` does not match, the key does not open it, or `pt` does not match.
    """
    if sha256(body).hexdigest() != record.ct:
        raise CannotOpen("the sealed body is not the one that the leaf names")
    try:
        nonce, sealed = body[:NONCE_SIZE], body[NONCE_SIZE:]
        plain = split_plain(AESGCM(data_key).decrypt(nonce, sealed, without_ct(leaf)))
    except (InvalidTag, ValueError, BadFormat) as error:
        raise CannotOpen("the data key does not open the body") from error
    if plain.pt().hex() != record.pt:
        raise CannotOpen("the opened record is not the one that the leaf commits to")
    return plain


def split_plain(data: bytes) -> Plain:
    """Return the parts of a decrypted body; raises BadFormat.

    `shown` and `kept` stand one after the other: the first ends with the brace that closes it.
    """
    salt_s, salt_k = data[:SALT_SIZE], data[SALT_SIZE : 2 * SALT_SIZE]
    objects = data[2 * SALT_SIZE :]
    if len(salt_k) != SALT_SIZE:
        raise BadFormat("a record that is too short")
    end = _object_end(objects)
    return Plain(objects[:end], salt_s, objects[end:], salt_k)


def _object_end(data: bytes) -> int:
    """Return the length of the JSON object that `data` begins with; raises BadFormat."""
    depth, at, inside = 0, 0, False
    while at < len(data):
        byte = data[at]
        if inside:
            if byte == 0x5C:  # a backslash escapes what follows
                at += 1
            inside = byte != 0x22
        elif byte == 0x22:
            inside = True
        elif byte == 0x7B:
            depth += 1
        elif byte == 0x7D:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise BadFormat("an object that is not closed")


def key_info(leaf: KeyLeaf) -> bytes:
    """Return the HPKE `info` that binds a sealed data key to its place."""
    return canonical(
        {
            "v": leaf.v,
            "suite_id": leaf.suite_id,
            "epoch": leaf.epoch,
            "key_id": leaf.key_id,
            "stream": leaf.stream,
            "class": leaf.class_,
            "day": leaf.day,
        }
    )


def seal_data_key(data_key: bytes, sealing: SealingKey, leaf: KeyLeaf) -> bytes:
    """Return the data key sealed to compliance; `leaf.sha256` is not looked at."""
    return _suite().encrypt(data_key, sealing.public(), key_info(leaf))


def open_data_key(sealed: bytes, opening: OpeningKey, leaf: KeyLeaf) -> bytes:
    """Return the data key; raises CannotOpen for another epoch, suite, hash or key."""
    if leaf.epoch != opening.epoch or leaf.suite_id != SUITE_ID:
        raise CannotOpen(f"the data key is sealed to key epoch {leaf.epoch} of {leaf.suite_id}")
    if sha256(sealed).hexdigest() != leaf.sha256:
        raise CannotOpen("the sealed data key is not the one that the log names")
    try:
        data_key = _suite().decrypt(sealed, opening.private(), key_info(leaf))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the opening key does not open the data key") from error
    if len(data_key) != DATA_KEY_SIZE:
        raise CannotOpen("a data key of a wrong length")
    return data_key


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
