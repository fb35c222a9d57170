"""Who came into a conversation or left it learns, and is learned of, who is online.

Whoever shares no conversation with somebody any more is told once that they are offline, as they
will be told nothing further. It may be dropped, as all presence.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn

from msgspec import Struct

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.domain.errors import Unavailable
from onrecord.core.ports import Bridge
from onrecord.core.settled import Published
from onrecord.protocol.frames import PresenceNow
from onrecord_archive.events.audience import came, gone
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.payload import Payload


class Shared(Struct, frozen=True):
    """Who else is in a conversation, and of them whose presence somebody sees, and who theirs.

    `employees`: of them, and of who was asked about, who may see presence at all.
    """

    others: Sequence[PersonId]
    contacts: frozenset[PersonId]
    onlookers: frozenset[PersonId]
    employees: frozenset[PersonId]


class PresenceShared:
    """Belongs to the event loop; its `run` belongs into the task tree.

    *sharing* returns who is in a conversation besides somebody, and who sees whose presence now; it
    blocks and reads one snapshot.
    """

    def __init__(
        self,
        *,
        fan_out: FanOut,
        sharing: Callable[[PersonId, StreamId], Shared],
        readers: Bridge,
    ) -> None:
        self._fan_out = fan_out
        self._sharing = sharing
        self._readers = readers
        self._changed: dict[tuple[PersonId, StreamId], bool] = {}
        """Who came or left where; whether the others are to be told of them, too."""
        self._wake = asyncio.Event()

    def heard(self, published: Sequence[Published]) -> None:
        """Note who came or left, of what was just delivered. Does not wait.

        Where a conversation begins all are noted, so each is told only what they see.
        """
        online = self._fan_out.online()
        for item in published:
            said = item.event.payload
            begun = isinstance(said, Payload) and said.begins
            for person in (*gone(said, item.event.actor.id), *came(said)):
                if begun and person not in online:
                    continue  # nobody has to hear of them, nor they
                key = person, item.event.stream.id
                self._changed[key] = not begun or self._changed.get(key, False)
                self._wake.set()

    async def run(self) -> NoReturn:
        """Tell them, until cancelled. Cancelling is safe."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, {}
            for (person, stream), others_too in changed.items():
                try:
                    shared = await self._readers(self._sharing, person, stream)
                except Unavailable:
                    continue
                self._tell(person, shared)
                if others_too:
                    self._tell_others(person, shared)

    def _tell(self, person: PersonId, shared: Shared) -> None:
        online = self._fan_out.online()
        if person in shared.employees:
            for other in shared.others:
                if other in online:
                    self._say([person], other, seen=other in shared.contacts)

    def _tell_others(self, person: PersonId, shared: Shared) -> None:
        if person in self._fan_out.online():
            seeing = [one for one in shared.others if one in shared.onlookers]
            self._say(seeing, person, seen=True)
            lost = shared.employees.intersection(shared.others) - shared.onlookers
            self._say(sorted(lost), person, seen=False)

    def _say(self, people: Sequence[PersonId], about: PersonId, *, seen: bool) -> None:
        state = self._fan_out.state(about) if seen else "offline"
        self._fan_out.whisper(people, PresenceNow(about, state))
