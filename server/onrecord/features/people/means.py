"""What the verbs of identity share: store and threads, the record, the sockets, the time."""

from dataclasses import dataclass

from onrecord.core.domain.clock import Clock
from onrecord.core.ports import Bridge
from onrecord.features.people.store import IdentityStore
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.values import Person, nobody
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class Means:
    """Made once by the composition root. Blocking reads go through `read`, writes through `write`.

    What may be written before it is recorded: entries.py.
    """

    store: IdentityStore
    read: Bridge
    write: Bridge
    entries: Entries
    registry: Sessions
    clock: Clock
    recovering: bool = False
    """Whether the accounts are not all here: only administrators come in."""

    async def person(self, id: PersonId) -> Person:
        """Return somebody, active or not. Raises NotFound (`no_such_person`)."""
        person = await self.read(self.store.person, id)
        if person is None:
            raise nobody()
        return person
