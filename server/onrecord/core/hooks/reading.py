"""What hooks are given of records: the archive's entries, and bodies that the live store has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from onrecord.core.domain.values import Actor
from onrecord.core.hooks.ports import BodySource, LogHead
from onrecord.core.hooks.source import ArchiveSource
from onrecord.core.ports import Bridge
from onrecord_archive.contract import Delivery
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.seal import Plain


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads both in threads. What each method raises is the source's, or Unavailable (`busy`)."""

    source: ArchiveSource
    bodies: BodySource
    threads: Bridge

    async def head(self) -> LogHead | None:
        """Return the newest signed checkpoint, None where there is none yet."""
        return await self.threads(self.source.head)

    async def entries(self, first: int, end: int, checkpoint: bytes) -> list[Delivery]:
        """Return the entries from `first` to before `end`, sealed, as a checkpoint has them."""
        return await self.threads(self.source.entries, first, end, checkpoint)

    async def leaves(self, first: int, end: int) -> list[bytes]:
        """Return the leaves of the entries from `first` to before `end`."""
        return await self.threads(self.source.leaves, first, end)

    async def opened(self, events: Collection[EventId]) -> dict[EventId, Plain]:
        """Return the bodies that the live store still has of these records."""
        return await self.threads(self.bodies.bodies, events)

    async def concerned(self, events: Mapping[int, str], people: Sequence[Actor]) -> set[int]:
        """Return the keys of those records that concern one of the people; nobody: of none.

        Raises Unavailable. Safe to cancel.
        """
        if not people or not events:
            return set()
        ids = [EventId(event) for event in events.values()]
        found = await self.threads(self.bodies.concerning, ids, [each.id for each in people])
        return {index for index, event in events.items() if event in found}
