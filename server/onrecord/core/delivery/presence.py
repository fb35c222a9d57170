"""Who is online, told to those of the firm who share a conversation with them. Not on the record.

It may be dropped: while the database is busy, as when everybody comes back at once, nobody is told.
"""

from asyncio import Semaphore
from collections.abc import Callable, Collection
from typing import TypeVar

from onrecord.core.delivery.fan_out import FanOut, State
from onrecord.core.delivery.outbound import Outbound
from onrecord.core.domain.errors import Unavailable
from onrecord.core.ports import Bridge, PublishedReads
from onrecord.protocol.frames import PresenceNow
from onrecord_archive.events.ids import PersonId, StreamId

T = TypeVar("T")

AT_ONCE = 32
"""So many questions to the database: a network that goes takes hundreds along, and what people ask
for meanwhile is not refused for it."""

MOST_READS = 5
"""So often the same is asked while people come into conversations and leave them."""


class Presence:
    """Tells when somebody comes, is away from each of their devices, is back, and goes."""

    def __init__(
        self,
        *,
        fan_out: FanOut,
        store: PublishedReads,
        readers: Bridge,
    ) -> None:
        self._fan_out = fan_out
        self._store = store
        self._readers = readers
        self._told: dict[PersonId, State] = {}
        self._asking = Semaphore(AT_ONCE)

    async def came(self, person: PersonId) -> list[PresenceNow]:
        """Tell who looks on, if that is new; return who is there. Cancelling is safe."""
        new = self._is_new(person)

        def both(person: PersonId) -> list[list[PersonId]]:
            onlookers = self._store.onlookers(person) if new else []
            return [onlookers, self._store.contacts(person)]

        onlookers, contacts = await self._asked(both, person) or ((), ())
        if new:
            self._say(person, onlookers)
        online = self._fan_out.online()
        return [
            PresenceNow(contact, self._fan_out.state(contact))
            for contact in contacts
            if contact in online
        ]

    async def touched(self, socket: Outbound, *, idle: bool) -> None:
        """Note whether somebody uses a device, and tell who looks on. Cancelling is safe."""
        socket.idle = idle
        await self._tell(socket.person)

    async def went(self, person: PersonId) -> None:
        """Tell who looks on, if that was the last socket, or the last one in use."""
        await self._tell(person)

    async def _tell(self, person: PersonId) -> None:
        if self._is_new(person):
            self._say(person, await self._asked(self._store.onlookers, person))

    def _say(self, person: PersonId, onlookers: Collection[PersonId]) -> None:
        if not self._is_new(person):
            return  # it was told meanwhile, or is as it was
        state = self._fan_out.state(person)
        self._told[person] = state
        if state == "offline":
            del self._told[person]
        self._fan_out.whisper(onlookers, PresenceNow(person, state))

    def _is_new(self, person: PersonId) -> bool:
        return self._fan_out.state(person) != self._told.get(person, "offline")

    async def _asked(self, ask: Callable[[PersonId], list[T]], person: PersonId) -> Collection[T]:
        """Ask the store, again where somebody came into a conversation or left one meanwhile.

        Or who was told the end of it (presence_shared.py) would be told of the person after that.
        While people move without end, what was read last has to do.
        """
        found: Collection[T] = ()
        try:
            async with self._asking:
                for _ in range(MOST_READS):
                    moves = self._fan_out.moves
                    found = await self._readers(ask, person)
                    if self._fan_out.moves == moves:
                        break
        except Unavailable:
            pass
        return found

    async def members(self, stream: StreamId) -> Collection[PersonId]:
        """Return a conversation's members, from memory where they are known.

        Nobody, while the database is busy. Cancelling is safe.
        """
        members = self._fan_out.members(stream)
        if members is None:
            try:
                members = (await self._readers(self._store.members, stream)).keys()
            except Unavailable:
                return ()
            self._fan_out.learn(stream, members)
        return members
