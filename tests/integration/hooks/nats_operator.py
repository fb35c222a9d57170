"""An operator, an account and a user of NATS, as `nsc` makes them: keys, JWTs and their files."""

import base64
import binascii
import json
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SEED, OPERATOR, ACCOUNT, USER = 18 << 3, 14 << 3, 0, 20 << 3
"""First bytes of keys (nkeys): in base32 they are the letters S, O, A and U."""
UNLIMITED = {"subs": -1, "data": -1, "payload": -1}


class Nkey:
    """A key of one kind, and what it signs."""

    def __init__(self, kind: int) -> None:
        self._kind = kind
        self._key = Ed25519PrivateKey.generate()
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = _base32(bytes([kind]) + public)

    @property
    def seed(self) -> str:
        """Its secret, as a file has it."""
        raw = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return _base32(bytes([SEED | self._kind >> 5, (self._kind & 31) << 3]) + raw)

    def signed(self, subject: str, name: str, claims: dict[str, Any]) -> str:
        """A JWT about somebody."""
        head = {"typ": "JWT", "alg": "ed25519-nkey"}
        body = {"iat": int(time.time()), "iss": self.public, "name": name, "sub": subject}
        text = f"{_part(head)}.{_part({**body, 'jti': name, 'nats': {**claims, 'version': 2}})}"
        return f"{text}.{_base64(self._key.sign(text.encode()))}"


class Trust:
    """One operator with one account that may use JetStream."""

    def __init__(self) -> None:
        self._operator, self._account, self._system = Nkey(OPERATOR), Nkey(ACCOUNT), Nkey(ACCOUNT)

    def settings(self) -> str:
        """What a server's settings have in the place of users."""
        claim = self._operator.signed(self._operator.public, "operator", {"type": "operator"})
        storage = {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}
        accounts = {
            self._account.public: self._signed_account(self._account, storage),
            self._system.public: self._signed_account(self._system, {}),
        }
        preload = "\n".join(f"  {name}: {signed}" for name, signed in accounts.items())
        return (
            f"operator: {claim}\nsystem_account: {self._system.public}\n"
            f"resolver: MEMORY\nresolver_preload: {{{{\n{preload}\n}}}}\n"
        )

    def _signed_account(self, account: Nkey, storage: dict[str, int]) -> str:
        limits = {**UNLIMITED, "conn": -1, "leaf": -1, "imports": -1, "exports": -1}
        claims = {"type": "account", "limits": {**limits, **storage, "wildcards": True}}
        return self._operator.signed(account.public, account.public, claims)

    def write_credentials(self, path: Path) -> None:
        """Write a new user's file."""
        user = Nkey(USER)
        claims = {"type": "user", **UNLIMITED}
        signed = self._account.signed(user.public, "onrecord", claims)
        path.write_text(
            f"-----BEGIN NATS USER JWT-----\n{signed}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
        )


def _base32(raw: bytes) -> str:
    whole = raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(whole).decode().rstrip("=")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())
