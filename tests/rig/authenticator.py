"""A WebAuthn authenticator in software: it makes P-256 passkeys, uses them, and can misbehave."""

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from struct import pack

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

ORIGIN = "https://chat.example"
RP_ID = "chat.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True, slots=True)
class Registration:
    """What a browser hands over when a passkey was made."""

    credential: bytes
    client_data: bytes
    attestation: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser hands over when a passkey is used."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user: bytes


@dataclass
class Authenticator:
    """One passkey of one person."""

    user: bytes
    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = PRESENT | VERIFIED
    cross_origin: bool = False
    counts: bool = True
    """Whether it keeps a counter; those that sync don't."""
    counter: int = 0
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, challenge: bytes, kind: str = "webauthn.create") -> Registration:
        """Make the passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        cose = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + pack(">H", len(self.credential)) + self.credential + cose
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return Registration(self.credential, self._client_data(kind, challenge), attestation)

    def use(self, challenge: bytes, kind: str = "webauthn.get") -> Answer:
        """Sign a challenge with it."""
        self.counter += self.counts
        client_data, data = self._client_data(kind, challenge), self._data(self.flags)
        signed = data + sha256(client_data).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        return Answer(self.credential, client_data, data, signature, self.user)

    def _data(self, flags: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + pack(">BI", flags, self.counter)

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        said = {
            "type": kind,
            "challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(said).encode()
