"""Who was in a conversation, what they may see of it and how far they have read: by its records.

Counted anew each time, in the plainest way, and with nothing of the server's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from tests.faults.evidence import PERSONAL, Evidence, Opened
from tests.faults.load import KINDS, Position


@dataclass
class Stay:
    """From a join, reading from `first` on, to the leaving, which is still seen."""

    joined: int
    first: int
    left: float = inf


class Standing:
    """One conversation after all its records."""

    def __init__(self, records: Iterable[Opened]) -> None:
        self.records = list(records)
        self.stays: dict[str, list[Stay]] = {}
        self.moved: list[tuple[str, Position, int, int]] = []
        """(person, kind, position, conv_seq) of each position that was recorded, in order."""
        for record in self.records:
            self._take(record.leaf.type, record)

    def _take(self, type: str, record: Opened) -> None:
        seq, payload = record.leaf.conv_seq, record.shown["payload"]
        if type == "conversation.created":
            self.stays = {person: [Stay(seq, seq)] for person in payload["members"]}
        elif type == "member.added":
            stay = Stay(seq, payload["from_seq"])
            self.stays.setdefault(payload["person"], []).append(stay)
        elif type == "member.removed":
            self.stays[payload["person"]][-1].left = seq
        elif type == "member.left":
            self.stays[record.shown["actor"]["id"]][-1].left = seq
        elif type == "positions":
            self.moved += [
                (change["person"], kind, change[kind], seq)
                for change in payload["changes"]
                for kind in KINDS
                if kind in change
            ]

    def sees(self, person: str, seq: int) -> bool:
        """Whether somebody may see what happened under a number."""
        return any(stay.first <= seq <= stay.left for stay in self.stays.get(person, ()))

    def was_there(self, person: str, seq: int) -> bool:
        """Whether somebody was told of what happened under a number when it did."""
        return any(stay.joined <= seq <= stay.left for stay in self.stays.get(person, ()))

    def is_there(self, person: str) -> bool:
        """Whether somebody is a member now."""
        return person in self.stays and self.stays[person][-1].left == inf

    def msg_no(self, below: float = inf) -> int:
        """Return the number of the last message before a number."""
        return max((r.leaf.msg_no or 0 for r in self.records if r.leaf.conv_seq < below), default=0)

    def position(self, person: str, kind: str) -> int:
        """Return how far somebody has read or received: what was read was received."""
        kinds = {"read"} if kind == "read" else {"read", "delivered"}
        starts = [self.msg_no(stay.first) for stay in self.stays[person]]
        return max([*starts, *(n for who, of, n, _ in self.moved if who == person and of in kinds)])

    def unread(self, person: str) -> int:
        """Return how many messages a member sees, did not write and has not read."""
        read = self.position(person, "read")
        return sum(
            1
            for record in self.records
            if (record.leaf.msg_no or 0) > read
            and record.shown["actor"]["id"] != person
            and self.is_there(person)
            and self.sees(person, record.leaf.conv_seq)
        )

    def texts(self, person: str) -> dict[str, str | None]:
        """Return the messages that somebody sees: None where the text is removed, or not theirs."""
        shown: dict[str, str | None] = {}
        gone: set[str] = set()
        for record in self.records:
            payload, seen = record.shown["payload"], self.sees(person, record.leaf.conv_seq)
            if record.leaf.type == "message.sent" and seen:
                shown[record.leaf.event_id] = payload["text"]
            elif record.leaf.type == "message.edited" and payload["target"] in shown:
                shown[payload["target"]] = payload["text"] if seen else None
            elif record.leaf.type == "message.removed":
                gone.add(payload["target"])
        return {id: None if id in gone else text for id, text in shown.items()}


@dataclass(frozen=True)
class Own:
    """What is noted for one person: shown to them alone, and all of it. No conversation."""

    owner: str
    records: list[Opened]

    def sees(self, person: str, seq: int) -> bool:
        """Whether somebody may see what was noted under a number."""
        return self.was_there(person, seq)

    def was_there(self, person: str, seq: int) -> bool:
        """Whether somebody was told of what was noted under a number when it was."""
        return person == self.owner and 1 <= seq <= len(self.records)


def standings(evidence: Evidence) -> dict[str, Standing]:
    """Return every conversation of the archive."""
    return {
        stream: Standing(held)
        for stream, held in _streams(evidence).items()
        if held[0].leaf.type == "conversation.created"
    }


def own_streams(evidence: Evidence) -> dict[str, Own]:
    """Return every personal stream of the archive."""
    return {
        stream: Own(stream.removeprefix(PERSONAL), held)
        for stream, held in _streams(evidence).items()
        if stream.startswith(PERSONAL)
    }


def shown_streams(evidence: Evidence) -> dict[str, Standing | Own]:
    """Return every stream of the archive of which people are shown something."""
    return {**standings(evidence), **own_streams(evidence)}


def _streams(evidence: Evidence) -> dict[str, list[Opened]]:
    records: dict[str, list[Opened]] = {}
    for record in evidence.records:
        records.setdefault(record.leaf.stream, []).append(record)
    return records


def of_somebody(evidence: Evidence) -> Iterator[tuple[str, str, Standing]]:
    """Yield (user name, conversation, how it stands) for whoever has ever been a member."""
    found = standings(evidence)
    for name, person in evidence.people.items():
        for conv, standing in found.items():
            if person in standing.stays:
                yield name, conv, standing
