"""Which numbers of a conversation somebody may see: from each join, or earlier, to each leaving.

An event is visible when its conv_seq is; a text when the event that gave it is; a quote when the
quoted message is as well. What concerns one client (`OF_ONE_CLIENT`) is visible to another one only
where they were there themself: to shown history it does not belong.
"""

from collections.abc import Sequence

from msgspec import Struct

from onrecord.database.statements import Row, Tx, sql
from onrecord_archive.events.audience import OF_ONE_CLIENT
from onrecord_archive.events.ids import PersonId

ENDLESS = 2**53
"""Above every conv_seq."""

_SPANS = """SELECT s.stream_key, s.from_seq, s.to_seq, s.join_seq, v.kind FROM member_span s
    JOIN person v ON v.id = s.person"""
SPANS = sql("{spans} WHERE s.stream_key = ? AND s.person = ? ORDER BY s.from_seq", spans=_SPANS)
ALL_SPANS = sql("{spans} WHERE s.person = ? ORDER BY s.stream_key, s.from_seq", spans=_SPANS)
IS_OF_ONE_CLIENT = "t.type IN ('{}')".format("', '".join(sorted(OF_ONE_CLIENT)))
"""Whether a row `t` of the timeline is seen by one client only."""

Ranges = tuple[tuple[int, int], ...]
"""Disjoint [first, last] ranges of conv_seq, ascending."""


class Part(Struct, frozen=True):
    """Numbers that somebody sees; not `whole`: without what concerns one client."""

    first: int
    last: int
    whole: bool = True


class Sight(Struct, frozen=True):
    """What somebody sees. `there`: where a client was themself; None: who is no client."""

    ranges: Ranges = ()
    there: Ranges | None = None

    def sees(self, conv_seq: int) -> bool:
        """Whether a number is visible."""
        return _within(self.ranges, conv_seq)

    def sees_of_one_client(self, conv_seq: int) -> bool:
        """Whether a number is visible if it concerns one client."""
        return self.sees(conv_seq) and (self.there is None or _within(self.there, conv_seq))

    def parts(self) -> list[Part]:
        """Return the ranges, cut where a client came in or left: each ends as they left."""
        if self.there is None:
            return [Part(first, last) for first, last in self.ranges]
        parts = []
        for first, end in self.ranges:
            at = first
            for begin, last in self.there:
                if first <= begin <= end:
                    if at < begin:
                        parts.append(Part(at, begin - 1, whole=False))
                    parts.append(Part(begin, last))
                    at = last + 1
        return parts

    @property
    def last(self) -> int:
        """The last visible number."""
        return self.ranges[-1][1] if self.ranges else 0


BLIND = Sight()


def sight_of(tx: Tx, stream: int, person: PersonId) -> Sight:
    """Return what somebody sees of one conversation."""
    return sight_from(tx.all(SPANS, (stream, person)))


def sights_of(tx: Tx, person: PersonId) -> dict[int, Sight]:
    """Return what somebody sees, by stream_key."""
    spans: dict[int, list[Row]] = {}
    for row in tx.all(ALL_SPANS, (person,)):
        spans.setdefault(row[0], []).append(row)
    return {stream: sight_from(rows) for stream, rows in spans.items()}


def sight_from(spans: Sequence[Row]) -> Sight:
    """Return what spans of one person and conversation let them see; by their first number."""
    ends = [ENDLESS if to_seq is None else to_seq for _, _, to_seq, _, _ in spans]
    ranges = _merged([(row[1], end) for row, end in zip(spans, ends, strict=True)])
    is_client = any(row[4] == "client" for row in spans)
    there = sorted((row[3], end) for row, end in zip(spans, ends, strict=True))
    return Sight(ranges, _merged(there) if is_client else None)


def _within(ranges: Ranges, conv_seq: int) -> bool:
    return any(first <= conv_seq <= last for first, last in ranges)


def _merged(spans: Sequence[tuple[int, int]]) -> Ranges:
    """Join those that touch: shared history may reach into an old one."""
    ranges: list[tuple[int, int]] = []
    for first, last in spans:
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], last))
        else:
            ranges.append((first, last))
    return tuple(ranges)
