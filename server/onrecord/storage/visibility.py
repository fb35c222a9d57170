"""Which numbers of a conversation somebody may see: from each join, or earlier, to each leaving.

An event is visible when its conv_seq is; a text when the event that gave it is; a quote when the
quoted message is as well.
"""

from msgspec import Struct

from onrecord.domain.ids import PersonId
from onrecord.storage.statements import Tx, sql

ENDLESS = 2**53
"""Above every conv_seq."""

SPANS = sql(
    "SELECT from_seq, to_seq FROM member_span WHERE stream_key = ? AND person = ? ORDER BY from_seq"
)
ALL_SPANS = sql(
    "SELECT stream_key, from_seq, to_seq FROM member_span WHERE person = ?"
    " ORDER BY stream_key, from_seq"
)


class Sight(Struct, frozen=True):
    """Disjoint [first, last] ranges of conv_seq, ascending."""

    ranges: tuple[tuple[int, int], ...] = ()

    def sees(self, conv_seq: int) -> bool:
        """Whether a number is visible."""
        return any(first <= conv_seq <= last for first, last in self.ranges)

    @property
    def last(self) -> int:
        """The last visible number."""
        return self.ranges[-1][1] if self.ranges else 0


BLIND = Sight()


def sight_of(tx: Tx, stream: int, person: PersonId) -> Sight:
    """Return what somebody sees of one conversation."""
    return _merged([(first, last) for first, last in tx.all(SPANS, (stream, person))])


def sights_of(tx: Tx, person: PersonId) -> dict[int, Sight]:
    """Return what somebody sees, by stream_key."""
    spans: dict[int, list[tuple[int, int | None]]] = {}
    for stream, first, last in tx.all(ALL_SPANS, (person,)):
        spans.setdefault(stream, []).append((first, last))
    return {stream: _merged(found) for stream, found in spans.items()}


def _merged(spans: list[tuple[int, int | None]]) -> Sight:
    """Join spans (by their first number) that touch: shared history may reach into an old one."""
    ranges: list[tuple[int, int]] = []
    for first, to_seq in spans:
        last = ENDLESS if to_seq is None else to_seq
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], last))
        else:
            ranges.append((first, last))
    return Sight(tuple(ranges))
