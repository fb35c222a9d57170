"""What every hook's runner works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.values import Actor
from onrecord.core.hooks.pauses import Pauses
from onrecord.core.hooks.ports import BodySource, HookStore
from onrecord.core.hooks.source import ArchiveSource
from onrecord.core.ports import Bridge, Recorder
from onrecord.observability.logs import Log
from onrecord_archive.events.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTools:
    """Collaborators, shared by all runners. `random` is in [0, 1)."""

    source: ArchiveSource
    bodies: BodySource
    store: HookStore
    recorder: Recorder
    threads: Bridge
    clock: Clock
    log: Log
    random: Callable[[], float]
    pauses: Pauses

    async def concerned(self, events: Mapping[int, str], people: Sequence[Actor]) -> set[int]:
        """Return the keys of those records that concern one of the people; nobody: of none.

        Raises Unavailable. Safe to cancel.
        """
        if not people or not events:
            return set()
        ids = [EventId(event) for event in events.values()]
        found = await self.threads(self.bodies.concerning, ids, [each.id for each in people])
        return {index for index, event in events.items() if event in found}
