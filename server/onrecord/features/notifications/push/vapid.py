"""Who sends a push (RFC 8292, VAPID): a token for one push service, signed with the server's key.

The key is derived from the server's secret, as the cursors' is: there is no other file to keep.
"""

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onrecord.features.notifications.push.encryption import point_of

VALID = timedelta(hours=12)
"""RFC 8292 section 2 allows 24 hours; half of it leaves room for clocks that differ."""
_INFO = b"onrecord/push/vapid/v1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (SEC 2, section 2.4.2)."""


def sender_key(secret: bytes) -> EllipticCurvePrivateKey:
    """Return the key of this installation: the same after each start (FIPS 186-5 A.2.1)."""
    wide = HKDF(SHA256(), 48, None, _INFO).derive(secret)
    return derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, SECP256R1())


def authorization(
    key: EllipticCurvePrivateKey, push_origin: str, contact: str, now: datetime
) -> str:
    """Return the header for a push service. *contact*: a `mailto:` or `https:` address."""
    head: dict[str, object] = {"typ": "JWT", "alg": "ES256"}
    claims: dict[str, object] = {
        "aud": push_origin,
        "exp": int((now + VALID).timestamp()),
        "sub": contact,
    }
    text = f"{_json(head)}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(text.encode(), ECDSA(SHA256())))
    signature = base64url(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={text}.{signature}, k={base64url(point_of(key.public_key()))}"


def base64url(value: bytes) -> str:
    """Return it without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def _json(part: dict[str, object]) -> str:
    return base64url(json.dumps(part, separators=(",", ":")).encode())
