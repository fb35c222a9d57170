"""Standard Webhooks: the headers that sign a message (standardwebhooks.com, specification 1.0.0).

webhook-id          names the message, the same on each attempt: receivers drop doubles by it
webhook-timestamp   seconds since 1970, of this attempt
webhook-signature   "v1," + base64(HMAC-SHA256(secret, id "." timestamp "." body)), one a
                    secret, separated by spaces: two secrets are valid while one is replaced
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.note import decode_base64, encode_base64

PREFIX: Final = "whsec_"
SECRET_SIZES: Final = range(24, 65)
"""Bytes of a secret: 24 to 64, by the specification."""


def parse_secrets(data: bytes) -> tuple[bytes, ...]:
    """Return the secrets of a file: one `whsec_<base64>` a line; raises BadFormat."""
    try:
        lines = [line.strip() for line in data.decode("ascii").splitlines()]
    except UnicodeDecodeError as error:
        raise BadFormat("secrets are ASCII") from error
    secrets = tuple(_parse_secret(line) for line in lines if line and not line.startswith("#"))
    if not secrets:
        raise BadFormat("there is no secret")
    return secrets


def _parse_secret(line: str) -> bytes:
    if not line.startswith(PREFIX):
        raise BadFormat(f"a secret begins with {PREFIX}")
    secret = decode_base64(line.removeprefix(PREFIX))
    if len(secret) not in SECRET_SIZES:
        raise BadFormat("a secret has 24 to 64 bytes")
    return secret


def signed_headers(
    secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the three headers of one attempt."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digests = (hmac.digest(secret, signed, "sha256") for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{encode_base64(digest)}" for digest in digests),
    }
