"""Who answers for a client, and what administrators do about it.

The client is not told which administrator it was: in the conversation the service did it, its
record says who where only compliance looks, and so does the stream `identity`.
"""

from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.values import SYSTEM, Actor, Command, Facts, Origin
from onrecord.core.ports import Recorder
from onrecord.features.people.means import Means
from onrecord.features.relationships.bodies import Leaver, LeftOpen, ServedClient
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.payload import Payload


class Relationships:
    """Lists somebody's clients, and changes who answers for one."""

    def __init__(self, means: Means, store: CoverageStore, recorder: Recorder) -> None:
        self._person = means.person
        self._read = means.read
        self._entries = means.entries
        self._clock = means.clock
        self._store = store
        self._recorder = recorder

    async def of(self, person: PersonId) -> list[ServedClient]:
        """Return the relationships that are somebody's. Raises NotFound (`no_such_person`)."""
        await self._person(person)
        return await self._read(self._store.served_by, person)

    async def with_client(self, person: PersonId, client: PersonId) -> StreamId | None:
        """Return the conversation in which somebody answers for a client, the newest if several."""
        return await self._read(self._store.with_client, person, client)

    async def leavers(self) -> list[Leaver]:
        """Return who left clients, invites or bots that nobody takes over, by name."""
        return await self._read(self._store.leavers, self._clock.now())

    async def left_open(self, person: PersonId) -> LeftOpen:
        """Return what somebody leads, owns or covers. Raises NotFound (`no_such_person`)."""
        await self._person(person)
        return await self._read(self._store.left_open, person, self._clock.now())

    async def change(
        self, actor: Actor, origin: Origin, stream: StreamId, id: ClientId, body: Payload
    ) -> None:
        """Record a change, there and in the stream `identity`. The same id again is no second one.

        Raises what the conversation refuses, and Unavailable (`archive_unavailable`).
        """
        by = Origin(f"administrator {actor.id}", origin.device, origin.addresses)
        command = Command(
            event_id=event_id_of(SYSTEM.id, id),
            stream=stream,
            actor=SYSTEM,
            origin=by,
            body=body,
            client_id=id,
        )
        answer = await self._recorder.record(command)
        facts: Facts = {
            "conversation": stream,
            "change": body.type,
            "conv_seq": answer.conv_seq,
        }
        await self._entries.record(actor, origin, "relationship.changed", facts)
