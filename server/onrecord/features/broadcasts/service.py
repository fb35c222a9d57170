"""One text to many people, each in a conversation of their own.

(1) may it be said to them?   people of the firm, bots, and clients whom the sender answers for
(2) one record                the text and the recipients, in the stream `broadcast`
(3) a message to each         in their conversation, begun where there is none; it names the record

Every id of (3) follows from the record, so that a retry of the command, and the next start of a
server that stopped in between, say what is missing and nothing twice: what is said, and to whom, is
what the record says. Whoever's account has ended meanwhile says nothing any more, and nothing is
said to a client who passed to somebody else.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    Fatal,
    NotAllowed,
    OnRecordError,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.core.domain.ids import ClientId, direct_stream_id, event_id_of
from onrecord.core.domain.texts import check_text
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef, SystemEntry
from onrecord.core.journal.numbering import body_sha
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.settled import Unsettled
from onrecord.features.broadcasts.bodies import MOST
from onrecord.features.broadcasts.record_store import BroadcastStore
from onrecord.features.broadcasts.recorded import STREAM, Broadcast
from onrecord.features.chat.service import ReadStore
from onrecord.features.relationships.service import Relationships
from onrecord.protocol.people import Person
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format import broadcast_parts

UNFINISHED_FOR: Final = timedelta(days=7)
"""What a server finds unfinished at its start that is older was left so for a reason."""
AGAIN_S: Final = 1.0
_AT_ONCE: Final = 20


class Outcome(Struct, frozen=True):
    """What became of one: to whom it was said, and to whom it cannot be (their account ended)."""

    event: EventId
    said: tuple[PersonId, ...]
    missed: tuple[PersonId, ...]


class Broadcasts:
    """Says one text to many."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        store: ReadStore,
        relationships: Relationships,
        recorded: BroadcastStore,
        read: Bridge,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._store = store
        self._relationships = relationships
        self._recorded = recorded
        self._read = read
        self._clock = clock

    async def send(
        self, actor: Actor, origin: Origin, id: ClientId, text: str, people: Sequence[PersonId]
    ) -> Outcome:
        """Record a broadcast and say it to each; the same id again says what is missing.

        Raises Refusal (nothing was said), or another OnRecordError: send the same id again.
        """
        recipients = tuple(dict.fromkeys(person for person in people if person != actor.id))
        event = event_id_of(actor.id, id)
        there = await self._people(actor)
        if await self._read(self._store.known, event) is None:
            await self._check(actor, text, recipients, _kinds(there))
        said = SystemEntry(BroadcastSent.type, {"text": text, "recipients": recipients})
        await self._recorder.record(
            Command(
                event,
                STREAM.id,
                actor,
                origin,
                said,
                id,
                create=STREAM,
                named=tuple(_named(there[one]) for one in recipients if one in there),
            )
        )
        recorded = await self._read(self._recorded.one, event)
        return await self._say(recorded or Broadcast(event, actor, None, recipients), origin)

    async def finish(self) -> None:
        """Say what a stopped server left unsaid; tries until the record takes it.

        Raises Fatal. Cancelling is safe.
        """
        since = self._clock.now() - UNFINISHED_FOR
        while True:
            try:
                for broadcast in await self._read(self._recorded.since, since):
                    await self._say(broadcast, Origin("broadcast"))
            except Fatal:
                raise
            except OnRecordError:
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _check(
        self,
        actor: Actor,
        text: str,
        recipients: Sequence[PersonId],
        there: Mapping[PersonId, str],
    ) -> None:
        check_text(text)
        if not recipients:
            raise BadInput("bad_members", "Choose whom it goes to.")
        if len(recipients) > MOST:
            raise BadInput("too_many_members", f"One text goes to at most {MOST} people at once.")
        for person in recipients:
            if person not in there:
                raise BadInput("bad_members", "Somebody of these has no account any more.")
            if there[person] == "client":
                conv = await self._relationships.with_client(actor.id, person)
                if conv is None:
                    raise _not_theirs()

    async def _people(self, actor: Actor) -> dict[PersonId, Person]:
        """Return the people who have an account now."""
        people = await self._read(self._store.people, actor.id)
        return {PersonId(person.id): person for person in people if person.active}

    async def _say(self, broadcast: Broadcast, origin: Origin) -> Outcome:
        there = _kinds(await self._people(broadcast.actor))
        if broadcast.actor.id not in there:
            there = {}
        said: list[PersonId] = []
        recipients = broadcast.recipients
        for start in range(0, len(recipients), _AT_ONCE):
            part = recipients[start : start + _AT_ONCE]
            asked = (self._to(broadcast, origin, one, there.get(one)) for one in part)
            found = await asyncio.gather(*asked, return_exceptions=True)
            _raise_worst([each for each in found if isinstance(each, BaseException)])
            said += [person for person, done in zip(part, found, strict=True) if done]
        missed = tuple(person for person in recipients if person not in said)
        return Outcome(broadcast.event, tuple(said), missed)

    async def _to(
        self, broadcast: Broadcast, origin: Origin, person: PersonId, kind: str | None
    ) -> bool:
        """Say it to one of a kind (None: has no account); False where it cannot be said to them."""
        actor = broadcast.actor
        id = derived_id(broadcast.event, person, "message")
        event = event_id_of(actor.id, id)
        known = await self._read(self._store.known, event)
        if broadcast.text is None:
            return known is not None
        try:
            if known is not None:
                stream = known.answer.stream
            elif kind is None:
                return False
            else:
                stream = await self._stream(broadcast, origin, person, kind)
            body = MessageSent(broadcast.text, broadcast=broadcast.event)
            command = Command(event, stream, actor, origin, body, id)
            if known is not None and known.archived:
                return known.body_sha in (None, body_sha(command))
            await self._recorder.record(command)
        except (Unavailable, TooMany):
            raise
        except Refusal:
            return False
        return True

    async def _stream(
        self, broadcast: Broadcast, origin: Origin, person: PersonId, kind: str
    ) -> StreamId:
        """Return the conversation with somebody. Raises NotAllowed where there can be none."""
        stream = await self._relationships.with_client(broadcast.actor.id, person)
        if stream is not None:
            return stream
        if kind == "client":
            raise _not_theirs()
        return await self._begin(broadcast, origin, person)

    async def _begin(self, broadcast: Broadcast, origin: Origin, person: PersonId) -> StreamId:
        """Return the direct conversation with somebody; begin it where there is none."""
        actor = broadcast.actor
        stream = direct_stream_id(actor.id, person)
        if await self._read(self._store.stream, stream) is None:
            id = derived_id(broadcast.event, person, "conversation")
            body = ConversationCreated((actor.id, person))
            event, create = event_id_of(actor.id, id), StreamRef(stream, "direct")
            try:
                await self._recorder.record(
                    Command(event, stream, actor, origin, body, id, create=create)
                )
            except Conflict:
                return stream
        return stream


def _kinds(people: Mapping[PersonId, Person]) -> dict[PersonId, str]:
    """Return of what kind people are, `unserved` of free clients."""
    return {id: "unserved" if one.unserved else one.kind for id, one in people.items()}


def _named(person: Person) -> Actor:
    return msgspec.convert(person, Actor, from_attributes=True)


def _not_theirs() -> NotAllowed:
    return NotAllowed("not_allowed", "A text goes only to clients whom one answers for.")


def _raise_worst(errors: Sequence[BaseException]) -> None:
    """Raise what cannot be tried again before what can; nothing where all is well."""
    retried = (Unavailable, TooMany, Unsettled)
    for error in errors:
        if not isinstance(error, retried):
            raise error
    for error in errors:
        raise error


def derived_id(event: EventId, person: PersonId, what: str) -> ClientId:
    """Return the id of a command that follows from a broadcast."""
    return ClientId(broadcast_parts.command_of(event, person, what).hex())
