"""What happens to people and sessions, as records of the system stream `identity`."""

from asyncio import CancelledError

import msgspec

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError, Refusal, Unavailable
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import (
    SYSTEM,
    Actor,
    Command,
    Facts,
    Origin,
    StreamRef,
    SystemEntry,
)
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.sign_in.refusals import RefusalCounts
from onrecord.features.sign_in.store import SessionStore
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import EventId, StreamId

STREAM = StreamRef(StreamId("identity"), "identity")
SETTLE_AT_ONCE = 100
"""How many owed entries one round settles."""


class _Stored(msgspec.Struct, frozen=True):
    """An owed command: Command without the union that its body is."""

    id: ClientId
    actor: Actor
    origin: Origin
    body: SystemEntry


class _Unsettled(Unavailable):
    """It may be recorded, or not: the same command is to be sent again."""

    def __init__(self) -> None:
        detail = "Recording is not available, so nobody can be let in now. Try again."
        super().__init__("archive_unavailable", detail, retry_after=1.0)


class Entries:
    """Writes the identity stream.

    What opens a door is recorded first and takes effect afterwards (`record`). What closes one
    takes effect at once, even while the archive cannot be written: its entry is stored as owed in
    the same transaction (`owe`), and settled as soon as the archive takes it (`settle`). Of what is
    refused the first is recorded, and the rest counted (`refused`).
    """

    def __init__(
        self,
        *,
        recorder: Recorder,
        store: SessionStore,
        read: Bridge,
        write: Bridge,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._store = store
        self._read = read
        self._write = write
        self._clock = clock
        self._refusals = RefusalCounts()

    async def refused(self, actor: Actor, origin: Origin, type: str, facts: Facts) -> None:
        """Record that somebody was refused: the first of a network, the others as counts.

        Raises as `record` does: what was then not recorded is counted, and what may have been is
        owed, under the same id.
        """
        if not self._refusals.is_first(type, origin.address, facts):
            return
        stored = self._stored(actor, origin, type, facts)
        try:
            await self._record(stored, STREAM)
        except _Unsettled:
            await self.note(_owed(stored))
            raise
        except Refusal:
            self._refusals.count(type, origin.address, facts)
            raise

    async def note_refusals(self) -> None:
        """Store the counts as owed: each minute, and at the end.

        Cancelling stores the one that is being stored; the others are counted on, as all are that
        the store does not take. Raises as the store does.
        """
        rows = self._refusals.take()
        while rows:
            row = rows.pop(0)
            try:
                await self.note(self.owe(SYSTEM, Origin("count"), row.type, row.facts))
            except OnRecordError:
                self._refusals.put_back([row, *rows])
                raise
            except CancelledError:
                self._refusals.put_back(rows)
                raise

    async def record(
        self,
        actor: Actor,
        origin: Origin,
        type: str,
        facts: Facts,
        *,
        stream: StreamRef = STREAM,
        id: str | None = None,
    ) -> EventId:
        """Return the entry's event_id once it is on the record, in `identity` or another stream.

        *id*: the command's; the same one again, with the same facts, is the same entry.
        Cancelling does not take it back.

        Raises Unavailable (`archive_unavailable`) or what else the recorder refuses.
        """
        return await self._record(self._stored(actor, origin, type, facts, id), stream)

    def owe(self, actor: Actor, origin: Origin, type: str, facts: Facts) -> Owed:
        """Return the entry for the transaction that has its effect."""
        return _owed(self._stored(actor, origin, type, facts))

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

    async def _record(self, stored: _Stored, stream: StreamRef) -> EventId:
        command = _command(stored, stream)
        try:
            await self._recorder.record(command)
        except (Refusal, Fatal):
            raise
        except OnRecordError as error:
            raise _Unsettled from error
        return command.event_id

    def _stored(
        self, actor: Actor, origin: Origin, type: str, facts: Facts, id: str | None = None
    ) -> _Stored:
        command = ClientId(id or new_id(self._clock))
        return _Stored(command, actor, origin, SystemEntry(type, facts))


def owed_by(actor: Actor, origin: Origin, type: str, facts: Facts, *, id: str) -> Owed:
    """Return an entry for the transaction that has its effect. *id*: the command's."""
    return _owed(_Stored(ClientId(id), actor, origin, SystemEntry(type, facts)))


def _owed(stored: _Stored) -> Owed:
    return Owed(event_id_of(stored.actor.id, stored.id), msgspec.json.encode(stored))


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
