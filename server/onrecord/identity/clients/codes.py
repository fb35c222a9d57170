"""One-time codes to a client's own mail or phone.

Six digits, ten minutes, five tries; a new code voids the one before. How many may be asked for is
limited for each address and for each network, whether anybody has that address or not. So at most
some thirty tries an hour stand against a million codes.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import randbelow

from onrecord.domain.errors import NotSignedIn, TooMany
from onrecord.identity.clients.addresses import Address
from onrecord.identity.clients.letters import CodeLetter, Letters
from onrecord.identity.clients.ports import ClientStore, Code
from onrecord.identity.firm import FirmProfile
from onrecord.identity.means import Means
from onrecord.identity.throttle import Allowance, Throttle, ThrottleOptions

DIGITS = 6
AGAIN_S = 30
"""How soon a person is offered another code, seconds."""


def _asking() -> ThrottleOptions:
    few = Allowance(burst=5, every_s=600.0)
    return ThrottleOptions(name_at_address=few, name=few, address=Allowance(60, 10.0))


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How long a code works, and how many may be asked for.

    `secret`: what stored codes are hashed with, 32 bytes. `firm`: what a letter names.
    """

    secret: bytes
    firm: Callable[[], FirmProfile]
    lifetime: timedelta = timedelta(minutes=10)
    asking: ThrottleOptions = field(default_factory=_asking)


class Codes:
    """Makes, sends and checks codes."""

    def __init__(
        self, means: Means, store: ClientStore, letters: Letters, options: CodeOptions
    ) -> None:
        self._store = store
        self._write = means.write
        self._letters = letters
        self._clock = means.clock
        self._options = options
        self._asking = Throttle(means.clock, options.asking)

    def count(self, to: Address, address: str) -> None:
        """Count that a code was asked for, from a network address. Raises TooMany."""
        try:
            self._asking.take(to.value, address)
        except TooMany as error:
            detail = "Too many codes were asked for. Use the last one, or wait."
            raise TooMany("too_many_codes", detail, retry_after=error.retry_after) from error

    async def send(self, key: str, to: Address, locale: str) -> None:
        """Make the code of *key* and send it. Raises Unavailable (letters.py)."""
        code = f"{randbelow(10**DIGITS):0{DIGITS}}"
        expires_at = self._clock.now() + self._options.lifetime
        await self._write(self._store.put_code, key, Code(self._hash(key, code), expires_at))
        minutes = int(self._options.lifetime.total_seconds() // 60)
        await self._letters.send(to, CodeLetter(locale, self._options.firm().name, code, minutes))

    async def take(self, key: str, code: str) -> None:
        """Use up the code of *key*. Raises NotSignedIn (`bad_code`), and counts the try."""
        typed = "".join(code.split())
        now = self._clock.now()
        if not await self._write(self._store.try_code, key, self._hash(key, typed), now):
            raise bad_code()

    def _hash(self, key: str, code: str) -> bytes:
        return hmac.digest(self._options.secret, f"{key} {code}".encode(), sha256)


def bad_code() -> NotSignedIn:
    """Return the one answer to a code that is wrong, used, expired or was tried too often."""
    detail = "This code is wrong or no longer works. Check it, or ask for a new one."
    return NotSignedIn("bad_code", detail)
