"""What happens to people and sessions, as records of the system stream `identity`."""

import msgspec

from onrecord.domain.clock import Clock
from onrecord.domain.errors import Fatal, OnRecordError, Refusal, Unavailable
from onrecord.domain.ids import ClientId, StreamId, event_id_of, new_id
from onrecord.domain.values import Actor, Command, Origin, StreamRef, SystemEntry
from onrecord.identity.ports import Bridge, Owed, OwedStore, Recorder

STREAM = StreamRef(StreamId("identity"), "identity")
SETTLE_AT_ONCE = 100
"""How many owed entries one round settles."""

Facts = dict[str, str | int | bool | tuple[str, ...]]


class _Stored(msgspec.Struct, frozen=True):
    """An owed command: Command without the union that its body is."""

    id: ClientId
    actor: Actor
    origin: Origin
    body: SystemEntry


class Entries:
    """Writes the identity stream.

    What opens a door is recorded first and takes effect afterwards (`record`). What closes one
    takes effect at once, even while the archive cannot be written: its entry is stored as owed in
    the same transaction (`owe`), and settled as soon as the archive takes it (`settle`).
    """

    def __init__(
        self,
        *,
        recorder: Recorder,
        store: OwedStore,
        read: Bridge,
        write: Bridge,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._store = store
        self._read = read
        self._write = write
        self._clock = clock

    async def record(
        self, actor: Actor, origin: Origin, type: str, facts: Facts, *, stream: StreamRef = STREAM
    ) -> None:
        """Return once the entry is on the record, in `identity` or another system stream.

        Cancelling does not take it back.

        Raises Unavailable (`archive_unavailable`) or what else the recorder refuses.
        """
        stored = _Stored(ClientId(new_id(self._clock)), actor, origin, SystemEntry(type, facts))
        try:
            await self._recorder.record(_command(stored, stream))
        except (Refusal, Fatal):
            raise
        except OnRecordError as error:
            detail = "Recording is not available, so nobody can be let in now. Try again."
            raise Unavailable("archive_unavailable", detail, retry_after=1.0) from error

    def owe(self, actor: Actor, origin: Origin, type: str, facts: Facts) -> Owed:
        """Return the entry for the transaction that has its effect."""
        stored = _Stored(ClientId(new_id(self._clock)), actor, origin, SystemEntry(type, facts))
        return Owed(event_id_of(actor.id, stored.id), msgspec.json.encode(stored))

    async def note(self, owed: Owed) -> None:
        """Store an entry whose effect is not this database's."""
        await self._write(self._store.owe, owed, at=self._clock.now())

    async def settle(self) -> bool:
        """Record what is owed, the oldest first; False when the archive does not take it now.

        Cancelling is safe: what was recorded but not yet struck off is the same record again.
        """
        for owed in await self._read(self._store.owed, SETTLE_AT_ONCE):
            command = _command(msgspec.json.decode(owed.command, type=_Stored))
            try:
                await self._recorder.record(command)
            except Fatal:
                raise
            except OnRecordError:
                return False
            await self._write(self._store.settled, owed.event_id)
        return True


def _command(stored: _Stored, stream: StreamRef = STREAM) -> Command:
    return Command(
        event_id=event_id_of(stored.actor.id, stored.id),
        stream=stream.id,
        actor=stored.actor,
        origin=stored.origin,
        body=stored.body,
        client_id=stored.id,
        create=stream,
    )
