"""The four counts of every measured message: acknowledged, delivered, archived, read back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from tests.rig.installation import Installation


class CountsDiffer(Exception):
    """A message was acknowledged, but not everything else (or the other way round)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The ids of the events of one run, as four parties know them.

    `delivered` is how many came at every member of their conversation, in order and once.
    """

    acknowledged: Collection[str]
    delivered: int
    archived: Collection[str]
    read_back: Collection[str]

    def check(self, sent: int) -> None:
        """Raise CountsDiffer unless all four are the messages that were sent."""
        acknowledged = set(self.acknowledged)
        found = {
            "acknowledged": len(self.acknowledged),
            "delivered": self.delivered,
            "archived": len(self.archived),
            "read back": len(self.read_back),
        }
        same = acknowledged == set(self.archived) == set(self.read_back)
        if not same or set(found.values()) != {sent}:
            said = ", ".join(f"{name} {count}" for name, count in found.items())
            others = "" if same else "; not the same messages"
            raise CountsDiffer(f"sent {sent}: {said}{others}")


def delivered_everywhere(seen: Mapping[str, Collection[int]]) -> int:
    """Return how many messages came at every member, from each conversation's members' counts."""
    return sum(min(counts) for counts in seen.values())


def archived(made: Installation, first: int) -> list[str]:
    """Return the ids of the messages in the archive from an index on. The server must be off."""
    found = []
    for entry in Archive(made.settings.archive.directory).entries(first):
        leaf = decode_leaf(entry.leaf)
        if isinstance(leaf, RecordLeaf) and leaf.type == "message.sent":
            found.append(leaf.event_id)
    return found


def archive_size(made: Installation) -> int:
    """Return how many entries the archive's newest checkpoint covers."""
    return Archive(made.settings.archive.directory).size
