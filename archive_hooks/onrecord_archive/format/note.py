"""C2SP signed notes and verifier keys: Ed25519 (0x01) and ML-DSA-44 cosignatures (0x06)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from onrecord_archive.format.errors import BadFormat

MAX_NOTE: Final = 128 * 1024
"""Longest note in bytes that is looked at: the 16 signatures of nearly 5 kB each that C2SP
signed-note has every verifier accept, in base64, with room to spare."""
_PAGE: Final = 4096
"""Bytes of which a file system keeps all or none; larger pages are several of these."""
_SIGNATURE_START: Final = "\u2014 "


class Algorithm(IntEnum):
    """The signature types that this log uses (C2SP signed-note, "Signature types")."""

    ED25519 = 0x01
    ML_DSA_44 = 0x06


PUBLIC_SIZE: Final = {Algorithm.ED25519: 32, Algorithm.ML_DSA_44: 1312}
SIGNATURE_SIZE: Final = {Algorithm.ED25519: 64, Algorithm.ML_DSA_44: 8 + 2420}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name, as a policy file lists it."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that name the key on a signature line."""
        material = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return sha256(material).digest()[:4]

    def encode(self) -> str:
        """Return the vkey: name+key id+base64(type || public key)."""
        material = encode_base64(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes

    def encode(self) -> str:
        """Return the line, without its newline."""
        return f"{_SIGNATURE_START}{self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (with its final newline) and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        lines = "".join(signature.encode() + "\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()


def encode_base64(data: bytes) -> str:
    """Return standard base64 (RFC 4648, section 4) with padding."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes:
    """Return the bytes whose one spelling is `text`; raises BadFormat for any other."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadFormat("no base64") from error
    if encode_base64(data) != text:
        raise BadFormat("base64 that is not canonical")
    return data


def check_name(name: str) -> None:
    """Raise BadFormat unless `name` may be a log's: as `_check_signer`, and no controls."""
    _check_signer(name)
    if any(c < " " or "\x7f" <= c <= "\x9f" for c in name):
        raise BadFormat("a control character in a key name")


def _check_signer(name: str) -> None:
    """Raise BadFormat unless `name` may be anybody's: not empty, no spaces or plus.

    No more is asked, as C2SP signed-note asks no more of a key that is unknown, and nothing that
    depends on which characters an interpreter knows.
    """
    if not name or "+" in name or any(c.isspace() for c in name):
        raise BadFormat("a key name that is not allowed")


def parse_vkey(text: str) -> VerifierKey:
    """Return the key that a vkey spells; raises BadFormat, also for a wrong key id."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadFormat("no vkey")
    name, key_id, material = parts[0], parts[1], decode_base64(parts[2])
    check_name(name)
    try:
        algorithm = Algorithm(material[0])
    except (IndexError, ValueError) as error:
        raise BadFormat("a vkey of an unknown type") from error
    key = VerifierKey(name, algorithm, material[1:])
    if len(key.public) != PUBLIC_SIZE[algorithm]:
        raise BadFormat("a vkey of a wrong length")
    if key.key_id.hex() != key_id:
        raise BadFormat("a vkey whose id does not match")
    return key


def parse_note(data: bytes) -> Note:
    """Return the note whose one spelling is `data`; raises BadFormat. Nothing is verified."""
    if len(data) > MAX_NOTE:
        raise BadFormat("a note that is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise BadFormat("a note that is not UTF-8") from error
    text, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise BadFormat("a note without signatures")
    if any(c < " " and c != "\n" for c in text):  # no signature line has one: see _parse_line
        raise BadFormat("a control character in a note")
    note = Note(text + "\n", tuple(_parse_line(line) for line in tail[:-1].split("\n")))
    if note.encode() != data:
        raise BadFormat("a note in another spelling")
    return note


def _parse_line(line: str) -> Signature:
    if not line.startswith(_SIGNATURE_START):
        raise BadFormat("a line that is no signature")
    name, separator, encoded = line[len(_SIGNATURE_START) :].partition(" ")
    _check_signer(name)
    value = decode_base64(encoded)
    if not separator or len(value) <= 4:
        raise BadFormat("a signature line that is cut")
    return Signature(name, value[:4], value[4:])


def split_notes(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the notes that stand one after the other in `data`, and the rest after the last.

    A note ends where a signature line is followed by a line that is none, or by the end.
    """
    start = _SIGNATURE_START.encode()
    notes: list[bytes] = []
    begin = at = 0
    signed = False
    while at < len(data):
        is_signature = data.startswith(start, at)
        if signed and not is_signature:
            notes.append(data[begin:at])
            begin, signed = at, False
        end = data.find(b"\n", at)
        if end < 0:
            break
        signed, at = is_signature, end + 1
    if signed and at == len(data):
        notes.append(data[begin:at])
        begin = at
    return notes, data[begin:]


def split_history(data: bytes, newest: bytes, *, offset: int = 0) -> tuple[list[bytes], bytes]:
    """Return the notes of `checkpoints`, and what is there of `newest` where its append was cut.

    `data` begins at a note, `offset` bytes into the file. Pages of one append reach the disk in any
    order: one that did not reads as zeros. Raises BadFormat for other bytes behind the last note.
    """
    notes, rest = split_notes(data)
    whole, unfinished = notes, None
    for count in range(len(notes), -1, -1):
        end = b"".join((*notes[count:], rest))
        if len(end) > len(newest):
            break
        if end == newest:
            return [*notes[:count], newest], b""
        if _is_unfinished(end, newest, offset + len(data) - len(end)):
            whole, unfinished = notes[:count], end
    if unfinished is None:
        raise BadFormat("what follows the last note is no beginning of the newest")
    return whole, unfinished


def _is_unfinished(part: bytes, whole: bytes, offset: int) -> bool:
    """Tell whether `part`, at `offset` of a file, is a beginning of `whole` but for lost pages."""
    start = 0
    while start < len(part):
        end = min(len(part), start + _PAGE - (offset + start) % _PAGE)
        if part[start:end] not in (whole[start:end], bytes(end - start)):
            return False
        start = end
    return True
