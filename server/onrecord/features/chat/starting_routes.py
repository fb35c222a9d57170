"""Start a conversation: a recorded command like any other, over HTTP because it has no stream yet.

(1) check the body          one other member and no title for a direct one
(2) a direct one exists     answer with it; there is one of each pair, and with a client the one
                            that this person answers for
(3) record                  core/recorder.py; a retry with the same id is the same event
(4) tell of its client     nobody else offers a client for whom somebody answers now
(5) answer with the conversation as its maker sees it
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from onrecord.core.domain.errors import BadInput, Conflict, NotFound, TooMany
from onrecord.core.domain.ids import ClientId, client_id, direct_stream_id, event_id_of
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.chat import bodies as rest
from onrecord.features.chat.service import ReadStore
from onrecord.features.relationships.service import Relationships
from onrecord.http import bodies
from onrecord.http.operations import answers, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import PersonId, StreamId

NEW_CONVERSATIONS = Allowance(
    20,
    2.0,
    TooMany("rate_limited", "You are starting conversations faster than this service allows."),
)
"""Conversations that one person may start."""


@dataclass(frozen=True, slots=True)
class StartingRoutes:
    """The one writing route of the chat's REST side."""

    recorder: Recorder
    store: ReadStore
    readers: Bridge
    relationships: Relationships
    limiter: RateLimiter
    served: Callable[[PersonId], Awaitable[None]]
    """Told of a client for whom somebody answers from now on."""

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [ForSignedIn("POST", "/api/v1/conversations", self._create, "chat.start")]

    @takes(rest.CreateConversation)
    @answers(201, rest.Conversation)
    @answers(200, rest.Conversation)
    @refuses(
        "bad_client_id",
        "bad_members",
        "too_many_members",
        "title_empty",
        "bad_name",
        "not_recordable",
        "not_allowed",
        "not_your_client",
        "no_such_person",
        "no_such_conversation",
        "exists",
        "id_reuse",
        "rate_limited",
    )
    async def _create(self, ask: SignedAsk, body: rest.CreateConversation) -> Response:
        """Start a conversation; one that exists already is 200."""
        actor = ask.who.person
        command = creation(body, actor, ask.origin)
        if body.kind == "direct":
            existing = await self._existing(actor.id, command.stream)
            existing = await self._answered_for(actor.id, body.members) or existing
            if existing is not None:
                return bodies.reply(existing)
        self.limiter.take((actor.id, NEW_CONVERSATIONS))
        try:
            await self.recorder.record(command)
        except Conflict:
            existing = await self._existing(actor.id, command.stream)
            if existing is None:
                raise
            return bodies.reply(existing)
        created = await self.readers(self.store.conversation, actor.id, command.stream)
        if created.relationship is not None:
            await self.served(PersonId(created.relationship.client))
        return bodies.reply(created, status=201)

    async def _existing(self, person: PersonId, stream: StreamId) -> rest.Conversation | None:
        try:
            return await self.readers(self.store.conversation, person, stream)
        except NotFound:
            return None

    async def _answered_for(self, person: PersonId, others: list[str]) -> rest.Conversation | None:
        """Return the client's conversation that came to this person by a hand-over."""
        for other in others:
            stream = await self.relationships.with_client(person, PersonId(other))
            if stream is not None:
                return await self._existing(person, stream)
        return None


def creation(body: rest.CreateConversation, actor: Actor, origin: Origin) -> Command:
    """Return the command for a new conversation. Raises BadInput."""
    id: ClientId = client_id(body.id)
    event = event_id_of(actor.id, id)
    others = [PersonId(member) for member in dict.fromkeys(body.members) if member != actor.id]
    if not others:
        raise BadInput("bad_members", "A conversation needs somebody else in it.")
    if body.kind == "direct":
        if len(others) != 1 or body.title is not None:
            raise BadInput("bad_members", "A direct conversation has one other member, no title.")
        stream = direct_stream_id(actor.id, others[0])
    else:
        stream = StreamId(event)
    return Command(
        event_id=event,
        stream=stream,
        actor=actor,
        origin=origin,
        body=ConversationCreated((actor.id, *others), body.title),
        client_id=id,
        create=StreamRef(stream, body.kind, body.title),
    )
