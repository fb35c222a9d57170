"""Who the hook `nats` signs in as, read from files at each connection, so that they can change."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.options import read_file

_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+(\S+)\s+-+END \1-+")
_SEED_SIZE: Final = 2 + 32 + 2
"""Bytes of a seed: two of prefix, the key, two of CRC."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and the file of the password, or a file of a JWT and its seed; or neither."""

    user: str | None = None
    password_file: Path | None = None
    credentials_file: Path | None = None

    def require_whole(self) -> None:
        """Refuse half a pair, both ways at once, and files without what they are for."""
        if (self.user is None) != (self.password_file is None):
            raise Misconfigured("user and password_file belong together")
        if self.user is not None and self.credentials_file is not None:
            raise Misconfigured("credentials_file says who signs in: leave user out")
        self.read()

    def read(self) -> dict[str, Any]:
        """Return what nats.py's `connect` is given. Raises Misconfigured."""
        if self.credentials_file is not None:
            token, key = _parse_credentials(self.credentials_file)
            return {
                "user_jwt_cb": lambda: token,
                "signature_cb": lambda nonce: base64.b64encode(key.sign(nonce.encode())),
            }
        if self.user is None or self.password_file is None:
            return {}
        password = _text(self.password_file, "the password").strip()
        if not password:
            raise Misconfigured(f"the password in {self.password_file} is empty")
        return {"user": self.user, "password": password}


def _parse_credentials(path: Path) -> tuple[bytes, Ed25519PrivateKey]:
    """Return the JWT and the key of a file that `nsc` writes.

    Read here, since nats.py needs two packages more for it.
    """
    blocks = dict(_BLOCK.findall(_text(path, "the credentials")))
    token, seed = blocks.get("NATS USER JWT", ""), blocks.get("USER NKEY SEED", "")
    try:
        raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except (binascii.Error, ValueError):
        raw = b""
    if not token or len(raw) != _SEED_SIZE:
        raise Misconfigured(f"the credentials in {path} have no JWT and seed of a user")
    return token.encode(), Ed25519PrivateKey.from_private_bytes(raw[2:34])


def _text(path: Path, what: str) -> str:
    try:
        return read_file(path, what).decode("ascii")
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{what} in {path} is not ASCII") from error
