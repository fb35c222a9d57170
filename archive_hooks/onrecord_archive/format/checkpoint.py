"""Signed tree heads (C2SP tlog-checkpoint) and the policy file that judges them."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.note import (
    SIGNATURE_SIZE,
    Algorithm,
    Note,
    Signature,
    VerifierKey,
    check_name,
    decode_base64,
    encode_base64,
    parse_note,
    parse_vkey,
)
from onrecord_archive.format.record import MAX_INTEGER
from onrecord_archive.format.tree import HASH_SIZE

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_COSIGNED_LABEL: Final = b"subtree/v1\n\x00"
_U64: Final = struct.Struct(">Q")
MAX_TIME: Final = 2**63 - 1
"""Latest POSIX time that a cosignature may have (C2SP tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `size` leaves under `root`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def parse_checkpoint_text(text: str) -> Checkpoint:
    """Return the checkpoint that `text` spells; raises BadFormat. No extension lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadFormat("a checkpoint has three lines")
    origin, size, root = lines[:3]
    check_name(origin)
    checkpoint = Checkpoint(origin, parse_decimal(size), decode_base64(root))
    if len(checkpoint.root) != HASH_SIZE:
        raise BadFormat("a checkpoint's root has 32 bytes")
    return checkpoint


def parse_decimal(text: str) -> int:
    """Return a decimal number without leading zeroes, below 2^53; raises BadFormat."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_INTEGER:
        raise BadFormat("no decimal number")
    return int(text)


def cosigned_message(name: str, time: int, checkpoint: Checkpoint) -> bytes:
    """Return what an ML-DSA-44 signature (0x06) signs: C2SP tlog-cosignature `cosigned_message`."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    if not 1 <= len(cosigner) <= 255 or not 1 <= len(origin) <= 255:
        raise BadFormat("a name of more than 255 bytes")
    return b"".join(
        (
            _COSIGNED_LABEL,
            bytes([len(cosigner)]) + cosigner,
            _U64.pack(time),
            bytes([len(origin)]) + origin,
            _U64.pack(0),
            _U64.pack(checkpoint.size),
            checkpoint.root,
        )
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, and its note as the log itself writes it: with its own signatures alone."""

    head: Checkpoint
    text: bytes


@dataclass(frozen=True, slots=True)
class Policy:
    """The keys that must all have signed a checkpoint; others may have signed it as well."""

    origin: str
    keys: tuple[VerifierKey, ...]

    def open(self, data: bytes, *, file: str = "") -> Checkpoint:
        """Return the checkpoint in a signed note; raises as `open_signed`."""
        return self.open_signed(data, file=file).head

    def open_signed(self, data: bytes, *, file: str = "") -> Signed:
        """Return the checkpoint in a signed note that this policy accepts, and the log's own note.

        Every key of the policy has signed, and each line that names one of them verifies, wherever
        it stands. Lines of other keys (a witness's) are ignored, as C2SP signed-note says: the own
        note has one line of each key, the first, in the policy's order. Raises NotVerified with
        code `checkpoint` and `file`, where the note is from.
        """
        try:
            note = parse_note(data)
            checkpoint = parse_checkpoint_text(note.text)
        except BadFormat as error:
            raise NotVerified("checkpoint", f"not a checkpoint: {error}", file=file) from error
        if checkpoint.origin != self.origin:
            raise NotVerified("checkpoint", "the checkpoint is of another log", file=file)
        known = {(key.name, key.key_id): key for key in self.keys}
        first: dict[tuple[str, bytes], Signature] = {}
        for signature in note.signatures:
            named = (signature.name, signature.key_id)
            if named in known:
                _verify(known[named], signature, note, checkpoint, file=file)
                first.setdefault(named, signature)
        lacking = ", ".join(known[named].algorithm.name for named in known if named not in first)
        if lacking:
            raise NotVerified("checkpoint", f"a signature is missing: {lacking}", file=file)
        own = tuple(first[named] for named in known)
        return Signed(checkpoint, Note(note.text, own).encode())

    def encode(self) -> str:
        """Return the policy file's text."""
        return "".join(f"{key.encode()}\n" for key in self.keys)


def make_policy(keys: list[VerifierKey] | tuple[VerifierKey, ...]) -> Policy:
    """Return the policy of these keys, all named as the log's origin; raises BadFormat."""
    origins = {key.name for key in keys}
    if len(origins) != 1:
        raise BadFormat("a policy has at least one key, and all bear the log's origin as name")
    ordered = sorted(keys, key=lambda key: (key.algorithm, key.key_id))
    if len({key.key_id for key in ordered}) != len(ordered):
        raise BadFormat("two keys of one id in the policy")
    return Policy(origins.pop(), tuple(ordered))


def parse_policy(text: str) -> Policy:
    """Return the policy of a file: one vkey a line, `#` comments, empty lines; raises BadFormat."""
    lines = (line.strip() for line in text.split("\n"))
    return make_policy([parse_vkey(line) for line in lines if line and not line.startswith("#")])


def _verify(
    key: VerifierKey, signature: Signature, note: Note, checkpoint: Checkpoint, *, file: str
) -> None:
    """Raise NotVerified unless `signature` is that of `key` over the checkpoint."""
    told = f"the {key.algorithm.name} signature does not verify"
    wrong = NotVerified("checkpoint", told, file=file)
    if len(signature.value) != SIGNATURE_SIZE[key.algorithm]:
        raise wrong
    try:
        if key.algorithm is Algorithm.ED25519:
            public = Ed25519PublicKey.from_public_bytes(key.public)
            public.verify(signature.value, note.text.encode())
            return
        (time,) = _U64.unpack_from(signature.value)
        if not 0 < time <= MAX_TIME:
            raise wrong
        message = cosigned_message(key.name, time, checkpoint)
        MLDSA44PublicKey.from_public_bytes(key.public).verify(signature.value[8:], message)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, BadFormat) as error:
        raise wrong from error
