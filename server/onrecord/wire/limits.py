"""How much one side may send: sizes, and a token bucket whose clock is an argument."""

from typing import Final

import msgspec
from msgspec import Struct

from onrecord.domain.errors import TooMany
from onrecord.domain.ids import PersonId
from onrecord.wire.frames import Limits

TOO_FAST: Final = "You are sending faster than this service allows. Your text is kept."

JSON_BYTES: Final = 6
"""No character needs more of them as JSON."""
_encode = msgspec.json.Encoder().encode


class WireLimits(Struct, frozen=True):
    """The limits of onrecord.v1 with their defaults (server/README.md, limits)."""

    frame_bytes: int = 64 * 1024
    text_bytes: int = 16 * 1024
    text_json_bytes: int = 48 * 1024
    edit_window_s: int = 24 * 3600
    messages_per_minute: int = 100
    burst: int = 20
    sockets_per_person: int = 5
    frames_per_second: int = 200
    queue_bytes: int = 256 * 1024
    queue_events: int = 500
    events_frame_bytes: int = 64 * 1024
    heartbeat_s: int = 25
    resume_entries: int = 100_000

    def announced(self) -> Limits:
        """Return what `welcome` tells a client."""
        return Limits(
            frame_bytes=self.frame_bytes,
            text_bytes=self.text_bytes,
            text_json_bytes=self.text_json_bytes,
            edit_window_s=self.edit_window_s,
            messages_per_minute=self.messages_per_minute,
            burst=self.burst,
        )

    def why_too_long(self, text: str) -> str | None:
        """Return a sentence about a text that no message may have; None: it may."""
        if len(text) * JSON_BYTES <= self.text_bytes:
            return None
        if len(text.encode()) <= self.text_bytes and len(_encode(text)) <= self.text_json_bytes:
            return None
        return f"The text is longer than {self.text_bytes} bytes. Send it in parts."


class TokenBucket:
    """`burst` at once, `per_second` sustained. Time is monotonic seconds, given with each call."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, *, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float) -> float:
        """Take one token: 0.0 when there was one, else the seconds until there is."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._per_second


class Pace:
    """How often each person may do one thing: a bucket each. Belongs to the event loop."""

    def __init__(self, *, per_second: float, burst: float, detail: str) -> None:
        self._per_second = per_second
        self._burst = burst
        self._detail = detail
        self._buckets: dict[PersonId, TokenBucket] = {}

    def take(self, person: PersonId, now: float) -> None:
        """Count one. Raises TooMany (`rate_limited`) where that is too often."""
        bucket = self._buckets.get(person)
        if bucket is None:
            bucket = TokenBucket(per_second=self._per_second, burst=self._burst, now=now)
            self._buckets[person] = bucket
        wait = bucket.take(now)
        if wait:
            raise TooMany("rate_limited", self._detail, retry_after=round(wait, 3))
