"""What a push carries, readable by one browser alone (RFC 8291: aes128gcm of RFC 8188)."""

from dataclasses import dataclass
from os import urandom

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096
"""What push services take at most (RFC 8030 section 7.2); one record holds all of it."""
PADDED_BYTES = 512
"""Each payload is padded to so much: its length says nothing of a name."""
POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
_LAST = b"\x02"


@dataclass(frozen=True, slots=True)
class BrowserKeys:
    """What a browser gave to encrypt to it: an uncompressed point of P-256, and a secret."""

    point: bytes
    auth: bytes

    @property
    def public(self) -> EllipticCurvePublicKey:
        """The key. Raises ValueError where the bytes are none, or the secret has another length."""
        if len(self.point) != POINT_BYTES or len(self.auth) != AUTH_BYTES:
            raise ValueError("A browser's keys have 65 and 16 bytes.")
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.point)


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """What is new for each push."""

    key: EllipticCurvePrivateKey
    salt: bytes

    @classmethod
    def fresh(cls) -> "Ephemeral":
        """Make one."""
        return cls(generate_private_key(SECP256R1()), urandom(SALT_BYTES))


def padded(payload: bytes) -> bytes:
    """Return *payload* as one last record of `PADDED_BYTES`. Raises ValueError if it is longer."""
    if len(payload) >= PADDED_BYTES:
        raise ValueError(f"A push carries less than {PADDED_BYTES} bytes.")
    return (payload + _LAST).ljust(PADDED_BYTES, b"\x00")


def encrypt(record: bytes, browser: BrowserKeys, once: Ephemeral | None = None) -> bytes:
    """Return the body of a push: header and one sealed *record*, delimiter and padding included.

    Raises ValueError for keys that are none.
    """
    once = once or Ephemeral.fresh()
    own = point_of(once.key.public_key())
    shared = once.key.exchange(ECDH(), browser.public)
    secret = _derived(shared, browser.auth, b"WebPush: info\x00" + browser.point + own, 32)
    key = _derived(secret, once.salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, once.salt, b"Content-Encoding: nonce\x00", 12)
    sealed = AESGCM(key).encrypt(nonce, record, None)
    return once.salt + RECORD_BYTES.to_bytes(4) + bytes([len(own)]) + own + sealed


def point_of(key: EllipticCurvePublicKey) -> bytes:
    """Return an uncompressed point (X9.62), as browsers have them."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt, info).derive(secret)
