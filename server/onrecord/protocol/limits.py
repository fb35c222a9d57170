"""How much one side may send."""

from typing import Final

import msgspec
from msgspec import Struct

from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import Allowance, Counted
from onrecord.protocol.frames import Limits
from onrecord_archive.events.ids import PersonId

Rate = tuple[int, int]
"""So many messages a minute, so many at once."""
TOO_FAST: Final = TooMany(
    "rate_limited", "You are sending faster than this service allows. Your text is kept."
)

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

    @property
    def rate(self) -> Rate:
        """How fast somebody may send."""
        return self.messages_per_minute, self.burst

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


def sends(person: PersonId, rate: Rate, most: Rate | None = None) -> tuple[Counted, ...]:
    """Return what each message of a person is counted by, over all their sockets and reconnects.

    *most*: what they may send by all their tokens together, where a token has a rate of its own.
    """
    rates = (rate,) if most is None or most == rate else (rate, most)
    return tuple((person, Allowance(burst, 60 / a_minute, TOO_FAST)) for a_minute, burst in rates)
