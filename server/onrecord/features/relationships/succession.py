"""What coverage finds due, and who takes over from whom (coverage.py)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from onrecord_archive.events.ids import EventId, PersonId, StreamId


class Due(Struct, frozen=True):
    """A delegation whose time has come, or whose delegate's account ended: it is `over`."""

    stream: StreamId
    delegation: EventId
    person: PersonId
    over: bool


class LeftBehind(Struct, frozen=True):
    """A client's conversation with somebody whose account ended, theirs since `since_seq`."""

    stream: StreamId
    former: PersonId
    since_seq: int


class Uncovered(Struct, frozen=True):
    """A client's conversation that nobody answers for, and nobody was named to: since when."""

    stream: StreamId
    former: PersonId
    since_seq: int
    at: datetime

    @property
    def left(self) -> LeftBehind:
        """Return what was left behind."""
        return LeftBehind(self.stream, self.former, self.since_seq)


class Outlived(Struct, frozen=True):
    """A membership in a group with a client that outlived its reason.

    `person` answered for the client and no longer does. `owner` answers now; None: nobody with an
    account. `alone`: nobody else of the firm is in the group who could answer.
    """

    stream: StreamId
    person: PersonId
    join_seq: int
    owner: PersonId | None
    alone: bool


def first_to_part(outlived: Iterable[Outlived]) -> list[Outlived]:
    """Return one of each group: who hands over to somebody leaves last, who cannot leave never."""

    def turn(each: Outlived) -> tuple[bool, bool, PersonId]:
        return each.alone and each.owner is None, each.owner is not None, each.person

    first: dict[StreamId, Outlived] = {}
    for each in sorted(outlived, key=turn):
        first.setdefault(each.stream, each)
    return list(first.values())


def without_successor(
    left: Iterable[LeftBehind], successions: Mapping[PersonId, PersonId | None]
) -> list[LeftBehind]:
    """Return of what was left behind where nobody takes over: one of each conversation.

    Of several who left a group it is who came last.
    """
    passing: set[StreamId] = set()
    alone: dict[StreamId, LeftBehind] = {}
    for each in left:
        if last_of(successions, each.former) is not None:
            passing.add(each.stream)
        alone[each.stream] = each
    return [each for stream, each in alone.items() if stream not in passing]


def last_of(successions: Mapping[PersonId, PersonId | None], person: PersonId) -> PersonId | None:
    """Return who takes over at the end of a chain of successions; None: nobody does."""
    met = {person}
    while person in successions:
        following = successions[person]
        if following is None or following in met:
            return None
        met.add(following)
        person = following
    return None if len(met) == 1 else person
