"""The log's private keys: key files, and signing a checkpoint with all of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from msgspec import Struct

from onrecord_archive.format.checkpoint import Checkpoint, Policy, cosigned_message, make_policy
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Hex32
from onrecord_archive.format.note import Algorithm, Note, Signature, VerifierKey, check_name

_NAMES: Final = {"ed25519": Algorithm.ED25519, "ml-dsa-44": Algorithm.ML_DSA_44}
_U64: Final = struct.Struct(">Q")


class _KeyFile(Struct, frozen=True, forbid_unknown_fields=True):
    algorithm: Literal["ed25519", "ml-dsa-44"]
    kind: Literal["onrecord-log-key"]
    name: str
    seed: Hex32
    v: Literal[1]


class Signer:
    """One private key of the log."""

    __slots__ = ("_private", "_seed", "key")

    def __init__(self, name: str, algorithm: Algorithm, seed: bytes) -> None:
        """Take the 32-byte seed (RFC 8032 private key, FIPS 204 xi); raises BadFormat."""
        check_name(name)
        if len(seed) != 32:
            raise BadFormat("a seed has 32 bytes")
        self._seed = seed
        self._private: Ed25519PrivateKey | MLDSA44PrivateKey
        if algorithm is Algorithm.ED25519:
            self._private = Ed25519PrivateKey.from_private_bytes(seed)
        else:
            self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.key = VerifierKey(name, algorithm, self._private.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint, time: int) -> Signature:
        """Return the signature line; `time` is POSIX seconds (ML-DSA-44 alone carries it)."""
        name = self.key.name
        if self.key.algorithm is Algorithm.ED25519:
            value = self._private.sign(checkpoint.text().encode())
        else:
            message = cosigned_message(name, time, checkpoint)
            value = _U64.pack(time) + self._private.sign(message)
        return Signature(name, self.key.key_id, value)

    def encode(self) -> bytes:
        """Return the key file's bytes. They are the secret itself: mode 0600, never in a log."""
        algorithm = "ed25519" if self.key.algorithm is Algorithm.ED25519 else "ml-dsa-44"
        name, seed = self.key.name, self._seed.hex()
        file = _KeyFile(algorithm, "onrecord-log-key", name, seed, 1)  # type: ignore[arg-type]
        return msgspec.json.encode(file) + b"\n"


def parse_signer(data: bytes) -> Signer:
    """Return the signer of a key file's bytes; raises BadFormat."""
    try:
        file = msgspec.json.decode(data, type=_KeyFile)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadFormat("no key file of a log") from error
    return Signer(file.name, _NAMES[file.algorithm], bytes.fromhex(file.seed))


def signers_policy(signers: Sequence[Signer]) -> Policy:
    """Return the policy that demands the signature of each of these signers."""
    return make_policy([signer.key for signer in signers])


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer], time: int) -> bytes:
    """Return the signed note, its lines in the one order that the policy accepts."""
    order = sorted(signers, key=lambda signer: (signer.key.algorithm, signer.key.key_id))
    signatures = tuple(signer.sign(checkpoint, time) for signer in order)
    return Note(checkpoint.text(), signatures).encode()
