"""Which numbers of a conversation belong to somebody's copy, as its own records say.

A member reads from the number that their joining names (or a later sharing of history) up to the
record of their leaving. So whoever holds the records can tell that none of the range is missing,
and that nothing from before or after is among them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from onrecord_archive.events.audience import OF_ONE_CLIENT, TELLS_OF_ANOTHER
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.proof_package.own_copy import Extent

MEMBERSHIP: Final = frozenset(
    {"conversation.created", "member.added", "history.shared", "member.removed", "member.left"}
)
"""Types that begin, widen or end a membership."""


class StreamCheck:
    """Follows one stream's records as they go by, by conv_seq."""

    def __init__(self, person: str, extents: Sequence[Extent]) -> None:
        """Take the extents that are claimed of the stream, ascending."""
        self._person = person
        self._extents = list(extents)
        self._spans: list[list[int]] = []
        """[first, last] of each membership; last is 0 while it goes on."""
        self._messages: set[str] = set()
        self._before: RecordLeaf | None = None
        self._wanted = iter(number for each in extents for number in range_of(each))
        self.certain = True
        """Whether no record of a membership is without its content."""

    def add(self, leaf: RecordLeaf, said: Mapping[str, Any] | None) -> None:
        """Take the next record; raises BadFormat if one is missing, or it belongs elsewhere."""
        number, before = leaf.conv_seq, self._before
        wanted = next(self._wanted, None)
        if wanted != number:
            missing = f"record {wanted} is missing" if wanted else f"record {number} is too many"
            raise BadFormat(f"{missing} in {leaf.stream}")
        if before is not None and before.conv_seq == number - 1 and leaf.prev != before.pt:
            raise BadFormat(f"record {number} of {leaf.stream} does not follow the one before")
        self._before = leaf
        if leaf.type == "message.sent":
            self._messages.add(leaf.event_id)
        if said is not None:
            self._follow(number, said)
        elif leaf.type in MEMBERSHIP:
            self.certain = False

    @property
    def present(self) -> bool:
        """Whether the person was there at the last record; what is earlier, they were shown."""
        return bool(self._spans) and self._spans[-1][1] == 0

    def hides(self, leaf: RecordLeaf) -> bool:
        """Whether the last record is nothing that this person is told of."""
        return leaf.type in OF_ONE_CLIENT and not self.present

    def cuts(self, said: Mapping[str, Any]) -> bool:
        """Whether the last record may tell more than this person may know."""
        forward = said["type"] == "message.sent" and "forward" in said["payload"]
        return not self.sees(said) or (forward and not self.present)

    def sees(self, said: Mapping[str, Any]) -> bool:
        """Whether the message that a record is about is one of the copy's."""
        payload = said["payload"]
        if said["type"] in TELLS_OF_ANOTHER:
            return payload.get("target") in self._messages
        quote = payload.get("reply_to") if said["type"] == "message.sent" else None
        return not isinstance(quote, dict) or self._holds(quote.get("conv_seq"))

    def finish(self) -> None:
        """Raise BadFormat unless all were there and the memberships are what is claimed."""
        missing = next(self._wanted, None)
        if missing is not None:
            raise BadFormat(f"record {missing} is missing in {self._extents[0].stream}")
        if self.certain and self._merged() != [[each.first, each.last] for each in self._extents]:
            raise BadFormat(f"{self._extents[0].stream} is not from joining to leaving")

    def _holds(self, number: object) -> bool:
        return isinstance(number, int) and any(
            each.first <= number <= each.last for each in self._extents
        )

    def _follow(self, number: int, said: Mapping[str, Any]) -> None:
        payload, person = said["payload"], self._person
        match said["type"]:
            case "conversation.created" if person in _members(payload):
                self._spans.append([1, 0])
            case "member.added" if payload.get("person") == person:
                self._spans.append([_from(payload, number), 0])
            case "history.shared" if payload.get("person") == person and self._spans:
                self._spans[-1][0] = min(self._spans[-1][0], _from(payload, number))
            case "member.removed" if payload.get("person") == person:
                self._end(number)
            case "member.left" if said["actor"]["id"] == person:
                self._end(number)

    def _end(self, number: int) -> None:
        if self._spans:
            self._spans[-1][1] = number

    def _merged(self) -> list[list[int]]:
        """Return the memberships, those that touch as one; one that goes on ends with the copy."""
        merged: list[list[int]] = []
        for first, last in sorted(self._spans):
            end = last or self._extents[-1].last
            if merged and first <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([first, end])
        return merged


def _members(payload: Mapping[str, Any]) -> list[object]:
    members = payload.get("members")
    return members if isinstance(members, list) else []


def _from(payload: Mapping[str, Any], number: int) -> int:
    """Return from where on somebody may read, as record `number` says; raises BadFormat."""
    first = payload.get("from_seq")
    if type(first) is not int or not 1 <= first <= number:
        raise BadFormat(f"record {number} does not say from where on somebody may read")
    return first


def range_of(extent: Extent) -> range:
    """Return the numbers of an extent."""
    return range(extent.first, extent.last + 1)


def check_extents(extents: Sequence[Extent]) -> None:
    """Raise BadFormat unless extents stand by stream and number, apart from each other."""
    places = [(each.stream, each.first, each.last) for each in extents]
    apart = all(
        before[0] < after[0] or (before[0] == after[0] and before[2] + 1 < after[1])
        for before, after in itertools.pairwise(places)
    )
    if not apart or any(first > last for _, first, last in places):
        raise BadFormat("the manifest's extents overlap, or are out of order")
