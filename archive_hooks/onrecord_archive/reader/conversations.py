"""The conversations of an archive, with who is in them as far as the records open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onrecord_archive.format.leaf import RecordLeaf


@dataclass(slots=True)
class Conversation:
    """One stream: how many records, when the first and last were made, and what opens of it.

    `people` are the latest names by person id, of whoever acted or took part. `unopened`: so many
    of the records did not open, and may name others.
    """

    id: str
    first_at: str
    last_at: str
    records: int = 0
    unopened: int = 0
    kind: str = ""
    title: str = ""
    people: dict[str, str] = field(default_factory=dict)


class Conversations:
    """All conversations so far. Memory grows with conversations and people, not with records."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, Conversation] = {}

    def add(self, leaf: RecordLeaf, shown: Mapping[str, Any] | None) -> None:
        """Take the next record by archive_index; `shown` is None where it did not open."""
        found = self._found.get(leaf.stream)
        if found is None:
            found = self._found[leaf.stream] = Conversation(leaf.stream, leaf.at, leaf.at)
        found.records += 1
        found.last_at = leaf.at
        if shown is None:
            found.unopened += 1
            return
        stream = shown.get("stream", {})
        found.kind, found.title = str(stream.get("kind", "")), str(stream.get("title", ""))
        for person in (shown.get("actor"), *shown.get("participants", ())):
            if isinstance(person, Mapping) and person.get("id"):
                found.people[str(person["id"])] = str(person.get("name", ""))

    def all(self) -> list[Conversation]:
        """Return them, the last active first."""
        return sorted(self._found.values(), key=lambda each: (each.last_at, each.id), reverse=True)
