"""Who is online, told to those of the firm who share a conversation with them. Not on the record.

It may be dropped: while the database is busy, as when everybody comes back at once, nobody is told.
"""

from collections.abc import Callable, Collection

from onrecord.delivery.fan_out import FanOut
from onrecord.domain.errors import Unavailable
from onrecord.domain.ids import PersonId, StreamId
from onrecord.messaging.ports import ReadStore
from onrecord.messaging.readers import Readers
from onrecord.wire.frames import PresenceNow


class Presence:
    """Tells of the first socket of a person and of the end of the last one."""

    def __init__(
        self,
        *,
        fan_out: FanOut,
        store: ReadStore,
        readers: Readers,
    ) -> None:
        self._fan_out = fan_out
        self._store = store
        self._readers = readers

    async def came(self, person: PersonId) -> list[PersonId]:
        """Tell who looks on, if this is the person's first socket; return who is online.

        Cancelling is safe.
        """
        if self._fan_out.count(person) == 1:
            onlookers = await self._asked(self._store.onlookers, person)
            self._fan_out.whisper(onlookers, PresenceNow(person, "online"))
        contacts, online = await self._asked(self._store.contacts, person), self._fan_out.online()
        return [contact for contact in contacts if contact in online]

    async def went(self, person: PersonId) -> None:
        """Tell who looks on, if that was the person's last socket. Cancelling is safe."""
        if self._fan_out.count(person):
            return
        onlookers = await self._asked(self._store.onlookers, person)
        if not self._fan_out.count(person):
            self._fan_out.whisper(onlookers, PresenceNow(person, "offline"))

    async def _asked(
        self, ask: Callable[[PersonId], list[PersonId]], person: PersonId
    ) -> Collection[PersonId]:
        try:
            return await self._readers(ask, person)
        except Unavailable:
            return ()

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
