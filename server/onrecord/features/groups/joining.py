"""How somebody joins a group by a link."""

from hashlib import sha256

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.groups import no_such_link
from onrecord.core.domain.ids import client_id, event_id_of
from onrecord.core.domain.values import UNKNOWN_SEQ, Actor, Command, Origin
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.store.snapshot import published
from onrecord.database.database import Database
from onrecord.features.groups import bodies, store
from onrecord.features.groups.offers import JoinOffer
from onrecord.features.groups.standing import check_joins
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import PersonId, StreamId


class Joining:
    """Says what links open, and lets people in by them."""

    def __init__(self, database: Database, read: Bridge, recorder: Recorder, clock: Clock) -> None:
        self._database = database
        self._read = read
        self._recorder = recorder
        self._clock = clock

    async def offer(self, actor: Actor, link: str) -> bodies.JoinOffer:
        """Return what a link opens. Raises NotFound (`no_such_link`), NotAllowed."""
        found = await self._find(actor, link)
        if found.shown is None:
            raise no_such_link()
        check_joins(found.link, found.made, actor, self._clock.now())
        return found.shown

    async def join(self, actor: Actor, origin: Origin, link: str, id: str) -> StreamId:
        """Let somebody in by a link; return the group's conversation.

        Whether the link still opens it is asked where it is recorded, after whether it is known.
        Raises Refusal, or another OnRecordError (unknown: the same id again).
        """
        found = await self._find(actor, link)
        if not found.joined:
            body = MemberAdded(actor.id, UNKNOWN_SEQ, None, found.made)
            asked = client_id(id)
            event = event_id_of(actor.id, asked)
            await self._recorder.record(Command(event, found.stream, actor, origin, body, asked))
        return found.stream

    async def _find(self, actor: Actor, link: str) -> JoinOffer:
        """Return a link, ended or not. Raises NotFound."""
        secret = sha256(link.encode()).hexdigest()
        found = await self._read(self._published, actor.id, secret)
        if found is None:
            raise no_such_link()
        return found

    def _published(self, person: PersonId, secret: str) -> JoinOffer | None:
        with published(self._database) as (tx, _):
            return store.offer(tx, person, secret)
