"""Who is online, told to those who share a conversation with them. Not on the record.

It may be dropped: while the database is busy, as when everybody comes back at once, nobody is told.
"""

from collections.abc import Collection

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
        """Tell the person's contacts, if this is their first socket; return who is online.

        Cancelling is safe.
        """
        contacts = await self._contacts(person)
        if self._fan_out.count(person) == 1:
            self._fan_out.whisper(contacts, PresenceNow(person, "online"))
        online = self._fan_out.online()
        return [contact for contact in contacts if contact in online]

    async def went(self, person: PersonId) -> None:
        """Tell the person's contacts, if that was their last socket. Cancelling is safe."""
        if self._fan_out.count(person):
            return
        contacts = await self._contacts(person)
        if not self._fan_out.count(person):
            self._fan_out.whisper(contacts, PresenceNow(person, "offline"))

    async def _contacts(self, person: PersonId) -> Collection[PersonId]:
        try:
            return await self._readers(self._store.contacts, person)
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
