"""One-time codes to a client's own mail or phone, each for the browser that asked for it.

Six digits, ten minutes, five tries. A code lies under whose it is and which browser asked for it (a
secret in that one's cookie): a stranger who asks for another one neither voids it nor has anything
to guess at. One that was asked for at an address that is nobody's is kept like all others and sent
nowhere, so that what comes of it tells nobody who is a client.

What is counted, with the same allowance whoever has the address:

  sent     Strangers' browsers, at an address: five of one subscriber, ten of all, then one each
           ten minutes; and as a reserve (strangers.py) twice as many at first, two a day of one
           neighbourhood. Sixty a subscriber. What proved something before, five and then one each
           ten minutes of its own, which no stranger can use up: a browser that let the client in, a
           signed-in session, an invite's link.
  guesses  Five a code. Over all codes that strangers' browsers asked for at an address: ten of
           one subscriber, twenty of all, then one each half an hour; and as a reserve thirty, then
           one each half an hour, three a day of one neighbourhood. Twenty of its own, then one
           each quarter of an hour, for what proved something before.
           Only guesses at a code that is in force count here, so no stranger uses them up without
           a code that was sent. Others count for their subscriber alone, and those of what
           proved something before apart: as many, and none of them keeps out a code that was sent.

So whoever asks as any number of subscribers, about any number of codes, has 50 + 96 guesses at an
address on the first day and 96 on each other, of a million: 1 in 6,800, and 1 in 10,400; in a year
that nobody looks at, 35,090, or 3.5 %. It is counted in memory: each restart of the service gives
the 50 back. For each five guesses the client is sent a code that they did not ask for.

A browser that is new to the client, elsewhere than those who ask, gets its code from the reserve,
and may guess from it. To keep the guesses' reserve used up takes ten neighbourhoods at once and
then 16, which may be the same ones day after day. Whoever has those keeps new browsers out for as
long; the client comes in with what they used before, with a passkey or by their advisor's word even
then.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import randbelow

from onrecord.core.domain.errors import NotSignedIn, TooMany, Unavailable
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.clients.store import ClientStore
from onrecord.features.clients.strangers import Shares, Strangers, Taken
from onrecord.features.clients.values import Code
from onrecord.features.notifications.client_letters import CodeLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord.features.sign_in.secrets import digest

DIGITS = 6
AGAIN_S = 30
"""How soon a person is offered another code, seconds."""

OWN = Allowance(5, 600.0)
"""Codes for what proved something before."""
GUESSES = Allowance(20, 900.0)
"""Guesses at codes for what proved something before."""
ASKED_BY_STRANGERS = Shares(
    everywhere=Allowance(60, 10.0),
    subscriber=Allowance(5, 600.0),
    common=Allowance(10, 600.0),
    little=Allowance(2, 43_200.0),
    reserve=Allowance(20, 600.0),
)
"""Codes for strangers' browsers."""
GUESSED_BY_STRANGERS = Shares(
    everywhere=Allowance(60, 10.0),
    subscriber=Allowance(10, 900.0),
    common=Allowance(20, 1800.0),
    little=Allowance(3, 28_800.0),
    reserve=Allowance(30, 1800.0),
)
"""Guesses at codes of one address that strangers' browsers asked for."""


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How long a code works, and what its letter says.

    `secret`: what stored codes are hashed with, 32 bytes. `firm`: what a letter names.
    """

    secret: bytes
    firm: Callable[[], FirmProfile]
    lifetime: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a code or types one. `address`: the one that they come from.

    `whose`: what the code is about. `browser`: what theirs is known by; empty: nothing. `counted`:
    under what it counts; with `own`, apart from all strangers.
    """

    whose: str
    browser: str
    counted: str
    address: str = ""
    own: bool = True

    @property
    def key(self) -> str:
        """What the code is kept under."""
        return f"{self.whose} {digest(self.browser).hex()}"


class Codes:
    """Makes, sends and checks codes."""

    def __init__(
        self, means: Means, store: ClientStore, letters: RecordedLetters, options: CodeOptions
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._letters = letters
        self._clock = means.clock
        self._options = options
        self._asking = Strangers(means.clock, ASKED_BY_STRANGERS)
        self._guessing = Strangers(means.clock, GUESSED_BY_STRANGERS)
        self._limiter = RateLimiter(means.clock)

    def demand(self, way: Way) -> None:
        """Raises Unavailable (`letters_not_set_up`) where no code leaves this way."""
        self._letters.demand(way)

    def count(self, asker: Asker) -> None:
        """Count that a code was asked for. Raises TooMany (`too_many_codes`)."""
        try:
            if asker.own:
                self._limiter.take((("asked", asker.counted), OWN))
            else:
                self._asking.take(asker.counted, asker.address)
        except TooMany as error:
            detail = "Too many codes were asked for. Use the last one, or wait."
            raise TooMany("too_many_codes", detail, retry_after=error.retry_after) from error

    async def make(self, asker: Asker) -> str:
        """Make a code, which voids the one before in the same browser, and return it."""
        code = f"{randbelow(10**DIGITS):0{DIGITS}}"
        expires_at = self._clock.now() + self._options.lifetime
        stored = Code(self._hash(asker.key, code), expires_at)
        await self._write(self._store.put_code, asker.key, stored)
        return code

    async def send(self, code: str, to: Address, locale: str, order: Order) -> None:
        """Send a code, on the record. Raises Unavailable (recorded_letters.py)."""
        minutes = int(self._options.lifetime.total_seconds() // 60)
        letter = CodeLetter(locale, self._options.firm().name, code, minutes)
        await self._letters.send(to, letter, order)

    async def take(self, asker: Asker, code: str) -> None:
        """Use up the code.

        Raises NotSignedIn (`bad_code`; `code_used_up` once no try is left) and counts the guess,
        TooMany.
        """
        key, typed, now = asker.key, "".join(code.split()), self._clock.now()
        counts = await self._read(self._store.code_stands, key, now)
        taken = self._count_guess(asker, counts)
        try:
            right = await self._write(self._store.try_code, key, self._hash(key, typed), now)
        except Unavailable:  # the store is busy: nothing was tried
            self._not_guessed(asker, taken, counts=counts)
            raise
        if not right:
            raise used_up() if await self._read(self._store.code_spent, key, now) else bad_code()
        self._not_guessed(asker, taken, counts=counts)

    def _not_guessed(self, asker: Asker, taken: Taken | None, *, counts: bool) -> None:
        if taken is not None:
            self._guessing.give_back(taken)
        elif counts:
            self._limiter.give_back((("guessed", asker.counted), GUESSES))

    def _count_guess(self, asker: Asker, counts: bool) -> Taken | None:
        if asker.own:
            what = "guessed" if counts else "guessed without a code"
            self._limiter.take(((what, asker.counted), GUESSES))
            return None
        return self._guessing.take(asker.counted, asker.address) if counts else None

    def _hash(self, key: str, code: str) -> bytes:
        return hmac.digest(self._options.secret, f"{key} {code}".encode(), sha256)


def used_up() -> NotSignedIn:
    """Return the answer once the tries at a code are used up, whoever asked for it."""
    detail = "This code was typed wrongly too often, and works no more. Ask for a new one."
    return NotSignedIn("code_used_up", detail)


def bad_code() -> NotSignedIn:
    """Return the one answer to a code that is wrong, used or expired."""
    detail = "This code is wrong or no longer works. Check it, or ask for a new one."
    return NotSignedIn("bad_code", detail)
