"""Passwords as argon2id hashes, and the same work for people who do not exist."""

import os
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onrecord.core.domain.errors import BadInput
from onrecord.core.ports import Bridge
from onrecord.features.sign_in.guessable import is_guessable
from onrecord.features.sign_in.hash_turns import KNOWN, HashTurns, Line
from onrecord.features.sign_in.values import Person
from onrecord.protocol.people import position_of

TOO_LONG = 1000
"""Characters. The same bound as in bodies.SignIn."""


@dataclass(frozen=True, slots=True)
class HashOptions:
    """What a guess costs (RFC 9106 section 4, second recommended option) and what is accepted."""

    time_cost: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4
    min_length: int = 12


class Passwords:
    """Hashes and compares, *at_once* at a time: each hash takes 64 MiB while it runs."""

    def __init__(self, bridge: Bridge, options: HashOptions, at_once: int) -> None:
        self._bridge = bridge
        self._options = options
        self._hasher = PasswordHasher(
            time_cost=options.time_cost,
            memory_cost=options.memory_kib,
            parallelism=options.lanes,
        )
        self._turns = HashTurns(at_once)
        self._nobody = _hash_of_nothing(options)

    async def hash(self, password: str, context: Iterable[str] = (), line: Line = KNOWN) -> str:
        """Return the encoded hash of a new password. *context*: names that it may not be made of.

        Raises BadInput (`password_too_short`, `password_too_long`, `password_common`) or
        Unavailable (`busy`).
        """
        if len(password) < self._options.min_length:
            least = self._options.min_length
            raise BadInput("password_too_short", f"A password has at least {least} characters.")
        if len(password) > TOO_LONG:
            raise BadInput("password_too_long", f"A password has at most {TOO_LONG} characters.")
        async with self._turns.turn(line):
            guessable = await self._bridge(is_guessable, password, tuple(context))
        if guessable:
            detail = (
                "This password is easy to guess. Leave out names, the firm and common passwords; "
                "three or four words that have nothing to do with each other are good."
            )
            raise BadInput("password_common", detail)
        async with self._turns.turn(line):
            return await self._bridge(self._hasher.hash, _spelling(password))

    async def rehash(self, password: str) -> str:
        """Return the encoded hash of a password that is in use, whatever its length.

        It waits for nobody: raises Unavailable (`busy`) where others are hashing.
        """
        async with self._turns.turn(None):
            return await self._bridge(self._hasher.hash, _spelling(password))

    async def matches(self, password: str, encoded: str | None, line: Line = KNOWN) -> bool:
        """Compare, when it is their turn. With None it takes as long and answers False.

        Raises Unavailable (`busy`).
        """
        async with self._turns.turn(line):
            return await self._bridge(self._verify, encoded or self._nobody, _spelling(password))

    def outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False


def context_of(person: Person, firm: str) -> tuple[str, ...]:
    """Return what whoever knows somebody would try first."""
    texts = (person.name, person.username, person.mail, person.org, *position_of(person).values())
    return (firm, *filter(None, texts))


def _spelling(password: str) -> str:
    """One spelling of what keyboards type differently (RFC 8265 section 4.2 asks for NFC)."""
    return normalize("NFC", password)


def _hash_of_nothing(options: HashOptions) -> str:
    """Return a hash that costs as much as a real one and that no password has."""
    salt, tag = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    costs = f"m={options.memory_kib},t={options.time_cost},p={options.lanes}"
    return f"$argon2id$v=19${costs}${salt}${tag}"
