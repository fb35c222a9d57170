"""Passwords as argon2id hashes, and the same work for people who do not exist."""

import os
from base64 import b64encode
from dataclasses import dataclass
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onrecord.domain.errors import BadInput
from onrecord.identity.ports import Bridge

TOO_LONG = 1000
"""Characters. The same bound as wire.rest.SignIn."""


@dataclass(frozen=True, slots=True)
class HashOptions:
    """What a guess costs (RFC 9106 section 4, second recommended option) and what is accepted."""

    time_cost: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4
    min_length: int = 12


class Passwords:
    """Hashes and compares. *bridge* has two threads: each hash takes 64 MiB while it runs."""

    def __init__(self, bridge: Bridge, options: HashOptions) -> None:
        self._bridge = bridge
        self._options = options
        self._hasher = PasswordHasher(
            time_cost=options.time_cost,
            memory_cost=options.memory_kib,
            parallelism=options.lanes,
        )
        self._nobody = _hash_of_nothing(options)

    async def hash(self, password: str) -> str:
        """Return the encoded hash of a new password.

        Raises BadInput (`password_too_short`, `password_too_long`) or Unavailable (`busy`).
        """
        if len(password) < self._options.min_length:
            least = self._options.min_length
            raise BadInput("password_too_short", f"A password has at least {least} characters.")
        if len(password) > TOO_LONG:
            raise BadInput("password_too_long", f"A password has at most {TOO_LONG} characters.")
        return await self.rehash(password)

    async def rehash(self, password: str) -> str:
        """Return the encoded hash of a password that is in use, whatever its length."""
        return await self._bridge(self._hasher.hash, _spelling(password))

    async def matches(self, password: str, encoded: str | None) -> bool:
        """Compare. With None it takes as long and answers False. Raises Unavailable (`busy`)."""
        return await self._bridge(self._verify, encoded or self._nobody, _spelling(password))

    def outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False


def _spelling(password: str) -> str:
    """One spelling of what keyboards type differently (RFC 8265 section 4.2 asks for NFC)."""
    return normalize("NFC", password)


def _hash_of_nothing(options: HashOptions) -> str:
    """Return a hash that costs as much as a real one and that no password has."""
    salt, tag = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    costs = f"m={options.memory_kib},t={options.time_cost},p={options.lanes}"
    return f"$argon2id$v=19${costs}${salt}${tag}"
