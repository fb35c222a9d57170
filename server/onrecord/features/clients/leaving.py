"""A client ends the relationship.

(1) `member.left` in each of their conversations; that they ended it in direct ones alone, since in
    a group another client may read along
(2) the account ends: sessions and sockets close at once, the address is free for a new invite
(3) `client.left` in the stream `identity`, owed by (2)

An interruption before (2) leaves a client who can leave again; what is done is found done. The
records stay for as long as the firm must keep them.
"""

from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.core.ports import Recorder
from onrecord.features.clients.store import ClientStore
from onrecord.features.people.means import Means
from onrecord_archive.events.conversations import MemberLeft

REASON = "left"
"""Why the sessions end, for the client's other devices."""


class Leaving:
    """Lets clients go."""

    def __init__(self, means: Means, store: ClientStore, recorder: Recorder) -> None:
        self._store = store
        self._recorder = recorder
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock

    async def leave(self, client: Actor, origin: Origin) -> None:
        """End everything. Raises what the recorder refuses with; then nothing has ended yet.

        Cancelling is safe: leaving again does the rest.
        """
        groups = await self._read(self._store.groups_of, client.id)
        for stream in await self._read(self._store.conversations_of, client.id):  # (1)
            id = ClientId(new_id(self._clock))
            event = event_id_of(client.id, id)
            said = MemberLeft(ended=stream not in groups)
            await self._recorder.record(Command(event, stream, client, origin, said, id))
        owed = self._entries.owe(client, origin, "client.left", {"person": client.id})
        now = self._clock.now()
        ended = await self._write(self._store.end_client, client.id, owed, at=now)  # (2), (3)
        self._registry.end(ended, REASON)
