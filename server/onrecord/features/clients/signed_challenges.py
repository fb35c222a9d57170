"""Challenges to sign in with: kept nowhere until they are used, so nobody's asking costs others.

Whoever asks is not known yet. So a challenge says until when it counts, under a key of this
process; a restart ends those that are out.

    until (8 bytes, seconds since 1970, big-endian), 8 random bytes, HMAC-SHA-256 over both (16)
"""

import os
from datetime import UTC, datetime, timedelta
from hmac import compare_digest, digest

from onrecord.core.domain.clock import Clock

_UNTIL_BYTES = 8
_BODY_BYTES = 16
_MARK_BYTES = 16


class SignedChallenges:
    """Makes them, and knows them again."""

    def __init__(self, clock: Clock, lifetime: timedelta) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._key = os.urandom(32)

    def make(self) -> bytes:
        """Return one, of 32 bytes."""
        until = int((self._clock.now() + self._lifetime).timestamp())
        body = until.to_bytes(_UNTIL_BYTES, "big") + os.urandom(_BODY_BYTES - _UNTIL_BYTES)
        return body + self._mark(body)

    def until(self, challenge: bytes) -> datetime | None:
        """Return until when one counts; None: it was not made here, or counts no more."""
        body = challenge[:_BODY_BYTES]
        if not compare_digest(challenge[_BODY_BYTES:], self._mark(body)):
            return None
        until = datetime.fromtimestamp(int.from_bytes(body[:_UNTIL_BYTES], "big"), UTC)
        return until if self._clock.now() < until else None

    def _mark(self, body: bytes) -> bytes:
        return digest(self._key, body, "sha256")[:_MARK_BYTES]
