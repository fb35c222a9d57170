"""How much one person may still send, over all their sockets, later messages and reconnects."""

from onrecord.domain.ids import PersonId
from onrecord.identity.ports import Rate
from onrecord.wire.limits import TokenBucket


class Buckets:
    """One bucket a person and rate; a script's token has its own. Belongs to the event loop.

    A bucket outlives its sockets: whoever reconnects has sent what they have sent.
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[PersonId, Rate], TokenBucket] = {}

    def of(self, person: PersonId, rate: Rate, now: float) -> TokenBucket:
        """Return the bucket of a person who may send so many messages a minute, so many at once."""
        bucket = self._buckets.get((person, rate))
        if bucket is None:
            per_minute, burst = rate
            bucket = TokenBucket(per_second=per_minute / 60, burst=burst, now=now)
            self._buckets[person, rate] = bucket
        return bucket
