"""Compliance's epoch key: a public file that seals, and an opening file that leaves the server."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from msgspec import Meta, Struct

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Hex32, Ordinal

SUITE_ID: Final = "647a-0001-0002"
"""KEM MLKEM768-X25519 (draft-ietf-hpke-pq), KDF HKDF-SHA256, AEAD AES-256-GCM (RFC 9180, 7)."""

_Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$(?!\n)", max_length=128)]
_HexMlKem = Annotated[str, Meta(pattern=r"^[0-9a-f]{2368}$(?!\n)", max_length=2368)]


class SealingKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public half of one key epoch."""

    epoch: Ordinal
    kind: Literal["onrecord-sealing-key"] = "onrecord-sealing-key"
    ml_kem_768: _HexMlKem
    suite_id: Literal["647a-0001-0002"] = "647a-0001-0002"
    v: Literal[1] = 1
    x25519: Hex32

    def public(self) -> MLKEM768X25519PublicKey:
        """Return the key object; raises BadFormat for bytes that are no key."""
        try:
            return MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(bytes.fromhex(self.ml_kem_768)),
                X25519PublicKey.from_public_bytes(bytes.fromhex(self.x25519)),
            )
        except ValueError as error:
            raise BadFormat("no sealing key") from error


class OpeningKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The private half: whoever has it, and a key store, reads the archive."""

    epoch: Ordinal
    kind: Literal["onrecord-opening-key"] = "onrecord-opening-key"
    ml_kem_768_seed: _Hex64
    suite_id: Literal["647a-0001-0002"] = "647a-0001-0002"
    v: Literal[1] = 1
    x25519: Hex32

    def private(self) -> MLKEM768X25519PrivateKey:
        """Return the key object; raises BadFormat for bytes that are no key."""
        try:
            return MLKEM768X25519PrivateKey(
                MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(self.ml_kem_768_seed)),
                X25519PrivateKey.from_private_bytes(bytes.fromhex(self.x25519)),
            )
        except ValueError as error:
            raise BadFormat("no opening key") from error

    def sealing(self) -> SealingKey:
        """Return the public half."""
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(self.ml_kem_768_seed))
        x25519 = X25519PrivateKey.from_private_bytes(bytes.fromhex(self.x25519))
        return SealingKey(
            epoch=self.epoch,
            ml_kem_768=ml_kem.public_key().public_bytes_raw().hex(),
            x25519=x25519.public_key().public_bytes_raw().hex(),
        )

    def __repr__(self) -> str:
        """Show the epoch alone."""
        return f"OpeningKey(epoch={self.epoch})"


_Key = TypeVar("_Key", SealingKey, OpeningKey)


def generate_opening_key(epoch: int) -> OpeningKey:
    """Return a new key for `epoch` (1, 2, ...), random from the operating system."""
    return OpeningKey(
        epoch=epoch,
        ml_kem_768_seed=MLKEM768PrivateKey.generate().private_bytes_raw().hex(),
        x25519=X25519PrivateKey.generate().private_bytes_raw().hex(),
    )


def encode_key_file(key: SealingKey | OpeningKey) -> bytes:
    """Return the file's bytes; an opening key's are the secret itself."""
    return msgspec.json.encode(key) + b"\n"


def parse_sealing_key(data: bytes) -> SealingKey:
    """Return the key of a public file; raises BadFormat."""
    key = _parse(data, SealingKey)
    key.public()
    return key


def parse_opening_key(data: bytes) -> OpeningKey:
    """Return the key of an opening file; raises BadFormat."""
    key = _parse(data, OpeningKey)
    key.private()
    return key


def _parse(data: bytes, form: type[_Key]) -> _Key:
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadFormat("no key file of compliance") from error
